"""What holds for every household, tried on random ones with missing facts."""

import random
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge import FactSpec, Knowledge
from bot.screening import screen

DAY = date(2026, 11, 24)
STANDARDS = {"dibao_monthly": 1000, "disposable_income_annual": 48000}
AMOUNTS = (0, 1, 300, 990, 1000, 1010, 1500, 2000, 3000, 12000, 24000, 36000, 48000, 90000, 400000)


def value(spec: FactSpec, chance: random.Random) -> object:
    """Any legal value, with amounts near the lines."""
    match spec.type:
        case "choice":
            return chance.choice(spec.choice_ids)
        case "set":
            return tuple(chance.sample(spec.choice_ids, chance.randint(0, 2)))
        case "boolean":
            return chance.random() < 0.5
        case "integer":
            high = min(spec.max or 0, 90)
            return chance.choice((spec.min or 0, chance.randint(spec.min or 0, high), min(chance.randint(1, 3), high)))
        case "money":
            return chance.choice(AMOUNTS) * chance.choice((1, 1, 2, 3))


def household(knowledge: Knowledge, chance: random.Random, share: float) -> dict[str, object]:
    """A random household of which about `share` is known."""
    return {name: value(spec, chance) for name, spec in knowledge.facts.items() if chance.random() < share}


@given(st.integers(0, 2**32), st.floats(0.2, 1))
@settings(deadline=None, max_examples=300)
def test_what_is_decided_stays_decided_when_more_is_known(knowledge: Knowledge, seed: int, share: float) -> None:
    chance = random.Random(seed)
    some = household(knowledge, chance, share)
    more = {**household(knowledge, chance, 0.6), **some}
    before, after = (screen(knowledge, facts, DAY, STANDARDS) for facts in (some, more))
    for programme, outcome in before.outcomes.items():
        if outcome != "possible":
            assert after.outcomes[programme] == outcome
        states = {(item.route, item.id): item.state for item in after.by_programme[programme].conditions}
        for item in before.by_programme[programme].conditions:
            assert item.state in ("unknown", states[item.route, item.id])


@given(st.integers(0, 2**32), st.floats(0, 1))
@settings(deadline=None, max_examples=200)
def test_an_open_condition_without_missing_facts_never_settles(knowledge: Knowledge, seed: int, share: float) -> None:
    chance = random.Random(seed)
    some = household(knowledge, chance, share)
    more = {**household(knowledge, chance, 1), **some}
    after = screen(knowledge, more, DAY, STANDARDS)
    for programme, finding in screen(knowledge, some, DAY, STANDARDS).by_programme.items():
        states = {(item.route, item.id): item.state for item in after.by_programme[programme].conditions}
        for item in finding.conditions:
            if item.by_worker:
                assert states[item.route, item.id] == "unknown"


@given(st.integers(0, 2**32))
@settings(deadline=None, max_examples=200)
def test_no_legal_household_makes_the_screening_raise(knowledge: Knowledge, seed: int) -> None:
    facts = household(knowledge, random.Random(seed), 0.8)
    outcomes = screen(knowledge, facts, DAY).outcomes
    assert set(outcomes.values()) <= {"likely", "possible", "unlikely"}


@given(st.integers(0, 2**32), st.sampled_from([500, 800, 1045, 1200, 3000]))
@settings(deadline=None, max_examples=100)
def test_doubling_all_money_and_standards_changes_nothing(knowledge: Knowledge, seed: int, standard: int) -> None:
    facts = household(knowledge, random.Random(seed), 0.8)
    doubled = {name: item * 2 if knowledge.facts[name].type == "money" else item for name, item in facts.items()}  # type: ignore[operator]
    first = screen(knowledge, facts, DAY, {"dibao_monthly": standard, "disposable_income_annual": standard * 50})
    second = screen(knowledge, doubled, DAY, {"dibao_monthly": standard * 2, "disposable_income_annual": standard * 100})
    assert first.outcomes == second.outcomes
