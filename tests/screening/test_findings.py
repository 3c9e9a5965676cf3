"""What a finding carries: reasons with sources, what is missing, what people look at; and that it can be replayed."""

import json
from datetime import date

import pytest

from bot.errors import InputError
from bot.knowledge import Knowledge
from bot.screening import Findings, Judged, screen

DAY = date(2026, 11, 24)
STANDARDS = {"dibao_monthly": 1000, "disposable_income_annual": 48000}
FACTS: dict[str, object] = {"household_size": 2, "monthly_income": 1200.5, "homes": 2, "service_needs": ["meals"], "receiving": "none"}


def judged(findings: Findings, programme: str, condition: str) -> Judged:
    return next(item for item in findings.by_programme[programme].conditions if item.id == condition)


def test_findings_come_back_from_json_as_they_were(knowledge: Knowledge) -> None:
    findings = screen(knowledge, FACTS, DAY, STANDARDS)
    assert Findings.from_json(json.loads(json.dumps(findings.to_json()))) == findings


def test_the_same_facts_day_and_standards_give_the_same_findings(knowledge: Knowledge) -> None:
    stored = screen(knowledge, FACTS, DAY, STANDARDS)
    again = screen(knowledge, FACTS, date.fromisoformat(stored.day), {name: float(value) for name, value in stored.standards.items()})
    assert again.by_programme == stored.by_programme
    assert stored.knowledge == knowledge.version


def test_every_screened_programme_has_a_finding_with_reasons_and_sources(knowledge: Knowledge) -> None:
    findings = screen(knowledge, {}, DAY)
    assert tuple(findings.outcomes) == knowledge.screened
    for finding in findings.by_programme.values():
        assert finding.conditions
        for item in finding.conditions:
            for reference in (item.source, *item.further_sources):
                source, _, clause = reference.partition("#")
                assert clause in knowledge.sources[source].clauses


def test_an_open_condition_names_what_is_missing(knowledge: Knowledge) -> None:
    item = judged(screen(knowledge, {"savings": 500}, DAY, STANDARDS), "dibao", "savings")
    assert (item.state, item.missing, item.by_worker) == ("unknown", ("household_size",), False)


def test_what_no_longer_matters_is_not_named_as_missing(knowledge: Knowledge) -> None:
    item = judged(screen(knowledge, {**FACTS, "monthly_income": 9000, "severe_illness": True}, DAY, STANDARDS), "dibao", "income")
    assert (item.state, item.missing) == ("unknown", ())


def test_a_condition_near_a_line_is_for_a_person(knowledge: Knowledge) -> None:
    item = judged(screen(knowledge, {"monthly_income": 2000, "household_size": 2}, DAY, STANDARDS), "dibao_bianyuan", "above_dibao")
    assert (item.state, item.missing, item.by_worker) == ("unknown", (), True)
    assert item.note


def test_a_settled_condition_asks_nothing_of_anybody(knowledge: Knowledge) -> None:
    item = judged(screen(knowledge, {"homes": 1}, DAY), "dibao", "homes")
    assert (item.state, item.missing, item.by_worker) == ("met", (), False)
    assert judged(screen(knowledge, {"homes": 3}, DAY), "dibao", "homes").state == "not_met"


def test_a_finding_lists_what_is_missing_once_and_what_was_not_checked(knowledge: Knowledge) -> None:
    finding = screen(knowledge, {}, DAY).by_programme["dibao_bianyuan"]
    assert len(set(finding.missing)) == len(finding.missing)
    assert {"monthly_income", "household_size", "savings"} <= set(finding.missing)
    assert finding.unchecked


def test_routes_are_judged_apart(knowledge: Knowledge) -> None:
    findings = screen(knowledge, {"receiving": "dibao_bianyuan", "severe_illness": True, "homes": 3}, DAY)
    assert findings.by_programme["dibao"].routes == {"household": "unlikely", "one_person": "likely"}
    assert findings.outcomes["dibao"] == "likely"
    assert findings.by_programme["tekun"].routes == {}


def test_unknown_null_and_absent_mean_the_same(knowledge: Knowledge) -> None:
    bare = screen(knowledge, {"homes": 1}, DAY)
    assert screen(knowledge, {"homes": 1, "cars": None, "savings": "unknown"}, DAY) == bare


