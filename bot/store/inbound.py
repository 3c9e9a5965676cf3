"""What came in, once each: a row is committed under its channel's own id before anything else happens."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, Connection, ForeignKey, Index, Integer, Row, String, Table, UniqueConstraint, func, select, update
from sqlalchemy.exc import IntegrityError

from bot.store.columns import EncryptedJson, Instant
from bot.store.database import metadata, new_id

inbound = Table(
    "inbound",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("external_id", String(120), nullable=False),
    Column("conversation_id", Integer, ForeignKey("conversations.id"), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("token", String(16), nullable=False),
    Column("content", EncryptedJson("inbound.content"), nullable=False),
    Column("processed_at", Instant, nullable=True),
    Column("urgent", Boolean, nullable=False, default=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("set_aside_at", Instant, nullable=True),
    Column("problem", String(80), nullable=True),
    UniqueConstraint("channel", "external_id"),
)
Index("ix_inbound_unprocessed", inbound.c.conversation_id, inbound.c.id, sqlite_where=inbound.c.processed_at.is_(None), postgresql_where=inbound.c.processed_at.is_(None))


@dataclass(frozen=True, slots=True)
class InboundRow:
    """One incoming message. `token` is random and stored with it, so that a repeated turn is the same turn."""

    id: int
    conversation_id: int
    received_at: datetime
    token: str
    content: dict[str, Any]
    attempts: int
    urgent: bool


@dataclass(frozen=True, slots=True)
class SetAside:
    """A message whose turn failed again and again; its words stand in the transcript only."""

    id: int
    conversation_id: int
    channel: str
    set_aside_at: datetime
    problem: str
    """The kind of error; never its text, which might quote the resident."""


def add(
    connection: Connection, *, channel: str, external_id: str, conversation_id: int, token: str,
    content: dict[str, Any], now: datetime, urgent: bool = False,
) -> int | None:
    """Keep one incoming message; None when the channel already delivered it. An `urgent` one overtakes those that wait."""
    values = {"channel": channel, "external_id": external_id, "conversation_id": conversation_id, "token": token, "urgent": urgent}
    try:
        with connection.begin_nested():
            result = connection.execute(inbound.insert().values(**values, content=content, received_at=now))
    except IntegrityError:
        return None
    return new_id(result)


def oldest_unprocessed(connection: Connection, conversation_id: int) -> InboundRow | None:
    """The next message of a conversation to be answered: an urgent one, else the oldest."""
    waiting = (inbound.c.conversation_id == conversation_id) & inbound.c.processed_at.is_(None)
    row = connection.execute(select(inbound).where(waiting).order_by(inbound.c.urgent.desc(), inbound.c.id).limit(1)).one_or_none()
    return None if row is None else _row(row)


def mark_processed(connection: Connection, row_id: int, now: datetime) -> None:
    """The message was answered; what it said now stands in the transcript only."""
    connection.execute(update(inbound).where(inbound.c.id == row_id).values(processed_at=now, content={}))


def note_failure(connection: Connection, row_id: int, problem: str) -> int:
    """Its turn failed; returns how often by now."""
    change = {"attempts": inbound.c.attempts + 1, "problem": problem[:80]}
    connection.execute(update(inbound).where(inbound.c.id == row_id).values(**change))
    return connection.scalar(select(inbound.c.attempts).where(inbound.c.id == row_id)) or 0


def set_aside(connection: Connection, row_id: int, now: datetime) -> None:
    """It can not be answered: the next rows go on, and staff see that it happened."""
    connection.execute(update(inbound).where(inbound.c.id == row_id).values(processed_at=now, set_aside_at=now, content={}))


def those_set_aside(connection: Connection, limit: int = 50) -> list[SetAside]:
    """What was set aside lately, newest first."""
    query = select(inbound).where(inbound.c.set_aside_at.is_not(None)).order_by(inbound.c.set_aside_at.desc()).limit(limit)
    return [SetAside(row.id, row.conversation_id, row.channel, row.set_aside_at, row.problem or "") for row in connection.execute(query)]


def waiting_in(connection: Connection, conversation_id: int) -> int:
    """How many messages of a conversation are still to be answered."""
    mine = (inbound.c.conversation_id == conversation_id) & inbound.c.processed_at.is_(None)
    return connection.scalar(select(func.count()).select_from(inbound).where(mine)) or 0


def counts(connection: Connection) -> dict[str, int]:
    """How many messages wait for their turn, and how many were set aside."""
    waiting = connection.scalar(select(func.count()).select_from(inbound).where(inbound.c.processed_at.is_(None))) or 0
    aside = connection.scalar(select(func.count()).select_from(inbound).where(inbound.c.set_aside_at.is_not(None))) or 0
    return {"waiting": waiting, "set_aside": aside}


def conversations_waiting(connection: Connection) -> list[int]:
    """Ids of conversations with unanswered messages, those with an urgent one first, then the oldest."""
    query = select(inbound.c.conversation_id).where(inbound.c.processed_at.is_(None))
    return list(connection.scalars(query.group_by(inbound.c.conversation_id).order_by(func.max(inbound.c.urgent.cast(Integer)).desc(), func.min(inbound.c.id))))


def _row(row: Row[Any]) -> InboundRow:
    return InboundRow(row.id, row.conversation_id, row.received_at, row.token, row.content, row.attempts, row.urgent)
