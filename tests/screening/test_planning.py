"""Which question comes next, which never comes, and how many may still come."""

import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge import FactSpec, Knowledge, Question
from bot.screening import filled_by, next_question, remaining, screen, settled

DAY = date(2026, 11, 24)
OPENED: dict[str, object] = {"for_whom": "self", "district": "南开区"}
SETTLED: dict[str, object] = {
    **OPENED, "emergency": "none", "basic_needs_unmet": False, "child_distress": False, "receiving": "none", "age": 40, "disability": "none",
    "severe_illness": False, "self_care": "full", "lives_alone": False, "service_needs": (), "supporter": "able", "household_size": 2,
    "monthly_income": 9000, "rigid_expense_12m": 0,
}


def question(knowledge: Knowledge, name: str) -> Question:
    return next(item for item in knowledge.questions if item.id == name)


def any_value(spec: FactSpec, chance: random.Random) -> object:
    match spec.type:
        case "choice":
            return chance.choice(spec.choice_ids)
        case "set":
            return tuple(chance.sample(spec.choice_ids, chance.randint(0, 2)))
        case "boolean":
            return chance.random() < 0.5
        case "integer":
            return chance.randint(spec.min or 0, min(spec.max or 0, 90))
        case "money":
            return chance.choice((0, 500, 2000, 4000, 9000, 30000, 200000))


def tapped(asked: Question, household: dict[str, object], chance: random.Random) -> dict[str, object]:
    """What somebody from `household` fills, by random ticks in a tick-list and truly elsewhere."""
    if asked.several:
        ticks = [place for place in range(len(asked.choices)) if chance.random() < 0.2]
        return filled_by(asked, ticks)
    return {name: household[name] for name in asked.facts if name in household}


def test_the_talk_opens_with_for_whom_and_then_urgent_need(knowledge: Knowledge) -> None:
    first = next_question(knowledge, {}, (), DAY)
    assert first is not None
    assert first.id == "for_whom"
    second = next_question(knowledge, {"for_whom": "self"}, ("for_whom",), DAY)
    assert second is not None
    assert second.id == "situation"


def test_the_district_is_asked_last_unless_an_outcome_hangs_on_it(knowledge: Knowledge) -> None:
    household: dict[str, object] = {**SETTLED}
    del household["district"]
    last = next_question(knowledge, household, (), DAY)
    assert last is not None
    assert last.id == "district"
    assert remaining(knowledge, household, (), DAY) == 1
    assert next_question(knowledge, household, ("district",), DAY) is None
    hangs = next_question(knowledge, {**household, "receiving": "tekun"}, ("for_whom", "situation", "background"), DAY)
    assert hangs is not None


def test_urgent_need_comes_before_everything_else(knowledge: Knowledge) -> None:
    third = next_question(knowledge, OPENED, ("for_whom", "district"), DAY)
    assert third is not None
    assert third.id == "situation"
    skipped = next_question(knowledge, OPENED, ("for_whom", "district", "situation"), DAY)
    assert skipped is not None
    assert not set(skipped.facts) & set(third.facts)


def test_an_opening_question_that_was_passed_over_does_not_come_back(knowledge: Knowledge) -> None:
    after = next_question(knowledge, {}, ("for_whom", "district"), DAY)
    assert after is not None
    assert after.id == "situation"


def test_a_fact_said_to_be_unknown_is_not_asked_for(knowledge: Knowledge) -> None:
    facts = {**OPENED, "monthly_income": "unknown"}
    asked = {"for_whom", "district"}
    while (found := next_question(knowledge, facts, asked, DAY)) is not None:
        assert found.id != "monthly_income"
        asked.add(found.id)


def test_what_a_tick_leaves_open_is_asked_by_itself(knowledge: Knowledge) -> None:
    situation = question(knowledge, "situation")
    tick = next(place for place, choice in enumerate(situation.choices) if choice.fills.get("disability", "") is None)
    facts = {**OPENED, **filled_by(situation, [tick])}
    assert "disability" not in facts
    asked = {"for_whom", "district", "situation"}
    seen = set()
    while (found := next_question(knowledge, facts, asked, DAY)) is not None:
        seen.add(found.id)
        asked.add(found.id)
    assert "disability" in seen


def test_nothing_is_asked_once_no_answer_could_change_an_outcome(knowledge: Knowledge) -> None:
    assert settled(knowledge, SETTLED, (), DAY)
    assert next_question(knowledge, SETTLED, (), DAY) is None
    assert remaining(knowledge, SETTLED, (), DAY) == 0


@pytest.mark.parametrize(
    ("facts", "idle"),
    [
        ({"homes": 3, "receiving": "dibao"}, {"hukou"}),
        ({"household_size": 2, "monthly_income": 0, "receiving": "none"}, {"rigid_expense_12m"}),
        ({"disability": "none"}, {"disability_kind"}),
        ({"supporter": "able", "can_work": True}, {"has_income_source"}),
    ],
)
def test_what_can_no_longer_matter_is_never_asked(knowledge: Knowledge, facts: dict[str, object], idle: set[str]) -> None:
    known = {**OPENED, **facts}
    asked = {"for_whom", "district"}
    while (found := next_question(knowledge, known, asked, DAY)) is not None:
        assert found.id not in idle
        asked.add(found.id)


