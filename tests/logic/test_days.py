"""Calendar arithmetic."""

from datetime import date

import pytest

from bot.logic.days import months_later


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2025, 9, 1), 12, date(2026, 9, 1)),
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2023, 12, 31), 2, date(2024, 2, 29)),
        (date(2025, 3, 15), -3, date(2024, 12, 15)),
    ],
)
def test_months_are_counted_to_the_same_day_or_the_last_of_a_shorter_month(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later
