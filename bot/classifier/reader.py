"""Reads a message: crisis patterns and unmistakable acts without the model, everything else with it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.classifier.client import Client
from bot.conversation.incoming import Certainty, Reading
from bot.errors import ClassifierError, SettingsError
from bot.knowledge import Knowledge
from bot.understanding import act_in, crisis_kind, names_something, nearest_questions

EXACT = 0.9
"""From this likeness on a question is taken as plainly named when the model is away."""
RANKED = 8
FEW_CHARACTERS = 4
"""Of a text so short («二级», «大病») the model knows too little to be sure; only the word lists can be."""
ALTERNATIVES = 5
RETRY_AFTER_SECONDS = (0.5, 2.5, 2.5)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which probability on a reading is answered (`sure`) or offered as buttons (`near`)."""

    sure: float
    near: float

    def certainty(self, confidence: float) -> Certainty:
        """What to do with a reading of that probability."""
        return "sure" if confidence >= self.sure else "near" if confidence >= self.near else "none"


def load_thresholds(file: Path) -> Thresholds:
    """The thresholds chosen beside the model.

    Raises:
        SettingsError: the file is missing or wrong.
    """
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
        chosen = Thresholds(float(data["sure"]), float(data["near"]))
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise SettingsError(f"{file.name} 读不了:要有 sure 和 near 两个数。请从上一版恢复它") from error
    return chosen


class ModelReader:
    """Implements the reception's `Reader`. Never raises: while the model is away the words alone must do."""

    def __init__(self, client: Client, thresholds: Thresholds) -> None:
        self._client = client
        self._thresholds = thresholds

    async def read(self, knowledge: Knowledge, text: str) -> Reading:
        """The reading of one cleaned text. A crisis found by patterns does not wait for the model."""
        crisis = crisis_kind(knowledge, text)
        if crisis is not None:
            return _in_danger(crisis)
        try:
            ranking = await self.ranking(knowledge, text)
        except ClassifierError:
            ranking = []
        return self._calm(knowledge, text, ranking)

    async def ranking(self, knowledge: Knowledge, text: str) -> list[tuple[str, float]]:
        """What the model alone says, best first; empty for a text without words.

        Raises:
            ClassifierError: it is away, or it speaks of labels that do not exist.
        """
        parsed = await self._client.parse(text, knowledge.labels.known)
        return list(parsed.ranking)

    def judged(self, knowledge: Knowledge, text: str, ranking: Sequence[tuple[str, float]]) -> Reading:
        """The reading of a text whose ranking is known already (empty: the words alone must do)."""
        crisis = crisis_kind(knowledge, text)
        if crisis is not None:
            return _in_danger(crisis)
        return self._calm(knowledge, text, ranking)

    def _calm(self, knowledge: Knowledge, text: str, ranking: Sequence[tuple[str, float]]) -> Reading:
        act = act_in(knowledge, text)
        return self._reading(knowledge, text, ranking, act) if ranking else self._without_model(knowledge, text, act)

    def _reading(self, knowledge: Knowledge, text: str, ranking: Sequence[tuple[str, float]], act: str | None) -> Reading:
        label, confidence = ranking[0]
        crisis = label if label.startswith("crisis.") else None
        certainty: Certainty = "sure" if crisis else self._thresholds.certainty(confidence)
        if certainty == "sure" and crisis is None and act is None and _says_little(knowledge, text):
            certainty = "near"
        return Reading(label, confidence, tuple(ranking[:RANKED]), certainty, crisis, act=act)

    def _without_model(self, knowledge: Knowledge, text: str, act: str | None) -> Reading:
        found = nearest_questions(knowledge, text)
        if not found:
            return Reading(act=act)
        label, score = found[0]
        return Reading(label, score, tuple(found), "sure" if score >= EXACT else "near", act=act)


def _says_little(knowledge: Knowledge, text: str) -> bool:
    """Whether the text is of few characters and names nothing the word lists know."""
    return sum(char.isalnum() for char in text) <= FEW_CHARACTERS and not names_something(knowledge, text)


def _in_danger(crisis: str) -> Reading:
    return Reading(label=crisis, confidence=1.0, ranking=((crisis, 1.0),), certainty="sure", crisis=crisis, by_pattern=True)


async def meaning(reader: ModelReader, knowledge: Knowledge, text: str) -> dict[str, Any]:
    """A reading as the command line gives it: the crisis net wins, low confidence still gives the best label."""
    ranking = await _patiently(reader, knowledge, text)
    reading = reader.judged(knowledge, text, ranking)
    label = reading.crisis or reading.label or "oos"
    alternatives = [other for other, _ in (ranking or reading.ranking) if other != label][:ALTERNATIVES]
    return {"label": label, "confidence": round(reading.confidence, 4), "alternatives": alternatives}


async def _patiently(reader: ModelReader, knowledge: Knowledge, text: str) -> list[tuple[str, float]]:
    """What the model says; one hiccup of a busy machine must not change a measurement."""
    for pause in RETRY_AFTER_SECONDS:
        try:
            return await reader.ranking(knowledge, text)
        except ClassifierError:
            await asyncio.sleep(pause)
    return []