def test_without_agreement_nothing_sensitive_is_asked(knowledge: Knowledge) -> None:
    asked = {"for_whom", "district"}
    seen = []
    facts: dict[str, object] = {"for_whom": "other", "district": "南开区"}
    while (found := next_question(knowledge, facts, asked, DAY, agreed=False)) is not None:
        assert not found.sensitive
        seen.append(found.id)
        asked.add(found.id)
    assert "basic_needs_unmet" in seen
    assert remaining(knowledge, facts, ("for_whom", "district"), DAY, agreed=False) >= len(seen)


@given(st.integers(0, 2**32))
@settings(deadline=None, max_examples=60)
def test_the_number_of_questions_still_to_come_is_never_understated(knowledge: Knowledge, seed: int) -> None:
    chance = random.Random(seed)
    household = {name: any_value(spec, chance) for name, spec in knowledge.facts.items() if chance.random() < 0.9}
    facts: dict[str, object] = {}
    asked: set[str] = set()
    bounds = []
    while (found := next_question(knowledge, facts, asked, DAY)) is not None:
        assert found.id not in asked
        assert any(name not in facts for name in found.facts)
        bounds.append(remaining(knowledge, facts, asked, DAY))
        asked.add(found.id)
        facts.update(tapped(found, household, chance))
    assert remaining(knowledge, facts, asked, DAY) == 0
    assert all(bound >= len(bounds) - place for place, bound in enumerate(bounds))


@given(st.integers(0, 2**32))
@settings(deadline=None, max_examples=60)
def test_the_interview_ends_with_the_outcomes_of_full_knowledge(knowledge: Knowledge, seed: int) -> None:
    chance = random.Random(seed)
    household = {name: any_value(spec, chance) for name, spec in knowledge.facts.items()}
    facts: dict[str, object] = {}
    asked: set[str] = set()
    while (found := next_question(knowledge, facts, asked, DAY)) is not None:
        asked.add(found.id)
        facts.update({name: household[name] for name in found.facts})
    assert screen(knowledge, facts, DAY).outcomes == screen(knowledge, household, DAY).outcomes


@given(st.integers(0, 2**32))
@settings(deadline=None, max_examples=40)
def test_a_changed_early_answer_reopens_only_what_hangs_on_it(knowledge: Knowledge, seed: int) -> None:
    chance = random.Random(seed)
    household = {name: any_value(spec, chance) for name, spec in knowledge.facts.items()}
    facts: dict[str, object] = {}
    asked: list[str] = []
    filled: dict[str, set[str]] = {}
    while (found := next_question(knowledge, facts, asked, DAY)) is not None:
        asked.append(found.id)
        told = {name: household[name] for name in found.facts if name not in facts}
        filled[found.id] = set(told)
        facts.update(told)
    changed = chance.choice(asked)
    facts = {name: value for name, value in facts.items() if name not in filled[changed]}
    other = {name: any_value(spec, chance) for name, spec in knowledge.facts.items()}
    left = [name for name in asked if name != changed]
    kept = dict(facts)
    while (found := next_question(knowledge, facts, left, DAY)) is not None:
        assert found.id == changed or found.id not in asked or not set(found.facts) <= set(kept)
        left.append(found.id)
        facts.update({name: other[name] for name in found.facts if name not in facts})
    assert {name: facts[name] for name in kept} == kept


def test_ticks_win_over_what_none_of_these_fills(knowledge: Knowledge) -> None:
    situation = question(knowledge, "situation")
    by_title = {choice.title: place for place, choice in enumerate(situation.choices)}
    assert filled_by(situation, []) == situation.none_fills
    ill = filled_by(situation, [by_title["得了大病重病"], by_title["就一个人住"]])
    assert (ill["severe_illness"], ill["lives_alone"], ill["household_size"], ill["emergency"]) == (True, True, 1, "none")


def test_sets_are_joined_and_a_fact_left_open_wins(knowledge: Knowledge) -> None:
    wishes = question(knowledge, "service_needs")
    assert filled_by(wishes, [0, 1, 1])["service_needs"] == [*wishes.choices[0].fills["service_needs"], *wishes.choices[1].fills["service_needs"]]
    assert filled_by(wishes, []) == {"service_needs": []}
    situation = question(knowledge, "situation")
    both = [place for place, choice in enumerate(situation.choices) if "service_needs" in choice.fills]
    assert "service_needs" not in filled_by(situation, both)


def test_of_two_ticks_on_one_fact_the_first_counts(knowledge: Knowledge) -> None:
    situation = question(knowledge, "situation")
    ticks = [place for place, choice in enumerate(situation.choices) if "emergency" in choice.fills]
    assert filled_by(situation, ticks)["emergency"] == situation.choices[ticks[0]].fills["emergency"]


def test_a_choice_that_is_no_tick_fills_only_its_own(knowledge: Knowledge) -> None:
    assert filled_by(question(knowledge, "livelihood"), [1]) == {"has_income_source": True, "can_work": True}
    assert filled_by(question(knowledge, "disability"), [4]) == {}
