from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.casework.clocks import due
from bot.casework.working_time import after_working, calendar_knows, is_open, is_working_day, next_open, working_minutes
from bot.knowledge import Knowledge
from bot.knowledge.office_hours import OfficeHours

TIANJIN = ZoneInfo("Asia/Shanghai")
HOURS = OfficeHours.model_validate({"spans": [{"opens": "09:00", "closes": "12:00"}, {"opens": "13:30", "closes": "17:30"}]})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TIANJIN)


def test_a_saturday_that_makes_up_for_a_holiday_is_a_working_day() -> None:
    assert is_working_day(HOURS, date(2026, 10, 10))


def test_national_day_is_no_working_day_although_it_is_a_thursday() -> None:
    assert not is_working_day(HOURS, date(2026, 10, 1))


def test_the_file_wins_over_the_calendar() -> None:
    hours = HOURS.model_copy(update={"closed_on": (date(2026, 11, 24),), "open_on": (date(2026, 11, 28),)})
    assert not is_working_day(hours, date(2026, 11, 24))
    assert is_working_day(hours, date(2026, 11, 28))


def test_a_year_that_the_calendar_does_not_know_goes_by_weekdays_and_says_so() -> None:
    assert not calendar_knows(2099)
    assert is_working_day(HOURS, date(2099, 1, 5))
    assert not is_working_day(HOURS, date(2099, 1, 3))


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-24T08:00", "2026-11-24T09:00"),
        ("2026-11-24T12:10", "2026-11-24T13:30"),
        ("2026-11-24T17:30", "2026-11-25T09:00"),
        ("2026-11-27T18:00", "2026-11-30T09:00"),
        ("2026-09-30T18:00", "2026-10-08T09:00"),
    ],
)
def test_the_next_opening_is_the_promise_given_out_of_hours(moment: str, opens: str) -> None:
    assert not is_open(HOURS, at(moment))
    assert next_open(HOURS, at(moment)) == at(opens)


def test_working_minutes_skip_lunch_nights_and_weekends() -> None:
    assert after_working(HOURS, at("2026-11-27T17:00"), 60) == at("2026-11-30T09:30")
    assert after_working(HOURS, at("2026-11-24T11:30"), 60) == at("2026-11-24T14:00")
    assert working_minutes(HOURS, at("2026-11-27T17:00"), at("2026-11-30T09:30")) == 60
    assert working_minutes(HOURS, at("2026-11-30T09:30"), at("2026-11-27T17:00")) == 0


def test_red_and_orange_clocks_run_through_the_holiday_and_green_ones_wait_for_it_to_end(knowledge: Knowledge) -> None:
    night = at("2026-10-01T23:00")
    assert due(knowledge.triage, HOURS, "red", {"crisis.self_harm"}, night) == at("2026-10-01T23:15")
    assert due(knowledge.triage, HOURS, "orange", {"crisis.destitute"}, night) == at("2026-10-01T23:30")
    assert due(knowledge.triage, HOURS, "green", {"always"}, night) == at("2026-10-08T17:30")


def test_hours_that_overlap_or_contradict_are_refused() -> None:
    with pytest.raises(ValueError, match="重叠"):
        OfficeHours.model_validate({"spans": [{"opens": "09:00", "closes": "12:00"}, {"opens": "11:00", "closes": "17:30"}]})
    with pytest.raises(ValueError, match="同一天"):
        OfficeHours.model_validate({"spans": [{"opens": "09:00", "closes": "12:00"}], "closed_on": ["2026-01-01"], "open_on": ["2026-01-01"]})
