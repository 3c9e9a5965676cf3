"""Worked cases that a policy officer can read and correct: policies/cases/<programme>/*.yaml."""

import pytest

from bot.knowledge import Knowledge, build
from bot.logic import Never
from bot.publishing import read_folder
from bot.screening import screen
from bot.screening.worked import Placed, worked_cases, worked_faults
from tests.conftest import ROOT

FIGURES = {"dibao_monthly", "disposable_income_annual"}
INCOME = "cases/dibao/income.yaml"


@pytest.fixture(scope="module")
def cases(knowledge: Knowledge) -> list[Placed]:
    return worked_cases(knowledge)


def test_every_worked_case_comes_out_as_written(knowledge: Knowledge, cases: list[Placed]) -> None:
    assert len(cases) > 100
    assert worked_faults(knowledge) == []


def test_a_case_that_comes_out_otherwise_is_named_with_its_line_and_both_outcomes(knowledge: Knowledge) -> None:
    text = knowledge.files[INCOME]
    changed = build({**knowledge.files, INCOME: text.replace("expect: likely", "expect: unlikely", 1).replace("met: [income]", "unknown: [income]", 1)})
    found = worked_faults(changed)
    assert {(fault.file, fault.line) for fault in found} == {(INCOME, 1)}
    assert any("应是可能不符合，现在算出来是可能符合" in fault.what for fault in found)
    assert any("「income」应是还不清楚，现在是满足" in fault.what for fault in found)


@pytest.mark.parametrize(("text", "what"), [
    ("- name: 少了该有的\n", "缺少"), ("name: 不是单子\n", "单子"), ("- {name: x, facts: {nothing: 1}, expect: likely}\n", "算不出来"),
    ("- {name: x, facts: {}, expect: likely, met: [no_such]}\n", "没有了"), ("- [\n", "格式"),
])
def test_a_case_that_is_not_written_as_one_is_a_fault_of_its_file(knowledge: Knowledge, text: str, what: str) -> None:
    found = worked_faults(build({**knowledge.files, "cases/dibao/new.yaml": text}))
    assert any(fault.file == "cases/dibao/new.yaml" and what in fault.what for fault in found), found


def test_rules_that_are_taken_down_turn_no_case_red(knowledge: Knowledge) -> None:
    withdrawn = knowledge.files["withdrawn.yaml"].replace("rules: []", "rules: [dibao]")
    assert worked_faults(build({**knowledge.files, "withdrawn.yaml": withdrawn})) == []


def test_a_case_of_a_programme_without_rules_is_a_fault(knowledge: Knowledge) -> None:
    found = worked_faults(build({**knowledge.files, "cases/nowhere/x.yaml": "- {name: x, facts: {}, expect: possible}\n"}))
    assert ["没有「nowhere」的规则" in fault.what for fault in found] == [True]


def test_no_worked_case_lies_where_nobody_reads_it() -> None:
    assert not list((ROOT / "tests" / "policies").rglob("*.yaml"))
    assert any(name.startswith("cases/") for name in read_folder(ROOT / "policies"))


def test_every_screened_programme_has_worked_cases(knowledge: Knowledge, cases: list[Placed]) -> None:
    assert {placed.programme for placed in cases} == set(knowledge.screened)


def test_every_condition_is_met_or_judged_by_people_in_some_case(knowledge: Knowledge, cases: list[Placed]) -> None:
    for name in knowledge.screened:
        own = [placed.case for placed in cases if placed.programme == name]
        found = [screen(knowledge, case.facts, case.day, case.standards or None).by_programme[name] for case in own]
        met = {item.id for finding in found for item in finding.conditions if item.state == "met"}
        judged = {condition.id for _, condition in knowledge.rules[name].every_condition if condition.met_if is None}
        assert {condition.id for _, condition in knowledge.rules[name].every_condition} == met | judged


def test_every_condition_that_can_fail_or_stay_open_does_so_in_some_case(knowledge: Knowledge, cases: list[Placed]) -> None:
    for name in knowledge.screened:
        own = [placed.case for placed in cases if placed.programme == name]
        found = [screen(knowledge, case.facts, case.day, case.standards or None).by_programme[name] for case in own]
        seen = {(item.id, item.state) for finding in found for item in finding.conditions}
        for _, condition in knowledge.rules[name].every_condition:
            assert (condition.id, "unknown") in seen, (name, condition.id)
            if condition.met_if is not None and not isinstance(condition.fails_if, Never):
                assert (condition.id, "not_met") in seen, (name, condition.id)


def test_no_case_hangs_on_a_figure_that_may_change(cases: list[Placed]) -> None:
    for placed in cases:
        case = placed.case
        money = {"monthly_income", "savings"} & set(case.facts)
        if money and "household_size" in case.facts and "day" not in case.model_fields_set and case.facts.get("monthly_income") != 0:
            assert FIGURES & set(case.standards), (placed.programme, case.name)
