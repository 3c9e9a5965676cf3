"""Sentences that policy officers typed for the language model to learn, and the trainings that learned them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from sqlalchemy import JSON, Column, Connection, ForeignKey, Index, Integer, Row, String, Table, Text, select, update

from bot.store.columns import Instant
from bot.store.database import metadata, new_id

TrainingState = Literal["running", "ready", "refused", "failed", "dropped", "in_service"]
TRAINING_STATES: tuple[TrainingState, ...] = get_args(TrainingState)
SILENT = timedelta(minutes=25)
"""A training that has said nothing for so long has ended with the program that ran it."""

learned = Table(
    "learned",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("text", String(80), nullable=False),
    Column("label", String(64), nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("withdrawn_at", Instant, nullable=True),
)
_in_use = learned.c.withdrawn_at.is_(None)
Index("ix_learned_in_use", learned.c.text, unique=True, sqlite_where=_in_use, postgresql_where=_in_use)

trainings = Table(
    "trainings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("state", String(12), nullable=False),
    Column("said", Text, nullable=False),
    Column("report", JSON, nullable=True),
    Column("model", String(80), nullable=False),
    Column("sentences", Integer, nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("ended_at", Instant, nullable=True),
)

model_changes = Table(
    "model_changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("model", String(80), nullable=False),
    Column("before", String(80), nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Learned:
    """One sentence of an officer."""

    id: int
    text: str
    label: str
    staff_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Training:
    """One training, under way or ended."""

    id: int
    state: Any
    said: str
    """What it said so far, line by line."""
    report: dict[str, Any] | None
    """How the new model compares with the one in service; None until it was measured."""
    model: str
    """File name of what came out; empty until then."""
    sentences: int
    """How many sentences of officers it learned from."""
    staff_id: int
    started_at: datetime
    seen_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ModelChange:
    """A model that was put in service from the desk."""

    model: str
    before: str
    staff_id: int
    at: datetime


def teach(connection: Connection, text: str, label: str, staff_id: int, now: datetime) -> int:
    """Keep a sentence (the same text must not be in use); returns its id."""
    return new_id(connection.execute(learned.insert().values(text=text, label=label, staff_id=staff_id, at=now)))


def in_use(connection: Connection) -> list[Learned]:
    """Every sentence that the next training learns, by label and text."""
    rows = connection.execute(select(learned).where(_in_use).order_by(learned.c.label, learned.c.text))
    return [Learned(row.id, row.text, row.label, row.staff_id, row.at) for row in rows]


def withdraw(connection: Connection, learned_id: int, now: datetime) -> bool:
    """Take a sentence out of the next training; False when it was out already."""
    return connection.execute(update(learned).where(learned.c.id == learned_id, _in_use).values(withdrawn_at=now)).rowcount > 0


def begin(connection: Connection, sentences: int, staff_id: int, now: datetime) -> int:
    """A training that has begun; returns its id."""
    values = {"state": "running", "said": "", "model": "", "sentences": sentences, "staff_id": staff_id}
    return new_id(connection.execute(trainings.insert().values(**values, started_at=now, seen_at=now)))


def say(connection: Connection, training_id: int, said: str, now: datetime) -> None:
    """What it has said so far; also the sign that it still runs."""
    connection.execute(update(trainings).where(trainings.c.id == training_id).values(said=said, seen_at=now))


def end(
    connection: Connection, training_id: int, state: TrainingState, now: datetime, *, model: str = "", report: dict[str, Any] | None = None
) -> None:
    """How a training ended."""
    values = {"state": state, "model": model, "report": report, "ended_at": now, "seen_at": now}
    connection.execute(update(trainings).where(trainings.c.id == training_id).values(**values))


def set_state(connection: Connection, training_id: int, state: TrainingState) -> None:
    """What became of an ended training."""
    connection.execute(update(trainings).where(trainings.c.id == training_id).values(state=state))


def newest(connection: Connection) -> Training | None:
    """The last training."""
    row = connection.execute(select(trainings).order_by(trainings.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else _training(row)


def give_up_silent(connection: Connection, now: datetime) -> int:
    """Mark trainings as failed whose program has ended; returns how many."""
    silent = (trainings.c.state == "running") & (trainings.c.seen_at < now - SILENT)
    return connection.execute(update(trainings).where(silent).values(state="failed", ended_at=now)).rowcount


def note_change(connection: Connection, model: str, before: str, staff_id: int, now: datetime) -> None:
    """A model was put in service."""
    connection.execute(model_changes.insert().values(model=model, before=before, staff_id=staff_id, at=now))


def changes(connection: Connection, limit: int = 10) -> list[ModelChange]:
    """Models that were put in service from the desk, newest first."""
    rows = connection.execute(select(model_changes).order_by(model_changes.c.id.desc()).limit(limit))
    return [ModelChange(row.model, row.before, row.staff_id, row.at) for row in rows]


def _training(row: Row[Any]) -> Training:
    return Training(
        row.id, row.state, row.said, row.report, row.model, row.sentences, row.staff_id, row.started_at, row.seen_at, row.ended_at
    )
