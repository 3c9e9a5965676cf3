"""Further addresses of a conversation: a second browser that brought a code speaks in the same one."""

from datetime import datetime

from sqlalchemy import Column, Connection, ForeignKey, Integer, String, Table, delete, select

from bot.store.columns import Instant
from bot.store.database import metadata

addresses = Table(
    "addresses",
    metadata,
    Column("address_hash", String(64), primary_key=True),
    Column("conversation_id", Integer, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
)


def add(connection: Connection, address_hash: str, conversation_id: int, now: datetime) -> None:
    """Let a fresh address, never used before, lead to a conversation."""
    connection.execute(addresses.insert().values(address_hash=address_hash, conversation_id=conversation_id, created_at=now))


def conversation_of(connection: Connection, address_hash: str) -> int | None:
    """The conversation that a further address leads to, or None."""
    return connection.scalar(select(addresses.c.conversation_id).where(addresses.c.address_hash == address_hash))


def of(connection: Connection, conversation_id: int) -> list[str]:
    """The hashes of all further addresses of a conversation."""
    return list(connection.scalars(select(addresses.c.address_hash).where(addresses.c.conversation_id == conversation_id)))


def forget(connection: Connection, conversation_id: int, keep: str = "") -> int:
    """Remove all further addresses of a conversation but the one of the hash `keep`; returns how many went."""
    further = (addresses.c.conversation_id == conversation_id) & (addresses.c.address_hash != keep)
    return connection.execute(delete(addresses).where(further)).rowcount
