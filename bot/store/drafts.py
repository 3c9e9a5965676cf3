"""Changes to the policies that are being written, reviewed or waiting for their hour; who is editing what."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    Row,
    String,
    Table,
    Text,
    delete,
    select,
    update,
)

from bot.store.columns import Instant
from bot.store.database import metadata, new_id

State = Literal["editing", "review", "approved", "scheduled", "published", "dropped"]
STATES: tuple[State, ...] = get_args(State)
OPEN: tuple[State, ...] = ("editing", "review", "approved", "scheduled")

drafts = Table(
    "drafts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("document_number", String(80), nullable=False, default=""),
    Column("reason", Text, nullable=False, default=""),
    Column("state", String(12), nullable=False, index=True),
    Column("author_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("reviewer_id", Integer, ForeignKey("staff.id"), nullable=True),
    Column("checker_id", Integer, ForeignKey("staff.id"), nullable=True),
    Column("needs_check", Boolean, nullable=False, default=False),
    Column("override", Text, nullable=False, default=""),
    Column("publish_at", Instant, nullable=True),
    Column("expires_at", Instant, nullable=True),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
)

draft_files = Table(
    "draft_files",
    metadata,
    Column("draft_id", Integer, ForeignKey("drafts.id"), nullable=False),
    Column("path", String(120), nullable=False),
    Column("base", Text, nullable=True),
    Column("text", Text, nullable=True),
    Column("changed_by", Integer, ForeignKey("staff.id"), nullable=False),
    Column("changed_at", Instant, nullable=False),
    PrimaryKeyConstraint("draft_id", "path"),
)

draft_comments = Table(
    "draft_comments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("draft_id", Integer, ForeignKey("drafts.id"), nullable=False, index=True),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

editing = Table(
    "editing",
    metadata,
    Column("path", String(120), nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("seen_at", Instant, nullable=False),
    PrimaryKeyConstraint("path", "staff_id"),
)


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One draft. Nobody may review what they wrote."""

    id: int
    title: str
    document_number: str
    reason: str
    state: Any
    author_id: int
    reviewer_id: int | None
    checker_id: int | None
    needs_check: bool
    override: str
    publish_at: datetime | None
    expires_at: datetime | None
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class DraftFile:
    """One changed file: what it was when the change began, and what it shall be (None: not there)."""

    path: str
    base: str | None
    text: str | None
    changed_by: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody said about a draft."""

    staff_id: int
    text: str
    at: datetime


def _row(row: Row[Any]) -> DraftRow:
    return DraftRow(
        row.id, row.title, row.document_number, row.reason, row.state, row.author_id, row.reviewer_id, row.checker_id,
        row.needs_check, row.override, row.publish_at, row.expires_at, row.created_at, row.changed_at,
    )


def start(connection: Connection, title: str, author_id: int, now: datetime, document_number: str = "") -> int:
    """A new, empty draft; returns its id."""
    values = {"title": title, "document_number": document_number, "state": "editing", "author_id": author_id}
    more = {"reason": "", "override": "", "needs_check": False, "created_at": now, "changed_at": now}
    return new_id(connection.execute(drafts.insert().values(**values, **more)))


def get(connection: Connection, draft_id: int) -> DraftRow | None:
    """The draft of that id."""
    row = connection.execute(select(drafts).where(drafts.c.id == draft_id)).one_or_none()
    return None if row is None else _row(row)


def lock(connection: Connection, draft_id: int) -> DraftRow | None:
    """The same, locked until the transaction ends."""
    row = connection.execute(select(drafts).where(drafts.c.id == draft_id).with_for_update()).one_or_none()
    return None if row is None else _row(row)


def in_state(connection: Connection, states: Collection[str] = OPEN, limit: int = 200) -> list[DraftRow]:
    """Drafts in any of these states, the last changed first."""
    query = select(drafts).where(drafts.c.state.in_(list(states))).order_by(drafts.c.changed_at.desc()).limit(limit)
    return [_row(row) for row in connection.execute(query)]


def ready(connection: Connection, now: datetime) -> list[DraftRow]:
    """Scheduled drafts whose hour has come, in its order, locked."""
    due = (drafts.c.state == "scheduled") & (drafts.c.publish_at <= now)
    return [_row(row) for row in connection.execute(select(drafts).where(due).order_by(drafts.c.publish_at).with_for_update())]


def expired(connection: Connection, now: datetime) -> list[DraftRow]:
    """Published drafts whose time is over, locked."""
    over = (drafts.c.state == "published") & (drafts.c.expires_at <= now)
    return [_row(row) for row in connection.execute(select(drafts).where(over).order_by(drafts.c.expires_at).with_for_update())]


def change(connection: Connection, draft_id: int, now: datetime, **values: Any) -> None:
    """Write changed columns of a draft."""
    connection.execute(update(drafts).where(drafts.c.id == draft_id).values(**values, changed_at=now))


def put_file(
    connection: Connection, draft_id: int, path: str, *, base: str | None, text: str | None, staff_id: int, now: datetime
) -> None:
    """Set what a file shall be in this draft; the base stays that of the first change unless it is given anew."""
    its = (draft_files.c.draft_id == draft_id) & (draft_files.c.path == path)
    connection.execute(delete(draft_files).where(its))
    values = {"draft_id": draft_id, "path": path, "base": base, "text": text, "changed_by": staff_id, "changed_at": now}
    connection.execute(draft_files.insert().values(**values))


def drop_file(connection: Connection, draft_id: int, path: str) -> None:
    """Leave a file as it is in force."""
    connection.execute(delete(draft_files).where(draft_files.c.draft_id == draft_id, draft_files.c.path == path))


def files(connection: Connection, draft_id: int) -> dict[str, DraftFile]:
    """The changed files of a draft by path."""
    query = select(draft_files).where(draft_files.c.draft_id == draft_id).order_by(draft_files.c.path)
    return {
        row.path: DraftFile(row.path, row.base, row.text, row.changed_by, row.changed_at) for row in connection.execute(query)
    }


def touching(connection: Connection, path: str) -> list[DraftRow]:
    """Open drafts that change a file."""
    query = select(drafts).join(draft_files, draft_files.c.draft_id == drafts.c.id)
    query = query.where(draft_files.c.path == path, drafts.c.state.in_(list(OPEN))).order_by(drafts.c.id)
    return [_row(row) for row in connection.execute(query)]


def comment(connection: Connection, draft_id: int, staff_id: int, text: str, now: datetime) -> None:
    """Say something about a draft."""
    connection.execute(draft_comments.insert().values(draft_id=draft_id, staff_id=staff_id, text=text, at=now))


def comments(connection: Connection, draft_id: int) -> list[Comment]:
    """What was said about a draft, oldest first."""
    query = select(draft_comments).where(draft_comments.c.draft_id == draft_id).order_by(draft_comments.c.id)
    return [Comment(row.staff_id, row.text, row.at) for row in connection.execute(query)]


def seen_editing(connection: Connection, path: str, staff_id: int, now: datetime) -> None:
    """Somebody has this file open for writing at this moment."""
    its = (editing.c.path == path) & (editing.c.staff_id == staff_id)
    if connection.execute(update(editing).where(its).values(seen_at=now)).rowcount == 0:
        connection.execute(editing.insert().values(path=path, staff_id=staff_id, seen_at=now))


def editors(connection: Connection, path: str, since: datetime) -> list[int]:
    """Ids of people who had this file open for writing since then."""
    query = select(editing.c.staff_id).where(editing.c.path == path, editing.c.seen_at >= since)
    return list(connection.scalars(query.order_by(editing.c.seen_at.desc())))
