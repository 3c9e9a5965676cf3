"""What residents agreed to, refused or withdrew: purpose, version of the words they read, time and channel."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, Connection, ForeignKey, Integer, Row, String, Table, select

from bot.store.columns import Instant
from bot.store.conversations import conversations
from bot.store.database import metadata

consents = Table(
    "consents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", Integer, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("purpose", String(32), nullable=False),
    Column("given", Boolean, nullable=False),
    Column("notice_version", String(32), nullable=False),
    Column("at", Instant, nullable=False),
    Column("channel", String(16), nullable=False, server_default=""),
)


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """One answer to a request for consent."""

    purpose: str
    given: bool
    version: str
    at: datetime
    channel: str


def add(connection: Connection, conversation_id: int, purpose: str, given: bool, version: str, now: datetime) -> None:
    """Record one answer, with the channel on which the conversation is spoken."""
    channel = select(conversations.c.channel).where(conversations.c.id == conversation_id).scalar_subquery()
    values = {"conversation_id": conversation_id, "purpose": purpose, "given": given, "notice_version": version}
    connection.execute(consents.insert().values(**values, at=now, channel=channel))


def history(connection: Connection, conversation_id: int) -> list[ConsentRow]:
    """Every answer of a conversation, oldest first."""
    rows = connection.execute(select(consents).where(consents.c.conversation_id == conversation_id).order_by(consents.c.id))
    return [_row(row) for row in rows]


def latest(connection: Connection, conversation_id: int) -> dict[str, ConsentRow]:
    """The newest answer for each purpose, in the order in which purposes were first asked."""
    return {row.purpose: row for row in history(connection, conversation_id)}


def in_force(connection: Connection, conversation_id: int, purpose: str) -> bool:
    """Whether the resident agreed to `purpose` and has not taken it back."""
    newest = latest(connection, conversation_id).get(purpose)
    return newest is not None and newest.given


def _row(row: Row[Any]) -> ConsentRow:
    return ConsentRow(row.purpose, row.given, row.notice_version, row.at, row.channel)
