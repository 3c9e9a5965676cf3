"""One row a conversation: where it is spoken, its state, and who holds the turn."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, Integer, Row, String, Table, select, update

from bot.store import addresses
from bot.store.columns import EncryptedJson, EncryptedText, Instant
from bot.store.database import metadata, new_id

conversations = Table(
    "conversations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("address_hash", String(64), nullable=False, unique=True),
    Column("address", EncryptedText("conversations.address"), nullable=False),
    Column("state", EncryptedJson("conversations.state"), nullable=False),
    Column("turn", Integer, nullable=False, default=0),
    Column("owner_id", Integer, ForeignKey("staff.id"), nullable=True),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("erased_at", Instant, nullable=True),
)


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """A conversation as stored. `owner_id` is the staff member who speaks, or None for the bot."""

    id: int
    channel: str
    address: str
    state: dict[str, Any]
    turn: int
    owner_id: int | None
    updated_at: datetime
    created_at: datetime


def _row(row: Row[Any]) -> ConversationRow:
    return ConversationRow(row.id, row.channel, row.address, row.state, row.turn, row.owner_id, row.updated_at, row.created_at)


def find(connection: Connection, address_hash: str) -> ConversationRow | None:
    """The conversation behind a hashed address, its first or a further one, or None."""
    row = connection.execute(select(conversations).where(conversations.c.address_hash == address_hash)).one_or_none()
    if row is not None:
        return _row(row)
    further = addresses.conversation_of(connection, address_hash)
    return None if further is None else get(connection, further)


def create(connection: Connection, channel: str, address: str, address_hash: str, now: datetime) -> int:
    """A new, empty conversation; returns its id."""
    values = {"channel": channel, "address": address, "address_hash": address_hash, "state": {}, "turn": 0}
    result = connection.execute(conversations.insert().values(**values, created_at=now, updated_at=now))
    return new_id(result)


def get(connection: Connection, conversation_id: int) -> ConversationRow:
    """The conversation of that id (it must exist)."""
    return _row(connection.execute(select(conversations).where(conversations.c.id == conversation_id)).one())


def by_id(connection: Connection, conversation_id: int) -> ConversationRow | None:
    """The conversation of that id, or None."""
    row = connection.execute(select(conversations).where(conversations.c.id == conversation_id)).one_or_none()
    return None if row is None else _row(row)


def address_hash(connection: Connection, conversation_id: int) -> str:
    """The hash under which the conversation was begun (it must exist)."""
    return str(connection.scalar(select(conversations.c.address_hash).where(conversations.c.id == conversation_id)))


def lock(connection: Connection, conversation_id: int) -> ConversationRow:
    """The same, locked until the transaction ends (on SQLite the transaction itself is the lock)."""
    query = select(conversations).where(conversations.c.id == conversation_id).with_for_update()
    return _row(connection.execute(query).one())


def save_state(connection: Connection, conversation_id: int, state: dict[str, Any], turn: int, now: datetime) -> None:
    """Write the state after a turn; whoever speaks again after an erasure begins a new conversation."""
    change = update(conversations).where(conversations.c.id == conversation_id)
    connection.execute(change.values(state=state, turn=turn, updated_at=now, erased_at=None))


def set_owner(connection: Connection, conversation_id: int, staff_id: int | None) -> None:
    """Hand the turn to a staff member, or back to the bot with None."""
    connection.execute(update(conversations).where(conversations.c.id == conversation_id).values(owner_id=staff_id))
