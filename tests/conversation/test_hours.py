"""What is told of the desk's hours and the line: an honest time, and nothing of it to somebody in danger."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.conversation import CaseView, Circumstances, Message, Reading, State, hours
from bot.conversation.talk import Talk
from bot.knowledge import Knowledge

TIANJIN = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 18, 5, tzinfo=TIANJIN)


def talk(knowledge: Knowledge, *, opens_at: datetime | None = None, case: CaseView | None = None, crisis: str = "") -> Talk:
    around = Circumstances(now=NOW, opens_at=opens_at, case=case)
    return Talk(State(crisis=crisis), Message("text"), Reading(), knowledge, around)


@pytest.mark.parametrize(("at", "words"), [
    (NOW.replace(hour=19, minute=0), "今天 19:00"), (NOW.replace(day=25, hour=9, minute=0), "明天 9:00"),
    (NOW.replace(day=30, hour=9, minute=5), "11 月 30 日 9:05"), (NOW.replace(day=25, hour=9, minute=0).astimezone(ZoneInfo("UTC")), "明天 9:00"),
])
def test_a_moment_is_said_as_people_say_it(knowledge: Knowledge, at: datetime, words: str) -> None:
    assert hours.moment(knowledge, NOW, at) == words


def test_while_the_desk_is_closed_the_time_of_opening_is_told(knowledge: Knowledge) -> None:
    assert "明天 9:00上班" in hours.expected(talk(knowledge, opens_at=NOW.replace(day=25, hour=9, minute=0)), None)
    assert hours.expected(talk(knowledge), None) == ""


@pytest.mark.parametrize(("ahead", "words"), [(0, "没有人在等"), (1, "还有 1 位"), (49, "还有 49 位"), (50, "等的人多"), (100, "等的人多")])
def test_the_place_in_line_is_told_as_far_as_a_number_helps(knowledge: Knowledge, ahead: int, words: str) -> None:
    assert words in hours.expected(talk(knowledge), ahead)


def test_somebody_in_danger_hears_of_no_line_and_no_hours(knowledge: Knowledge) -> None:
    later = NOW + timedelta(hours=15)
    assert hours.expected(talk(knowledge, opens_at=later, crisis="crisis.self_harm"), 5) == ""
    assert hours.expected(talk(knowledge, opens_at=later, case=CaseView("JN1", "new", "red", "crisis")), 5) == ""
