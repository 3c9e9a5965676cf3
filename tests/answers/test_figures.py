"""Figures carry their unit and day, and the old ones a word of caution: beside an amount, else in the footnote."""

from datetime import date

import pytest

from bot.answers import render
from bot.answers.variables import figure
from bot.knowledge import Knowledge
from bot.knowledge.limits import months_after

CAUTION = "之后有没有调整，以街道（乡镇）答复为准"


@pytest.mark.parametrize(("day", "old"), [(date(2026, 9, 1), False), (date(2026, 9, 2), True)])
def test_an_amount_is_old_twelve_months_after_its_first_day(knowledge: Knowledge, day: date, old: bool) -> None:
    found = figure(knowledge, "dibao_monthly", day)
    assert found.is_old is old
    assert found.caution == (CAUTION if old else "")
    assert found.since == "2025 年 9 月 1 日起"


def test_a_figure_outside_its_days_says_so_and_who_knows(knowledge: Knowledge) -> None:
    found = figure(knowledge, "dibao_monthly", date(2020, 1, 1))
    assert "没查到" in str(found)
    assert knowledge.contacts["hotline_12345"].number in str(found)
    assert found.on_day is None


def test_an_old_rule_in_days_is_dated_in_the_footnote(knowledge: Knowledge) -> None:
    answer = render(knowledge, "ask.dibao.time", date(2026, 11, 24))
    assert answer is not None
    assert "2021 年 7 月 1 日" in answer.footnote
    assert CAUTION in answer.footnote


def test_an_amount_cautioned_in_the_text_is_not_cautioned_twice(knowledge: Knowledge) -> None:
    answer = render(knowledge, "ask.dibao.amount", date(2026, 11, 24))
    assert answer is not None
    assert CAUTION in answer.text
    assert CAUTION not in answer.footnote


@pytest.mark.parametrize(("day", "months", "then"), [
    (date(2025, 1, 31), 1, date(2025, 2, 28)), (date(2024, 2, 29), 12, date(2025, 2, 28)),
    (date(2025, 12, 1), 1, date(2026, 1, 1)), (date(2025, 11, 30), 13, date(2026, 12, 30)),
])
def test_months_end_on_the_last_day_there_is(day: date, months: int, then: date) -> None:
    assert months_after(day, months) == then
