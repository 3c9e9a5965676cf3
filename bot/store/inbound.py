"""What came in, once each: a row is committed under its channel's own id before anything else happens."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, Index, Integer, Row, String, Table, UniqueConstraint, func, select, update
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


def add(
    connection: Connection, *, channel: str, external_id: str, conversation_id: int, token: str,
    content: dict[str, Any], now: datetime,
) -> int | None:
    """Keep one incoming message; None when the channel already delivered it."""
    values = {"channel": channel, "external_id": external_id, "conversation_id": conversation_id, "token": token}
    try:
        with connection.begin_nested():
            result = connection.execute(inbound.insert().values(**values, content=content, received_at=now))
    except IntegrityError:
        return None
    return new_id(result)


def oldest_unprocessed(connection: Connection, conversation_id: int) -> InboundRow | None:
    """The next message of a conversation to be answered."""
    waiting = (inbound.c.conversation_id == conversation_id) & inbound.c.processed_at.is_(None)
    row = connection.execute(select(inbound).where(waiting).order_by(inbound.c.id).limit(1)).one_or_none()
    return None if row is None else _row(row)


def mark_processed(connection: Connection, row_id: int, now: datetime) -> None:
    """The message was answered; what it said now stands in the transcript only."""
    connection.execute(update(inbound).where(inbound.c.id == row_id).values(processed_at=now, content={}))


def conversations_waiting(connection: Connection) -> list[int]:
    """Ids of conversations with unanswered messages, oldest first (asked once at start)."""
    query = select(inbound.c.conversation_id).where(inbound.c.processed_at.is_(None))
    return list(connection.scalars(query.group_by(inbound.c.conversation_id).order_by(func.min(inbound.c.id))))


def _row(row: Row[Any]) -> InboundRow:
    return InboundRow(row.id, row.conversation_id, row.received_at, row.token, row.content)
