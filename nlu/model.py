"""A trained model in this process, without a server: for evaluating and benchmarking."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from serve import keep_quiet


@dataclass(frozen=True)
class Reading:
    """What a model makes of one text, best label first."""

    labels: Sequence[str]
    confidence: float

    @property
    def label(self) -> str:
        """The best label; empty when the model saw nothing it knows."""
        return self.labels[0] if self.labels else ""


class BrokenModel(RuntimeError):
    """The model file cannot be used by the present components."""


def _reading(parsed: dict) -> Reading:
    ranking = parsed.get("intent_ranking") or []
    if ranking:
        return Reading([entry["name"] for entry in ranking], ranking[0]["confidence"])
    intent = parsed["intent"]
    return Reading([intent["name"]] if intent["name"] else [], intent["confidence"])


def read_texts(model: Path, texts: Iterable[str]) -> list[Reading]:
    """What the model file makes of each text.

    Raises:
        BrokenModel: the file cannot be loaded.
    """
    keep_quiet()
    from rasa.core.agent import load_agent
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.ERROR)

    async def run() -> list[Reading]:
        agent = await load_agent(model_path=str(model))
        if not agent.is_ready():
            raise BrokenModel(model.name)
        return [_reading(await agent.parse_message(text)) for text in texts]

    return asyncio.run(run())
