"""No value is ever borrowed from another period."""

from datetime import date
from decimal import Decimal

import pytest

from bot.knowledge import DatedValue, Knowledge, Parameter, ParameterNotInForce

STANDARD = Parameter(
    label="示例", unit="yuan", checked_on=date(2026, 1, 1),
    values=(
        DatedValue(starts_on=date(2024, 7, 1), value=Decimal(900), source="x", grade="A"),
        DatedValue(starts_on=date(2025, 7, 1), ends_on=date(2026, 6, 30), value=Decimal(960), source="x", grade="A"),
    ),
)


@pytest.mark.parametrize(
    ("day", "expected"), [(date(2025, 6, 30), 900), (date(2025, 7, 1), 960), (date(2026, 6, 30), 960)],
    ids=["last day of the old value", "first day of the new value", "last day in force"],
)
def test_a_value_changes_on_the_day_it_takes_effect(day: date, expected: int) -> None:
    assert STANDARD.on(day).value == expected


@pytest.mark.parametrize("day", [date(2024, 6, 30), date(2026, 7, 1)])
def test_no_value_is_ever_borrowed_from_another_period(day: date) -> None:
    with pytest.raises(ParameterNotInForce):
        STANDARD.on(day)


def test_the_standard_in_force_is_the_one_of_september_2025(knowledge: Knowledge) -> None:
    assert knowledge.value("dibao_monthly", date(2025, 9, 1)) == 1045
    assert knowledge.value("dibao_monthly", date(2026, 11, 24)) == 1045


def test_last_years_income_per_person_was_never_found_and_has_no_value(knowledge: Knowledge) -> None:
    with pytest.raises(ParameterNotInForce):
        knowledge.value("disposable_income_annual", date(2026, 11, 24))
