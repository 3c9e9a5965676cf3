"""A counter of changes: each process polls the highest number to refresh live pages and knowledge."""

from datetime import datetime

from sqlalchemy import Column, Connection, Integer, String, Table, func, select

from bot.store.columns import Instant
from bot.store.database import metadata

changes = Table(
    "changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("reference", Integer, nullable=True),
    Column("at", Instant, nullable=False),
)


def note(connection: Connection, kind: str, reference: int | None, now: datetime) -> None:
    """Say that a thing of `kind` (`conversation`, `case`, `knowledge`) changed."""
    connection.execute(changes.insert().values(kind=kind, reference=reference, at=now))


def highest(connection: Connection) -> int:
    """The number of the newest change; 0 before the first."""
    return connection.scalar(select(func.max(changes.c.id))) or 0


def since(connection: Connection, number: int) -> list[tuple[int, str, int | None]]:
    """Changes after `number` as (number, kind, reference)."""
    rows = connection.execute(select(changes.c.id, changes.c.kind, changes.c.reference).where(changes.c.id > number).order_by(changes.c.id))
    return [(row.id, row.kind, row.reference) for row in rows]