def test_on_a_day_without_figures_what_hangs_on_them_stays_open(knowledge: Knowledge) -> None:
    before = screen(knowledge, {"monthly_income": 0, "household_size": 2}, date(2020, 1, 1))
    assert judged(before, "dibao", "income").state == "unknown"
    assert judged(before, "dibao", "income").by_worker


def test_the_disposable_income_of_a_year_counts_in_the_next_only(knowledge: Knowledge) -> None:
    facts = {"monthly_income": 3000, "household_size": 1}
    assert judged(screen(knowledge, facts, date(2024, 12, 31)), "gangxing_zhichu", "income").state == "met"
    assert judged(screen(knowledge, facts, date(2025, 1, 1)), "gangxing_zhichu", "income").state == "unknown"


@pytest.mark.parametrize(
    "facts",
    [{"moon": 1}, {"household_size": 0}, {"household_size": 21}, {"household_size": True}, {"age": -1}, {"monthly_income": -5},
     {"monthly_income": float("nan")}, {"cars": "1"}, {"district": "朝阳区"}, {"service_needs": ["singing"]}, {"receiving": 3}, {"severe_illness": 1}],
)
def test_a_fact_that_cannot_be_is_refused(knowledge: Knowledge, facts: dict[str, object]) -> None:
    with pytest.raises(InputError):
        screen(knowledge, facts, DAY)


@pytest.mark.parametrize(
    "standards", [{"moon": 1}, {"dibao_monthly": 0}, {"dibao_monthly": -1}, {"dibao_monthly": float("inf")}, {"dibao_monthly": True}, {"dibao_monthly": "1"}]
)
def test_a_standard_that_cannot_be_is_refused(knowledge: Knowledge, standards: dict[str, int]) -> None:
    with pytest.raises(InputError):
        screen(knowledge, {}, DAY, standards)


def test_money_is_compared_to_the_fen(knowledge: Knowledge) -> None:
    facts: dict[str, object] = {"household_size": 1, "savings": 24000}
    assert judged(screen(knowledge, facts, DAY, STANDARDS), "dibao", "savings").state == "met"
    assert judged(screen(knowledge, {**facts, "savings": 24000.01}, DAY, STANDARDS), "dibao", "savings").state == "unknown"


def test_why_a_condition_is_open_is_said(knowledge: Knowledge) -> None:
    told = screen(knowledge, {"savings": 500}, DAY, STANDARDS)
    near = screen(knowledge, {"monthly_income": 2000, "household_size": 2}, DAY, STANDARDS)
    assert judged(told, "dibao", "savings").open_because == "missing"
    assert judged(near, "dibao_bianyuan", "above_dibao").open_because == "people"
    assert judged(screen(knowledge, {"cars": 0}, DAY, STANDARDS), "dibao", "cars").open_because == ""


def test_the_way_that_leads_furthest_comes_first_and_the_other_stands_aside(knowledge: Knowledge) -> None:
    together = screen(knowledge, FACTS, DAY, STANDARDS).by_programme["dibao"]
    assert together.leading_route == "household"
    assert {item.route for item in together.leading} == {"household"}
    assert set(together.other_ways) == {"one_person"}
    alone = screen(knowledge, {"receiving": "dibao_bianyuan", "severe_illness": True, "homes": 3}, DAY, STANDARDS).by_programme["dibao"]
    assert (alone.outcome, alone.leading_route) == ("likely", "one_person")
    assert all(item.state == "met" for item in alone.leading)
    only = screen(knowledge, FACTS, DAY, STANDARDS).by_programme["tekun"]
    assert (only.leading_route, only.leading, dict(only.other_ways)) == ("", only.conditions, {})


def test_a_closed_way_lacks_nothing(knowledge: Knowledge) -> None:
    finding = screen(knowledge, {**FACTS, "homes": 1, "cars": 0, "savings": 0}, DAY, STANDARDS).by_programme["dibao"]
    assert finding.missing == ("hukou",)


@pytest.mark.parametrize("word", ["符合", "一定", "保证", "肯定", "弱势", "受助者", "感恩", "达标", "资格"])
def test_conditions_are_said_in_plain_words_without_a_verdict(knowledge: Knowledge, word: str) -> None:
    for programme in knowledge.screened:
        rules = knowledge.rules[programme]
        said = [text for _, item in rules.every_condition for text in (item.says, item.note)]
        said += [item.says for item in rules.unchecked]
        said += [route.says for route in rules.routes]
        assert not [text for text in said if word in text]
