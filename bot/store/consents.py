"""What residents agreed to or refused, with the version of the words they read."""

from datetime import datetime

from sqlalchemy import Boolean, Column, Connection, ForeignKey, Integer, String, Table

from bot.store.columns import Instant
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
)


def add(connection: Connection, conversation_id: int, purpose: str, given: bool, version: str, now: datetime) -> None:
    """Record one answer to a request for consent (`screening` or `handover`)."""
    values = {"conversation_id": conversation_id, "purpose": purpose, "given": given}
    connection.execute(consents.insert().values(**values, notice_version=version, at=now))
