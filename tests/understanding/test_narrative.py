"""Facts told in free text."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.knowledge import Knowledge
from bot.understanding import extract

STORIES: list[dict[str, Any]] = [
    story
    for name in ("narratives.yaml", "spoken.yaml")
    for story in yaml.safe_load((Path(__file__).parent / name).read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("story", STORIES, ids=[str(number) for number in range(1, len(STORIES) + 1)])
def test_a_story_gives_exactly_the_facts_it_tells(knowledge: Knowledge, story: dict[str, Any]) -> None:
    wanted = {fact: tuple(value) if isinstance(value, list) else value for fact, value in story["facts"].items()}
    told = extract(knowledge, story["say"])
    assert {fact: (type(value), value) for fact, value in told.items()} == {
        fact: (type(value), value) for fact, value in wanted.items()
    }, story["say"]


def test_there_are_stories_enough_and_every_fact_is_told_in_one(knowledge: Knowledge) -> None:
    assert len(STORIES) >= 150
    assert {fact for story in STORIES for fact in story["facts"]} == set(knowledge.facts)


@pytest.mark.parametrize("text", ["", "😀", "\x00", "<b>低保</b>", "{{ x }}", "我" * 10_000, "一千二" * 3_000, "他和我和她和你" * 1_000])
def test_no_text_breaks_the_reading_of_a_story(knowledge: Knowledge, text: str) -> None:
    for fact, value in extract(knowledge, text).items():
        assert knowledge.facts[fact].accepts(value)


def test_what_is_said_of_another_person_stays_theirs(knowledge: Knowledge) -> None:
    told = extract(knowledge, "给我爸办,我妈肢体一级残疾六十岁,我爸七十,没残疾。")
    assert told["age"] == 70
    assert told["disability"] == "none"


def test_a_word_never_reaches_over_a_comma(knowledge: Knowledge) -> None:
    assert extract(knowledge, "我退休金三千二,老伴没收入,就我们俩人。")["monthly_income"] == 3200
