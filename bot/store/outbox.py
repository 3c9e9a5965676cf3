"""What is to be sent by push channels: in order per conversation, with retries and dead letters."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, Index, Integer, Row, String, Table, and_, func, select, update

from bot.store.columns import EncryptedJson, Instant
from bot.store.conversations import conversations
from bot.store.database import metadata

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", Integer, ForeignKey("conversations.id"), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("content", EncryptedJson("outbox.content"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("next_try_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("sent_at", Instant, nullable=True),
    Column("dead_at", Instant, nullable=True),
    Column("problem", String(200), nullable=True),
)
_open = and_(outbox.c.sent_at.is_(None), outbox.c.dead_at.is_(None))
Index("ix_outbox_open", outbox.c.channel, outbox.c.conversation_id, outbox.c.id, sqlite_where=_open, postgresql_where=_open)


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One message waiting to be sent, with the address it goes to."""

    id: int
    conversation_id: int
    address: str
    content: dict[str, Any]
    attempts: int


def add(connection: Connection, conversation_id: int, channel: str, content: dict[str, Any], now: datetime) -> None:
    """Put one message at the end of its conversation's queue."""
    values = {"conversation_id": conversation_id, "channel": channel, "content": content, "attempts": 0}
    connection.execute(outbox.insert().values(**values, created_at=now, next_try_at=now))


def last_id(connection: Connection, conversation_id: int) -> int:
    """The id of the newest message of a conversation; 0 when there is none."""
    return connection.scalar(select(func.max(outbox.c.id)).where(outbox.c.conversation_id == conversation_id)) or 0


def due(connection: Connection, channel: str, now: datetime, limit: int = 50) -> list[OutboxRow]:
    """The first open message of each conversation of `channel`, if its time has come."""
    heads = select(func.min(outbox.c.id).label("id")).where(_open, outbox.c.channel == channel)
    first = heads.group_by(outbox.c.conversation_id).subquery()
    query = (
        select(outbox, conversations.c.address)
        .join(first, outbox.c.id == first.c.id)
        .join(conversations, conversations.c.id == outbox.c.conversation_id)
        .where(outbox.c.next_try_at <= now)
        .order_by(outbox.c.id)
        .limit(limit)
    )
    return [_row(row) for row in connection.execute(query)]


def mark_sent(connection: Connection, row_id: int, now: datetime) -> None:
    """It went out; the words stay in the transcript only."""
    connection.execute(update(outbox).where(outbox.c.id == row_id).values(sent_at=now, content={}))


def postpone(connection: Connection, row_id: int, next_try_at: datetime, problem: str) -> None:
    """It did not go out this time."""
    change = {"attempts": outbox.c.attempts + 1, "next_try_at": next_try_at, "problem": problem[:200]}
    connection.execute(update(outbox).where(outbox.c.id == row_id).values(**change))


def bury(connection: Connection, row_id: int, now: datetime, problem: str) -> None:
    """It cannot be sent; it stays as a dead letter that staff see and may send again."""
    change = {"dead_at": now, "problem": problem[:200], "attempts": outbox.c.attempts + 1}
    connection.execute(update(outbox).where(outbox.c.id == row_id).values(**change))


def unreachable_since(connection: Connection, since: datetime) -> dict[int, datetime]:
    """Conversations to which a message could not be sent since then (and lies dead), with when the last one was given up."""
    dead = outbox.c.dead_at > since
    rows = connection.execute(select(outbox.c.conversation_id, func.max(outbox.c.dead_at)).where(dead).group_by(outbox.c.conversation_id))
    return {conversation_id: at.replace(tzinfo=UTC) if at.tzinfo is None else at for conversation_id, at in rows.tuples()}


def counts(connection: Connection) -> dict[str, int]:
    """How many messages wait and how many are dead letters."""
    waiting = connection.scalar(select(func.count()).select_from(outbox).where(_open)) or 0
    dead = connection.scalar(select(func.count()).select_from(outbox).where(outbox.c.dead_at.is_not(None))) or 0
    return {"waiting": waiting, "dead": dead}


def _row(row: Row[Any]) -> OutboxRow:
    return OutboxRow(row.id, row.conversation_id, row.address, row.content, row.attempts)
