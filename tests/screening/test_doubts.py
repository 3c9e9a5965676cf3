"""Answers that hardly go together are noticed; ordinary ones are left in peace."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge import Knowledge
from bot.screening import contradictions

ORDINARY: dict[str, object] = {
    "household_size": 3, "lives_alone": False, "monthly_income": 4000, "savings": 20000, "age": 45, "for_whom": "self", "can_work": True,
    "has_income_source": True, "self_care": "full", "receiving": "none", "supporter": "able", "rigid_expense_12m": 30000, "disability": "none",
}


def ids(knowledge: Knowledge, facts: dict[str, object]) -> list[str]:
    return [item.id for item in contradictions(knowledge, facts)]


def test_an_ordinary_household_is_left_in_peace(knowledge: Knowledge) -> None:
    assert ids(knowledge, ORDINARY) == []
    assert ids(knowledge, {}) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"lives_alone": True}, "alone_but_several"),
        ({"household_size": 13}, "very_many_people"),
        ({"monthly_income": 160000}, "income_very_high"),
        ({"household_size": 1, "has_income_source": False}, "income_without_source"),
        ({"age": 12, "household_size": 1}, "child_alone"),
        ({"age": 7}, "child_asks_for_self"),
        ({"self_care": "none"}, "works_but_helpless"),
        ({"disability_kind": "visual"}, "kind_without_disability"),
        ({"receiving": "tekun"}, "tekun_but_supported"),
        ({"savings": 6000000}, "savings_very_high"),
        ({"rigid_expense_12m": 1000001}, "expense_very_high"),
        ({"rigid_expense_12m": 600000}, "expense_beyond_means"),
    ],
)
def test_what_hardly_goes_together_is_asked_about(knowledge: Knowledge, changes: dict[str, object], expected: str) -> None:
    found = {item.id: item for item in contradictions(knowledge, {**ORDINARY, **changes})}
    assert expected in found
    assert set(found[expected].facts) <= set(knowledge.facts)
    assert found[expected].ask


@pytest.mark.parametrize(
    ("facts", "expected"),
    [({"monthly_income": -100}, "monthly_income_impossible"), ({"household_size": 200}, "household_size_impossible"), ({"age": 130}, "age_impossible")],
)
def test_a_value_that_cannot_be_is_asked_about(knowledge: Knowledge, facts: dict[str, object], expected: str) -> None:
    assert ids(knowledge, facts) == [expected]


def test_an_impossible_value_is_asked_about_once(knowledge: Knowledge) -> None:
    assert ids(knowledge, {"cars": 99}) == ["cars_impossible"]


@given(st.dictionaries(st.text(), st.one_of(st.none(), st.integers(), st.text(), st.lists(st.text()), st.floats())))
def test_no_facts_of_any_kind_make_it_raise(knowledge: Knowledge, facts: dict[str, object]) -> None:
    assert isinstance(contradictions(knowledge, facts), tuple)
