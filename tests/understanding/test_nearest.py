"""Questions by their words alone."""

import pytest

from bot.knowledge import Knowledge
from bot.understanding import aspect_only, nearest_questions, programme_in


@pytest.mark.parametrize(
    ("text", "aspect"),
    [
        ("那要什么材料", "documents"), ("多少钱", "amount"), ("多久能批下来", "time"), ("几号发钱", "time"), ("能领多久", "duration"), ("怎么申请", "apply"),
        ("什么人能享受", "eligibility"), ("那是什么", "overview"), ("能一起享受吗", "stacking"), ("去哪儿办呢", "apply"),
    ],
)  # fmt: skip
def test_a_question_without_subject_names_its_aspect(knowledge: Knowledge, text: str, aspect: str) -> None:
    assert aspect_only(knowledge, text) == aspect


@pytest.mark.parametrize("text", ["低保要什么材料", "我妈瘫了多少钱", "你好", "", "我家孩子没钱上学怎么申请", "公示多久", "要" * 3_000])
def test_with_a_programme_or_a_situation_there_is_no_lone_aspect(knowledge: Knowledge, text: str) -> None:
    assert aspect_only(knowledge, text) is None


@pytest.mark.parametrize(
    ("text", "programme"),
    [
        ("低保怎么办", "dibao"), ("底保多少钱", "dibao"), ("低保边缘能领多久", "dibao_bianyuan"), ("五保户啥条件", "tekun"), ("领时救助", None),
        ("不是问低保,是特困", "tekun"), ("别跟我说低保", None), ("天气", None), ("", None),
    ],
)  # fmt: skip
def test_a_programme_is_known_by_any_of_its_names_unless_denied(knowledge: Knowledge, text: str, programme: str | None) -> None:
    assert programme_in(knowledge, text) == programme


def test_programme_and_aspect_together_are_beyond_doubt(knowledge: Knowledge) -> None:
    assert nearest_questions(knowledge, "低保要带啥材料")[0] == ("ask.dibao.documents", 0.95)


def test_a_bare_name_asks_what_it_is(knowledge: Knowledge) -> None:
    assert nearest_questions(knowledge, "特困")[0] == ("ask.tekun.overview", 0.9)


def test_the_title_of_an_answer_finds_its_answer(knowledge: Knowledge) -> None:
    for label, answer in knowledge.answers.items():
        if label.startswith("ask."):
            found = nearest_questions(knowledge, answer.title, limit=5)
            assert label in [name for name, _ in found], answer.title


@pytest.mark.parametrize("text", ["", "😀", "asdf qwer", "<script>", "一" * 10_000])
def test_nonsense_is_never_certain(knowledge: Knowledge, text: str) -> None:
    found = nearest_questions(knowledge, text)
    assert len(found) <= 3
    assert all(label in knowledge.labels.known and score < 0.9 for label, score in found)


def test_crisis_texts_are_never_offered_as_questions(knowledge: Knowledge) -> None:
    assert not any(label.startswith("crisis.") for label, _ in nearest_questions(knowledge, "有人打我,我害怕", limit=10))
