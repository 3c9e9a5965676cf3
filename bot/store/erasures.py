"""Erasures that residents asked for: waiting for a case to be closed, or done. A done one names nobody."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, Connection, ForeignKey, Integer, Row, String, Table, delete, select, update

from bot.store.columns import Instant
from bot.store.database import metadata

erasures = Table(
    "erasures",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("receipt", String(24), nullable=False, unique=True),
    Column("conversation_id", Integer, ForeignKey("conversations.id"), nullable=True, index=True),
    Column("tombstones", JSON, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("done_at", Instant, nullable=True),
)


@dataclass(frozen=True, slots=True)
class Erasure:
    """One wish to erase."""

    receipt: str
    """What the resident was given; random, so it says nothing about anybody."""
    conversation_id: int | None
    """None once it is done."""
    tombstones: tuple[str, ...]
    """Keyed hashes by which the same resident is found in a restored backup, and by nothing else."""
    asked_at: datetime
    done_at: datetime | None


def add(connection: Connection, erasure: Erasure) -> None:
    """Keep one."""
    values = {"receipt": erasure.receipt, "conversation_id": erasure.conversation_id, "tombstones": list(erasure.tombstones)}
    connection.execute(erasures.insert().values(**values, asked_at=erasure.asked_at, done_at=erasure.done_at))


def mark_done(connection: Connection, receipt: str, now: datetime) -> None:
    """It is done: from now on nothing leads from it to the conversation."""
    connection.execute(update(erasures).where(erasures.c.receipt == receipt).values(done_at=now, conversation_id=None))


def pending(connection: Connection, conversation_id: int | None = None) -> list[Erasure]:
    """What still waits, oldest first; of one conversation, or all."""
    waits: ColumnElement[bool] = erasures.c.done_at.is_(None)
    if conversation_id is not None:
        waits &= erasures.c.conversation_id == conversation_id
    return [_erasure(row) for row in connection.execute(select(erasures).where(waits).order_by(erasures.c.id))]


def find(connection: Connection, receipt: str) -> Erasure | None:
    """The erasure of a receipt, or None."""
    row = connection.execute(select(erasures).where(erasures.c.receipt == receipt)).one_or_none()
    return None if row is None else _erasure(row)


def receipts_done(connection: Connection) -> frozenset[str]:
    """Receipts of everything that is done."""
    return frozenset(connection.scalars(select(erasures.c.receipt).where(erasures.c.done_at.is_not(None))))


def purge(connection: Connection, before: datetime) -> int:
    """Remove what was done before; returns how many."""
    return connection.execute(delete(erasures).where(erasures.c.done_at < before)).rowcount


def _erasure(row: Row[Any]) -> Erasure:
    return Erasure(row.receipt, row.conversation_id, tuple(row.tombstones), row.asked_at, row.done_at)
