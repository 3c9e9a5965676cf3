"""Knowledge snapshots as canonical JSON under their hash; never changed, named by answers and findings."""

from datetime import datetime

from sqlalchemy import Column, Connection, String, Table, Text, select

from bot.knowledge import Knowledge
from bot.knowledge.snapshot import canonical
from bot.store.columns import Instant
from bot.store.database import metadata

snapshots = Table(
    "snapshots",
    metadata,
    Column("version", String(16), primary_key=True),
    Column("content", Text, nullable=False),
    Column("at", Instant, nullable=False),
)


def keep(connection: Connection, version: str, content: str, now: datetime) -> None:
    """Store a snapshot once; a second call with the same version changes nothing."""
    if connection.scalar(select(snapshots.c.version).where(snapshots.c.version == version)) is None:
        connection.execute(snapshots.insert().values(version=version, content=content, at=now))


def content(connection: Connection, version: str) -> str | None:
    """The canonical JSON of a snapshot, or None."""
    return connection.scalar(select(snapshots.c.content).where(snapshots.c.version == version))


def keep_knowledge(connection: Connection, knowledge: Knowledge, now: datetime) -> None:
    """Store the snapshot that a turn used, once."""
    if connection.scalar(select(snapshots.c.version).where(snapshots.c.version == knowledge.version)) is None:
        keep(connection, knowledge.version, canonical(knowledge.files), now)
