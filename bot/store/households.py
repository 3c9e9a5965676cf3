"""One household, one file (一户一档): cases that a person has joined. Transcripts are never joined."""

from datetime import datetime

from sqlalchemy import Column, Connection, ForeignKey, Integer, Table

from bot.store.columns import Instant
from bot.store.database import metadata, new_id

households = Table(
    "households",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("made_by", Integer, ForeignKey("staff.id"), nullable=False),
    Column("made_at", Instant, nullable=False),
)


def make(connection: Connection, staff_id: int, now: datetime) -> int:
    """A new, empty household file; returns its id."""
    return new_id(connection.execute(households.insert().values(made_by=staff_id, made_at=now)))
