"""Every published state of the policies, in order; append-only. The texts themselves are snapshots under their hash."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Column, Connection, ForeignKey, Integer, Row, String, Table, Text, select

from bot.store import snapshots
from bot.store.columns import Instant
from bot.store.database import metadata, new_id

Way = Literal["adopted", "published", "rolled_back", "withdrawn", "restored", "expired"]

revisions = Table(
    "revisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("version", String(16), ForeignKey("snapshots.version"), nullable=False),
    Column("way", String(16), nullable=False),
    Column("title", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("author_id", Integer, ForeignKey("staff.id"), nullable=True),
    Column("reviewer_id", Integer, ForeignKey("staff.id"), nullable=True),
    Column("draft_id", Integer, nullable=True),
    Column("at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """One published state: which, how it came, who wanted it, who agreed, why."""

    id: int
    version: str
    way: str
    title: str
    reason: str
    author_id: int | None
    reviewer_id: int | None
    draft_id: int | None
    at: datetime


def _row(row: Row[Any]) -> RevisionRow:
    return RevisionRow(
        row.id, row.version, row.way, row.title, row.reason, row.author_id, row.reviewer_id, row.draft_id, row.at
    )


def add(
    connection: Connection, version: str, content: str, *, way: Way, title: str, reason: str, author_id: int | None,
    reviewer_id: int | None = None, draft_id: int | None = None, now: datetime,
) -> int:
    """A new newest revision; its texts are kept under their hash. Returns its id."""
    snapshots.keep(connection, version, content, now)
    values = {"version": version, "way": way, "title": title, "reason": reason, "author_id": author_id}
    more = {"reviewer_id": reviewer_id, "draft_id": draft_id, "at": now}
    return new_id(connection.execute(revisions.insert().values(**values, **more)))


def newest(connection: Connection) -> RevisionRow | None:
    """What is in force; None while the files are the truth."""
    row = connection.execute(select(revisions).order_by(revisions.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else _row(row)


def first(connection: Connection) -> RevisionRow | None:
    """What the desk took over from the files."""
    row = connection.execute(select(revisions).order_by(revisions.c.id).limit(1)).one_or_none()
    return None if row is None else _row(row)


def lock_newest(connection: Connection) -> RevisionRow | None:
    """The same, so that no other publishing comes between (SQLite: the write transaction itself is the lock)."""
    row = connection.execute(select(revisions).order_by(revisions.c.id.desc()).limit(1).with_for_update()).one_or_none()
    return None if row is None else _row(row)


def get(connection: Connection, revision_id: int) -> RevisionRow | None:
    """The revision of that id."""
    row = connection.execute(select(revisions).where(revisions.c.id == revision_id)).one_or_none()
    return None if row is None else _row(row)


def latest(connection: Connection, limit: int = 50, before: int | None = None) -> list[RevisionRow]:
    """Revisions, newest first."""
    query = select(revisions).order_by(revisions.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(revisions.c.id < before)
    return [_row(row) for row in connection.execute(query)]
