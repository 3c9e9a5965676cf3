"""Answers to the questions of the pre-screening."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.knowledge import Knowledge
from bot.understanding import read_answer

CASES: dict[str, list[dict[str, Any]]] = {}
for name in ("answers.yaml", "spoken_answers.yaml"):
    for asked, rows in yaml.safe_load((Path(__file__).parent / name).read_text(encoding="utf-8")).items():
        CASES.setdefault(asked, []).extend(rows)


def test_there_are_answers_for_every_fact(knowledge: Knowledge) -> None:
    assert set(CASES) == set(knowledge.facts)
    assert sum(len(row["say"]) for rows in CASES.values() for row in rows) >= 500


@pytest.mark.parametrize("fact", sorted(CASES))
def test_answers_are_read_as_they_were_meant(knowledge: Knowledge, fact: str) -> None:
    wrong = []
    for row in CASES[fact]:
        wanted = tuple(row["value"]) if isinstance(row["value"], list) else row["value"]
        for text in map(str, row["say"]):
            value = read_answer(knowledge, fact, text)
            if value != wanted or isinstance(value, bool) != isinstance(wanted, bool):
                wrong.append((text, wanted, value))
    assert wrong == []


@pytest.mark.parametrize("text", ["", "   ", "😀😀", "\x00\x07", "\u202e反过来", "<script>", "{{ 7*7 }}", "'; drop table x;--", "一" * 10_000])
def test_no_text_breaks_the_reading_of_an_answer(knowledge: Knowledge, text: str) -> None:
    for fact in knowledge.facts:
        value = read_answer(knowledge, fact, text)
        assert value is None or value == "unknown" or knowledge.facts[fact].accepts(value)


def test_a_figure_outside_the_limits_of_the_fact_is_asked_again(knowledge: Knowledge) -> None:
    assert read_answer(knowledge, "household_size", "20") == 20
    assert read_answer(knowledge, "household_size", "21") is None
    assert read_answer(knowledge, "age", "120") == 120
    assert read_answer(knowledge, "age", "121") is None


def test_numbers_choose_by_place_and_grades_by_name(knowledge: Knowledge) -> None:
    assert read_answer(knowledge, "disability", "3") == "grade_2"
    assert read_answer(knowledge, "disability", "三级") == "grade_3"
