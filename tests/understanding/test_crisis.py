"""The crisis net: hears danger, stays calm on what only sounds like it."""

import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.knowledge import Knowledge
from bot.understanding import crisis_kind

DATA: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "crisis.yaml").read_text(encoding="utf-8"))
LONGEST = 10_000


def test_there_are_sentences_enough_on_both_sides(knowledge: Knowledge) -> None:
    assert sum(len(texts) for texts in DATA["danger"].values()) >= 300
    assert len(DATA["calm"]) >= 300
    assert set(DATA["danger"]) == set(knowledge.labels.crisis)


@pytest.mark.parametrize("kind", sorted(DATA["danger"]))
def test_danger_is_heard(knowledge: Knowledge, kind: str) -> None:
    assert [text for text in DATA["danger"][kind] if crisis_kind(knowledge, text) is None] == []


def test_the_kind_of_danger_is_nearly_always_right(knowledge: Knowledge) -> None:
    pairs = [(f"crisis.{kind}", crisis_kind(knowledge, text)) for kind, texts in DATA["danger"].items() for text in texts]
    assert sum(wanted == heard for wanted, heard in pairs) / len(pairs) >= 0.95


def test_what_only_sounds_alarming_stays_calm(knowledge: Knowledge) -> None:
    assert [text for text in DATA["calm"] if crisis_kind(knowledge, text) is not None] == []


@pytest.mark.parametrize("text", ["我不想活了", "不 想 活 了", "不.想.活.了", "我不想 活了", "zisha", "不想\u200b活了", "活著沒意思", "我想ｚｉｓｈａ"])
def test_spelling_hides_no_danger(knowledge: Knowledge, text: str) -> None:
    assert crisis_kind(knowledge, text) == "crisis.self_harm"


def test_danger_at_the_end_of_a_long_message_is_heard(knowledge: Knowledge) -> None:
    assert crisis_kind(knowledge, "低保要什么材料。" * 1_000 + "我不想活了") == "crisis.self_harm"


@pytest.mark.parametrize("piece", ["我", "他又打", "孩子一个人", "现在刚才", "一二三四", "我家孩子昨天说想申请低保,老伴病了没钱。", "低保多少钱 "])
def test_the_longest_message_needs_no_time_that_grows_with_its_square(knowledge: Knowledge, piece: str) -> None:
    text = (piece * LONGEST)[:LONGEST]
    crisis_kind(knowledge, "先编好")
    durations = []
    for turn in range(5):
        started = time.process_time()
        crisis_kind(knowledge, text[: LONGEST - turn])
        durations.append(time.process_time() - started)
    assert min(durations) < 0.25  # some milliseconds; a pattern that tries every pair of places needs seconds


@pytest.mark.parametrize("text", ["", " ", "😀", "\x00\x01", "\ud800", "\u202e\u202d", "?" * 10_000])
def test_no_text_breaks_the_net(knowledge: Knowledge, text: str) -> None:
    assert crisis_kind(knowledge, text) is None
