"""The reader: danger without waiting, the model's word by its certainty, and near matches while the model is away."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.classifier import Client, ModelReader, Thresholds, load_thresholds, reader
from bot.classifier.reader import meaning
from bot.conversation import Reading
from bot.errors import SettingsError
from bot.knowledge import Knowledge
from tests.conftest import ROOT
from tests.standins.nlu import Nlu, nlu

LIMITS = Thresholds(sure=0.55, near=0.2)


def with_model(scene: Callable[[ModelReader, Nlu], Awaitable[Any]], ranking: list[tuple[str, float]] | None = None) -> Any:
    async def run() -> Any:
        async with nlu() as service:
            service.ranking = ranking or service.ranking
            client = Client(lambda: service.url, time.monotonic)
            try:
                return await scene(ModelReader(client, LIMITS), service)
            finally:
                await client.close()

    return asyncio.run(run())


def read(knowledge: Knowledge, text: str, ranking: list[tuple[str, float]] | None = None) -> Reading:
    reading: Reading = with_model(lambda reader, _: reader.read(knowledge, text), ranking)
    return reading


def read_alone(knowledge: Knowledge, text: str) -> Reading:
    return asyncio.run(ModelReader(Client(lambda: None, time.monotonic), LIMITS).read(knowledge, text))


def test_a_crisis_in_plain_words_needs_no_model(knowledge: Knowledge) -> None:
    async def scene(reader: ModelReader, service: Nlu) -> None:
        reading = await reader.read(knowledge, "我不想活了")
        assert (reading.crisis, reading.label, reading.certainty) == ("crisis.self_harm", "crisis.self_harm", "sure")
        assert service.asked == []

    with_model(scene)


def test_a_crisis_heard_by_the_model_alone_counts_as_well(knowledge: Knowledge) -> None:
    reading = read(knowledge, "这日子", [("crisis.self_harm", 0.4), ("act.chitchat", 0.3)])
    assert (reading.crisis, reading.certainty) == ("crisis.self_harm", "sure")


@pytest.mark.parametrize(("confidence", "certainty"), [(0.9, "sure"), (0.55, "sure"), (0.54, "near"), (0.2, "near"), (0.19, "none")])
def test_confidence_becomes_certainty_by_the_thresholds(knowledge: Knowledge, confidence: float, certainty: str) -> None:
    reading = read(knowledge, "那个材料", [("ask.dibao.documents", confidence), ("oos", 0.01)])
    assert (reading.label, reading.certainty) == ("ask.dibao.documents", certainty)
    assert reading.ranking[0] == ("ask.dibao.documents", confidence)


@pytest.mark.parametrize("text", ["二级", "大病", "晚上", "48", "在静海"])
def test_a_few_characters_that_no_list_knows_are_near_at_best(knowledge: Knowledge, text: str) -> None:
    assert read(knowledge, text, [("act.abuse", 0.97), ("oos", 0.01)]).certainty == "near"


@pytest.mark.parametrize("text", ["谢谢", "低保", "要材料", "公示"])
def test_a_few_characters_that_a_list_knows_may_be_sure(knowledge: Knowledge, text: str) -> None:
    assert read(knowledge, text, [("ask.dibao.overview", 0.97), ("oos", 0.01)]).certainty == "sure"


def test_an_unmistakable_act_is_known_with_and_without_the_model(knowledge: Knowledge) -> None:
    assert read(knowledge, "转人工").act == "act.handoff"
    assert read_alone(knowledge, "转人工").act == "act.handoff"


def test_without_the_model_a_plainly_named_question_is_still_sure(knowledge: Knowledge) -> None:
    reading = read_alone(knowledge, "低保要什么材料")
    assert (reading.label, reading.certainty) == ("ask.dibao.documents", "sure")


def test_without_the_model_an_unclear_question_is_near_at_best(knowledge: Knowledge) -> None:
    assert read_alone(knowledge, "我家里的情况有点复杂您给看看").certainty in {"near", "none"}


def test_a_model_trained_for_other_labels_is_not_believed(knowledge: Knowledge) -> None:
    async def scene(reader: ModelReader, service: Nlu) -> Reading:
        service.mode = "unknown"
        return await reader.read(knowledge, "低保要什么材料")

    assert with_model(scene).label == "ask.dibao.documents"


@pytest.mark.parametrize("text", ["", "😭😭", "\u202e低保\u202c", "{{ 7*7 }}", "低保" * 5_000, "\x00", "' OR 1=1; --"])
def test_no_text_makes_the_reader_raise(knowledge: Knowledge, text: str) -> None:
    assert isinstance(read(knowledge, text), Reading)
    assert isinstance(read_alone(knowledge, text), Reading)


def test_meaning_gives_the_best_label_and_up_to_five_others(knowledge: Knowledge) -> None:
    ranking = [(f"ask.dibao.{aspect}", 0.1) for aspect in knowledge.labels.aspects]
    answer = with_model(lambda reader, _: meaning(reader, knowledge, "那个"), ranking)
    assert answer["label"] == "ask.dibao.overview"
    assert answer["confidence"] == 0.1
    assert answer["alternatives"] == [label for label, _ in ranking[1:6]]


def test_in_meaning_the_crisis_net_wins_and_the_model_gives_the_alternatives(knowledge: Knowledge) -> None:
    answer = with_model(lambda reader, _: meaning(reader, knowledge, "我不想活了"))
    assert answer == {"label": "crisis.self_harm", "confidence": 1.0, "alternatives": ["ask.dibao.documents", "ask.dibao.apply", "oos"]}


def test_one_hiccup_of_the_service_does_not_change_a_meaning(knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "RETRY_AFTER_SECONDS", (0.3, 0.3, 0.3))

    async def scene(reader: ModelReader, service: Nlu) -> dict[str, Any]:
        service.mode = "broken"
        asking = asyncio.create_task(meaning(reader, knowledge, "转达一下材料"))
        await asyncio.sleep(0.1)
        service.mode = "good"
        return await asking

    assert with_model(scene)["confidence"] == 0.9


def test_the_thresholds_of_the_repository_load() -> None:
    limits = load_thresholds(ROOT / "nlu" / "thresholds.yml")
    assert 0 < limits.near < limits.sure < 1


@pytest.mark.parametrize("text", ["", "sure: 0.5", "sure: [", "sure: a\nnear: b"])
def test_wrong_thresholds_are_one_clear_sentence(tmp_path: Path, text: str) -> None:
    file = tmp_path / "thresholds.yml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=r"thresholds\.yml"):
        load_thresholds(file)
