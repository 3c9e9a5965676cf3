"""Readability is measured from the sentences and the official words an answer leaves unexplained."""

from datetime import date

import pytest

from bot.answers import Rendered, readability
from bot.answers.readability import measured
from bot.knowledge import Knowledge

DAY = date(2026, 11, 24)


def answer(text: str, details: str = "") -> Rendered:
    return Rendered("ask.x", "试", text, details, "", ())


def test_short_plain_sentences_are_easy(knowledge: Knowledge) -> None:
    found = measured(knowledge, answer("差多少，补多少。", "去街道问。\n- 带户口本"))
    assert (found.sentences, found.longest_sentence, found.mean_sentence) == (3, 6, 4.7)
    assert dict(found.rare) == {}
    assert found.grade == "easy"


def test_an_official_word_left_unexplained_counts_and_has_a_plain_one(knowledge: Knowledge) -> None:
    found = measured(knowledge, answer("要看家庭经济状况。"))
    assert dict(found.rare) == {"家庭经济状况": "家里的收入和家底"}
    assert found.rare_share == 75.0
    assert found.grade == "hard"


@pytest.mark.parametrize("text", ["民主评议，就是邻居们来评。", "要民主评议。\n意思是邻居们来评。", "民主评议：邻居们来评", "要民主评议，请邻居们一起评一评。"])
def test_a_word_explained_beside_it_does_not_count(knowledge: Knowledge, text: str) -> None:
    assert measured(knowledge, answer(text)).rare == {}


def test_a_word_inside_a_longer_rare_word_counts_once(knowledge: Knowledge) -> None:
    assert list(measured(knowledge, answer("共同生活的家庭成员都算。")).rare) == ["共同生活的家庭成员"]


def test_long_sentences_are_harder(knowledge: Knowledge) -> None:
    limits = knowledge.limits.reading
    assert [measured(knowledge, answer("字" * limit.longest_sentence)).grade for limit in limits] == ["hard", "hard"]
    assert measured(knowledge, answer("字" * int(limits[0].mean_sentence))).grade == "easy"
    assert measured(knowledge, answer("字" * (int(limits[0].mean_sentence) + 1))).grade == "fair"
    assert measured(knowledge, answer("字" * (int(limits[1].mean_sentence) + 1))).grade == "hard"


@pytest.mark.parametrize("text", ["", "。。。", "- ", "\n\n", "🙂"])
def test_anything_can_be_measured(knowledge: Knowledge, text: str) -> None:
    assert measured(knowledge, answer(text)).sentences >= 0


def test_no_answer_of_the_policies_is_hard(knowledge: Knowledge) -> None:
    hard = {item.label: dict(readability(knowledge, item, DAY).rare) for item in knowledge.answers.values() if readability(knowledge, item, DAY).grade == "hard"}
    assert hard == {}
