"""What is to be sent by push channels: in order per conversation, with retries and dead letters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Boolean, Column, Connection, ForeignKey, Index, Integer, Row, String, Table, and_, case, func, select, update

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
    Column("urgent", Boolean, nullable=False, default=False),
    Column("begun_at", Instant, nullable=True),
    Column("repeats", Integer, nullable=False, default=0),
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
    urgent: bool
    begun: bool
    """Sending began and nothing says how it ended: a crash came between, so that this may be a repetition."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that could not be sent, as staff see it: no words of it."""

    id: int
    conversation_id: int
    channel: str
    dead_at: datetime
    attempts: int
    problem: str


def add(
    connection: Connection, conversation_id: int, channel: str, content: dict[str, Any], now: datetime, *, urgent: bool = False
) -> None:
    """Put one message at the end of its conversation's queue; an `urgent` one before all that is not."""
    values = {"conversation_id": conversation_id, "channel": channel, "content": content, "attempts": 0, "urgent": urgent}
    connection.execute(outbox.insert().values(**values, created_at=now, next_try_at=now))


def last_id(connection: Connection, conversation_id: int) -> int:
    """The id of the newest message of a conversation; 0 when there is none."""
    return connection.scalar(select(func.max(outbox.c.id)).where(outbox.c.conversation_id == conversation_id)) or 0


def due(connection: Connection, channel: str, now: datetime, limit: int = 50) -> list[OutboxRow]:
    """The first open message of each conversation of `channel`, if its time has come; urgent ones before all others."""
    place = func.row_number().over(partition_by=outbox.c.conversation_id, order_by=(outbox.c.urgent.desc(), outbox.c.id))
    ranked = select(outbox.c.id, place.label("place")).where(_open, outbox.c.channel == channel).subquery()
    query = (
        select(outbox, conversations.c.address)
        .join(ranked, and_(outbox.c.id == ranked.c.id, ranked.c.place == 1))
        .join(conversations, conversations.c.id == outbox.c.conversation_id)
        .where(outbox.c.next_try_at <= now)
        .order_by(outbox.c.urgent.desc(), outbox.c.id)
        .limit(limit)
    )
    return [_row(row) for row in connection.execute(query)]


def begin(connection: Connection, rows: Sequence[OutboxRow], now: datetime) -> None:
    """Their sending begins now; one whose sending had begun before and never ended is counted as a repetition."""
    change = update(outbox).where(outbox.c.id.in_([row.id for row in rows]))
    connection.execute(change.values(begun_at=now, repeats=outbox.c.repeats + case((outbox.c.begun_at.is_not(None), 1), else_=0)))


def not_begun(connection: Connection, row_id: int) -> None:
    """Its sending ended before anything went out."""
    connection.execute(update(outbox).where(outbox.c.id == row_id).values(begun_at=None))


def mark_sent(connection: Connection, row_id: int, now: datetime) -> None:
    """It went out; the words stay in the transcript only."""
    connection.execute(update(outbox).where(outbox.c.id == row_id).values(sent_at=now, content={}))


def postpone(connection: Connection, row_id: int, next_try_at: datetime, problem: str) -> None:
    """It did not go out this time."""
    change = {"attempts": outbox.c.attempts + 1, "next_try_at": next_try_at, "problem": problem[:200], "begun_at": None}
    connection.execute(update(outbox).where(outbox.c.id == row_id).values(**change))


def bury(connection: Connection, row_id: int, now: datetime, problem: str) -> None:
    """It cannot be sent; it stays as a dead letter that staff see and may send again."""
    change = {"dead_at": now, "problem": problem[:200], "attempts": outbox.c.attempts + 1, "begun_at": None}
    connection.execute(update(outbox).where(outbox.c.id == row_id).values(**change))


def dead_letters(connection: Connection, limit: int = 50) -> list[DeadLetter]:
    """What could not be sent, newest first."""
    query = select(outbox).where(outbox.c.dead_at.is_not(None)).order_by(outbox.c.dead_at.desc()).limit(limit)
    return [
        DeadLetter(row.id, row.conversation_id, row.channel, row.dead_at, row.attempts, row.problem or "")
        for row in connection.execute(query)
    ]


def send_again(connection: Connection, row_id: int, now: datetime) -> bool:
    """Bring a dead letter back to life; False when it is none (any more)."""
    change = {"dead_at": None, "attempts": 0, "next_try_at": now, "problem": None}
    dead = (outbox.c.id == row_id) & outbox.c.dead_at.is_not(None)
    return connection.execute(update(outbox).where(dead).values(**change)).rowcount == 1


def unreachable_since(connection: Connection, since: datetime) -> dict[int, datetime]:
    """Conversations to which a message could not be sent since then (and lies dead), with when the last one was given up."""
    dead = outbox.c.dead_at > since
    rows = connection.execute(select(outbox.c.conversation_id, func.max(outbox.c.dead_at)).where(dead).group_by(outbox.c.conversation_id))
    return {conversation_id: at.replace(tzinfo=UTC) if at.tzinfo is None else at for conversation_id, at in rows.tuples()}


def counts(connection: Connection) -> dict[str, int]:
    """How many messages wait, how many are dead letters."""
    waiting = connection.scalar(select(func.count()).select_from(outbox).where(_open)) or 0
    dead = connection.scalar(select(func.count()).select_from(outbox).where(outbox.c.dead_at.is_not(None))) or 0
    return {"waiting": waiting, "dead": dead}


def oldest_waiting(connection: Connection) -> datetime | None:
    """Since when the oldest message waits to be sent; None when none does."""
    oldest: datetime | None = connection.scalar(select(func.min(outbox.c.created_at)).where(_open))
    return oldest


def repeats(connection: Connection) -> int:
    """How many messages may have gone out twice because a crash came between sending and noting it (of those still kept)."""
    return connection.scalar(select(func.sum(outbox.c.repeats))) or 0


def _row(row: Row[Any]) -> OutboxRow:
    return OutboxRow(row.id, row.conversation_id, row.address, row.content, row.attempts, row.urgent, row.begun_at is not None)
