"""The roster as arithmetic, and whom an alarm is for."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from bot.casework.alerting import calls_people, is_an_answer, may_call_again
from bot.casework.duty import Gap, Shift, answering, gaps, overlaps, running
from bot.knowledge import Knowledge
from bot.knowledge.duty import Duty, worded

TIANJIN = ZoneInfo("Asia/Shanghai")
EIGHT = datetime(2026, 11, 24, 8, tzinfo=TIANJIN)
HOUR = timedelta(hours=1)


def shift(number: int, district: str | None, start: int, end: int, person: int = 0, unit: int | None = None) -> Shift:
    return Shift(number, person or number, None, district, unit, EIGHT + start * HOUR, EIGHT + end * HOUR)


def test_a_shift_runs_from_its_start_up_to_its_end() -> None:
    one = shift(1, None, 0, 12)
    assert running([one], EIGHT) == [one]
    assert running([one], EIGHT + 12 * HOUR) == []


def test_a_gap_is_where_neither_the_district_nor_the_city_desk_has_anybody() -> None:
    day, night = shift(1, "河东区", 0, 12), shift(2, None, 14, 24)
    assert gaps([night, day], ["河东区", None], EIGHT, EIGHT + 24 * HOUR) == [
        Gap("河东区", EIGHT + 12 * HOUR, EIGHT + 14 * HOUR), Gap(None, EIGHT, EIGHT + 14 * HOUR),
    ]


def test_shifts_that_follow_each_other_leave_no_gap_and_do_not_overlap() -> None:
    both = [shift(1, None, 0, 12), shift(2, None, 12, 24)]
    assert gaps(both, [None], EIGHT, EIGHT + 24 * HOUR) == []
    assert overlaps(both) == []


def test_a_shift_within_another_hides_no_later_gap() -> None:
    long, short = shift(1, None, 0, 20), shift(2, None, 2, 4)
    assert gaps([long, short], [None], EIGHT, EIGHT + 24 * HOUR) == [Gap(None, EIGHT + 20 * HOUR, EIGHT + 24 * HOUR)]


def test_overlaps_are_of_one_place_or_one_person() -> None:
    same_place, same_person, apart = shift(2, "河东区", 6, 18), shift(3, "南开区", 8, 10, person=1), shift(4, "南开区", 0, 24)
    found = overlaps([shift(1, "河东区", 0, 12), same_place, same_person, apart])
    assert {(item.first.id, item.second.id) for item in found} == {(1, 2), (1, 3), (4, 3)}
    assert next(item for item in found if item.second is same_place).ends_at == EIGHT + 12 * HOUR


def test_the_district_answers_first_then_the_city_desk_and_without_a_district_everybody_on_duty() -> None:
    near, city, far = shift(1, "河东区", 0, 12), shift(2, None, 0, 12), shift(3, "南开区", 0, 12)
    everybody = [near, city, far]
    assert answering(everybody, "河东区") == [near]
    assert answering(everybody, "河西区") == [city]
    assert answering(everybody, None) == everybody


def test_a_shift_of_a_unit_answers_for_cases_of_that_unit_and_of_none() -> None:
    window = shift(1, "河东区", 0, 12, unit=7)
    assert answering([window], "河东区", 7) == [window]
    assert answering([window], "河东区", None) == [window]
    assert answering([window], "河东区", 8) == []


def test_red_and_the_destitute_call_people_and_nothing_else_does(knowledge: Knowledge) -> None:
    assert calls_people(knowledge.duty, "red", ("crisis.self_harm",))
    assert calls_people(knowledge.duty, "orange", ("crisis.destitute",))
    assert not calls_people(knowledge.duty, "orange", ("fact.basic_needs_unmet",))
    assert not calls_people(knowledge.duty, "green", ())


def test_work_on_a_case_is_an_answer_and_a_note_or_a_look_is_none() -> None:
    assert all(is_an_answer(what) for what in ("claimed", "replied", "verified", "colour:orange", "moved:closed"))
    assert not any(is_an_answer(what) for what in ("note", "looked", "opened_with_reason", "asked_consent:hospital"))


def test_further_words_of_danger_call_nobody_anew_until_the_quiet_minutes_are_over(knowledge: Knowledge) -> None:
    quiet = timedelta(minutes=knowledge.duty.quiet_minutes)
    assert not may_call_again(knowledge.duty, EIGHT, EIGHT + quiet - timedelta(seconds=1))
    assert may_call_again(knowledge.duty, EIGHT, EIGHT + quiet)


@pytest.mark.parametrize("text", ["{{ need }} {{ number }} {{ link }}", "{{ number }}", "{% if number %}{{ number }} {{ link }}", ""])
def test_texts_that_could_carry_words_or_name_no_case_are_refused(knowledge: Knowledge, text: str) -> None:
    given = knowledge.duty.model_dump()
    with pytest.raises(ValidationError, match="texts"):
        Duty(**{**given, "texts": {**given["texts"], "sms": text}})


def test_a_text_is_filled_with_what_names_the_case(knowledge: Knowledge) -> None:
    values = {"number": "JN1", "colour": "红", "minutes": "3", "step": "代班", "link": "https://x/console/cases/JN1"}
    assert worded(knowledge.duty.texts["group"], values) == "【津暖】红色个案 JN1 等人应答，已等 3 分钟。现在请代班应答：https://x/console/cases/JN1"
