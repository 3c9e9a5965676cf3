"""The learning desk with a training program that takes no minutes and a reader that knows one question."""

import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot.classifier.training import Models, Trainer
from bot.conversation import Reading
from bot.knowledge import Knowledge
from bot.reception.learning import Learning
from bot.store.database import Database
from bot.understanding import crisis_kind
from tests.conftest import ROOT


async def read(knowledge: Knowledge, text: str) -> Reading:
    """Whatever has 低保 in it is sure to ask how much; other words are like two questions."""
    crisis = crisis_kind(knowledge, text)
    if crisis:
        return Reading(crisis, 1.0, ((crisis, 1.0),), "sure", crisis, by_pattern=True)
    ranking = (("ask.dibao.amount", 0.92), ("ask.tekun.amount", 0.05)) if "低保" in text else (("ask.tekun.amount", 0.3), ("ask.dibao.amount", 0.2))
    return Reading(*ranking[0], ranking, "sure" if "低保" in text else "none")


def learning(database: Database, knowledge: Callable[[], Knowledge], clock: Callable[[], datetime], folder: Path) -> Learning:
    """A learning desk whose models and sentences lie in `folder`."""
    models, data = folder / "models", folder / "data"
    for made in (models, data):
        made.mkdir(parents=True, exist_ok=True)
    if not (models / "current.txt").exists():
        (models / "first.tar.gz").write_bytes(b"model")
        (models / "current.txt").write_text("first.tar.gz\n", encoding="utf-8")
    trainer = Trainer(Path(sys.executable), ROOT / "tests" / "standins" / "training", models, data, folder)
    return Learning(database, knowledge, clock, trainer=trainer, models=Models(models, lambda: None), read=read)


def trained(desk: Learning, seconds: float = 20.0) -> str:
    """The state of the last training once it has ended."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        training = desk.training()
        if training is not None and training.state != "running":
            return str(training.state)
        time.sleep(0.02)
    raise AssertionError("the training did not end")
