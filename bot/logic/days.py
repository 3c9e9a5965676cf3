"""Calendar arithmetic on plain days; the day of today always comes from outside."""

from calendar import monthrange
from datetime import date

MONTHS_PER_YEAR = 12


def months_later(day: date, months: int) -> date:
    """The same day `months` later, or the last day of that month when it is shorter."""
    years, month = divmod(day.year * MONTHS_PER_YEAR + day.month - 1 + months, MONTHS_PER_YEAR)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))
