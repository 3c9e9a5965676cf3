"""Working time: the calendar of mainland China with 调休, and the hours of the desk."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import chinese_calendar

from bot.knowledge.office_hours import OfficeHours

_LONGEST_SEARCH_DAYS = 400
"""Within so many days there is a working day, or the hours are not usable."""


def calendar_knows(year: int) -> bool:
    """Whether holidays and 调休 of that year are in the national calendar that the program carries."""
    return any(day.year == year for day in chinese_calendar.constants.holidays)


def is_working_day(hours: OfficeHours, day: date) -> bool:
    """Whether the desk works on that day.

    What office_hours.yaml says wins; then the national calendar (国务院办公厅's yearly notice); in a year
    that the calendar does not know yet, Monday to Friday.
    """
    if day in hours.closed_on:
        return False
    if day in hours.open_on:
        return True
    if calendar_knows(day.year):
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5


def _spans(hours: OfficeHours, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The working stretches from `start` on, the first one cut at `start`; in the zone of `start`."""
    for ahead in range(_LONGEST_SEARCH_DAYS):
        day = start.date() + timedelta(days=ahead)
        if not is_working_day(hours, day):
            continue
        for span in hours.spans:
            opens = datetime.combine(day, span.opens, start.tzinfo)
            closes = datetime.combine(day, span.closes, start.tzinfo)
            if closes > start:
                yield max(opens, start), closes


def is_open(hours: OfficeHours, at: datetime) -> bool:
    """Whether the desk is staffed at that moment."""
    return next(_spans(hours, at))[0] == at


def next_open(hours: OfficeHours, at: datetime) -> datetime:
    """The first moment from `at` on at which the desk is staffed."""
    return next(_spans(hours, at))[0]


def after_working(hours: OfficeHours, start: datetime, minutes: int) -> datetime:
    """The moment at which so many working minutes have passed since `start`."""
    left = timedelta(minutes=minutes)
    for opens, closes in _spans(hours, start):
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    return start + timedelta(days=_LONGEST_SEARCH_DAYS)


def working_minutes(hours: OfficeHours, start: datetime, end: datetime) -> int:
    """Whole working minutes between two moments; 0 when `end` is not after `start`."""
    total = timedelta()
    for opens, closes in _spans(hours, start):
        if opens >= end:
            break
        total += min(closes, end) - opens
    return int(total.total_seconds() // 60)
