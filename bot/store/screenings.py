"""One row a finished pre-screening: facts as one sealed blob, findings, and the knowledge they rest on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, Integer, Row, String, Table, func, select

from bot.store.columns import EncryptedJson, Instant
from bot.store.database import metadata, new_id

screenings = Table(
    "screenings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", Integer, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("facts", EncryptedJson("screenings.facts"), nullable=False),
    Column("findings", EncryptedJson("screenings.findings"), nullable=False),
    Column("knowledge", String(16), ForeignKey("snapshots.version"), nullable=False),
    Column("at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True)
class ScreeningRow:
    """A stored screening."""

    id: int
    facts: dict[str, Any]
    findings: dict[str, Any]
    knowledge: str
    at: datetime


def add(connection: Connection, conversation_id: int, facts: dict[str, Any], findings: dict[str, Any], knowledge: str, now: datetime) -> int:
    """Keep one screening; returns its id."""
    values = {"conversation_id": conversation_id, "facts": facts, "findings": findings, "knowledge": knowledge}
    return new_id(connection.execute(screenings.insert().values(**values, at=now)))


def get(connection: Connection, screening_id: int) -> ScreeningRow:
    """The screening of that id (it must exist)."""
    return _row(connection.execute(select(screenings).where(screenings.c.id == screening_id)).one())


def latest(connection: Connection, conversation_id: int) -> ScreeningRow | None:
    """The newest screening of a conversation."""
    mine = screenings.c.conversation_id == conversation_id
    row = connection.execute(select(screenings).where(mine).order_by(screenings.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else _row(row)


def all_of(connection: Connection, conversation_id: int) -> list[ScreeningRow]:
    """Every screening of a conversation, oldest first."""
    rows = connection.execute(select(screenings).where(screenings.c.conversation_id == conversation_id).order_by(screenings.c.id))
    return [_row(row) for row in rows]


def _row(row: Row[Any]) -> ScreeningRow:
    return ScreeningRow(row.id, row.facts, row.findings, row.knowledge, row.at)


def latest_facts(connection: Connection, at_once: int = 10_000) -> Iterator[list[dict[str, Any]]]:
    """The facts of the newest screening of every conversation, unsealed, in batches of at most `at_once`."""
    newest = select(func.max(screenings.c.id)).group_by(screenings.c.conversation_id)
    statement = select(screenings.c.facts).where(screenings.c.id.in_(newest)).order_by(screenings.c.id)
    rows = connection.execution_options(stream_results=True).execute(statement)
    for batch in rows.scalars().partitions(at_once):
        yield list(batch)
