"""Sessions of staff in the browser. Only the hash of a token is stored."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Column, Connection, ForeignKey, Integer, Row, String, Table, select, update

from bot.store.columns import Instant
from bot.store.database import metadata

Stage = Literal["full", "code", "enrol"]
"""`full`: signed in. `code`: the password was right, the code of the second factor is asked for. `enrol`: a second factor has to be set up."""

sessions = Table(
    "staff_sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("stage", String(8), nullable=False),
    Column("proven_at", Instant, nullable=True),
    Column("browser", String(40), nullable=False),
)


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One browser of one account."""

    token_hash: str
    staff_id: int
    created_at: datetime
    seen_at: datetime
    stage: Stage
    proven_at: datetime | None
    """When a secret was last given in this session."""
    browser: str
    """Which browser, in a few words, for the list of one's own sessions."""


def _row(row: Row[Any]) -> SessionRow:
    return SessionRow(row.token_hash, row.staff_id, row.created_at, row.seen_at, row.stage, row.proven_at, row.browser)


def add(connection: Connection, token_hash: str, staff_id: int, stage: Stage, browser: str, now: datetime) -> None:
    """A browser brought a right password just now."""
    values = {"token_hash": token_hash, "staff_id": staff_id, "stage": stage, "browser": browser}
    connection.execute(sessions.insert().values(**values, created_at=now, seen_at=now, proven_at=now))


def find(connection: Connection, token_hash: str) -> SessionRow | None:
    """The session of that hash."""
    row = connection.execute(select(sessions).where(sessions.c.token_hash == token_hash)).one_or_none()
    return None if row is None else _row(row)


def touch(connection: Connection, token_hash: str, now: datetime) -> None:
    """The session was used."""
    connection.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(seen_at=now))


def prove(connection: Connection, token_hash: str, now: datetime) -> None:
    """A secret was given in the session."""
    connection.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(proven_at=now))


def end(connection: Connection, token_hash: str) -> None:
    """Sign one browser out."""
    connection.execute(sessions.delete().where(sessions.c.token_hash == token_hash))


def end_of(connection: Connection, staff_id: int) -> None:
    """Sign every browser of an account out."""
    connection.execute(sessions.delete().where(sessions.c.staff_id == staff_id))


def end_old(connection: Connection, seen_before: datetime, created_before: datetime) -> int:
    """Forget sessions that are past their idle or total time; returns how many."""
    old = (sessions.c.seen_at <= seen_before) | (sessions.c.created_at <= created_before)
    return connection.execute(sessions.delete().where(old)).rowcount


def of(connection: Connection, staff_id: int) -> list[SessionRow]:
    """All of an account, newest first."""
    mine = select(sessions).where(sessions.c.staff_id == staff_id).order_by(sessions.c.created_at.desc())
    return [_row(row) for row in connection.execute(mine)]
