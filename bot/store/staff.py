"""Staff accounts, their sessions in the browser, and one-time invitations."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Integer,
    Row,
    String,
    Table,
    func,
    select,
    update,
)

from bot.store.columns import Instant
from bot.store.database import metadata, new_id

staff = Table(
    "staff",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("login", String(40), nullable=False, unique=True),
    Column("display_name", String(40), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("roles", JSON, nullable=False),
    Column("districts", JSON, nullable=False),
    Column("active", Boolean, nullable=False, default=True),
    Column("failed_attempts", Integer, nullable=False, default=0),
    Column("locked_until", Instant, nullable=True),
    Column("created_at", Instant, nullable=False),
)

sessions = Table(
    "staff_sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

invitations = Table(
    "invitations",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("roles", JSON, nullable=False),
    Column("districts", JSON, nullable=False),
    Column("invited_by", Integer, ForeignKey("staff.id"), nullable=True),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant, nullable=True),
)


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One account. An empty `districts` on a role that is bound to districts means the city desk."""

    id: int
    login: str
    display_name: str
    password_hash: str
    roles: list[str]
    districts: list[str]
    active: bool
    failed_attempts: int
    locked_until: datetime | None


def _row(row: Row[Any] | None) -> StaffRow | None:
    if row is None:
        return None
    return StaffRow(row.id, row.login, row.display_name, row.password_hash, row.roles, row.districts, row.active, row.failed_attempts, row.locked_until)


def get(connection: Connection, staff_id: int) -> StaffRow | None:
    """The account of that id."""
    return _row(connection.execute(select(staff).where(staff.c.id == staff_id)).one_or_none())


def lock(connection: Connection, staff_id: int) -> StaffRow | None:
    """The same, locked until the transaction ends."""
    return _row(connection.execute(select(staff).where(staff.c.id == staff_id).with_for_update()).one_or_none())


def names(connection: Connection) -> dict[int, str]:
    """Display name of every account by id."""
    return {row.id: row.display_name for row in connection.execute(select(staff.c.id, staff.c.display_name))}


def by_login(connection: Connection, login: str) -> StaffRow | None:
    """The account of that login name."""
    return _row(connection.execute(select(staff).where(staff.c.login == login)).one_or_none())


def everyone(connection: Connection) -> list[StaffRow]:
    """All accounts by login."""
    rows = (_row(row) for row in connection.execute(select(staff).order_by(staff.c.login)))
    return [row for row in rows if row is not None]


def count(connection: Connection) -> int:
    """How many accounts there are."""
    return connection.scalar(select(func.count()).select_from(staff)) or 0


def add(connection: Connection, *, login: str, display_name: str, password_hash: str, roles: list[str], districts: list[str], now: datetime) -> int:
    """A new account; returns its id."""
    values = {"login": login, "display_name": display_name, "password_hash": password_hash}
    more = {"roles": roles, "districts": districts, "active": True, "failed_attempts": 0, "created_at": now}
    return new_id(connection.execute(staff.insert().values(**values, **more)))


def note_attempts(connection: Connection, staff_id: int, failed: int, locked_until: datetime | None) -> None:
    """Remember failed sign-ins and the lock that follows from them."""
    change = update(staff).where(staff.c.id == staff_id)
    connection.execute(change.values(failed_attempts=failed, locked_until=locked_until))


def set_password(connection: Connection, staff_id: int, password_hash: str) -> None:
    """Replace the password; failed sign-ins are forgotten."""
    change = update(staff).where(staff.c.id == staff_id)
    connection.execute(change.values(password_hash=password_hash, failed_attempts=0, locked_until=None))


def set_active(connection: Connection, staff_id: int, active: bool) -> None:
    """Close an account or open it again; nothing of it is deleted, because history names it."""
    connection.execute(update(staff).where(staff.c.id == staff_id).values(active=active))


def open_session(connection: Connection, token_hash: str, staff_id: int, now: datetime) -> None:
    """A browser signed in."""
    connection.execute(sessions.insert().values(token_hash=token_hash, staff_id=staff_id, created_at=now, seen_at=now))


def session(connection: Connection, token_hash: str) -> tuple[int, datetime, datetime] | None:
    """(staff id, created, last seen) of a session, or None."""
    row = connection.execute(select(sessions).where(sessions.c.token_hash == token_hash)).one_or_none()
    return None if row is None else (row.staff_id, row.created_at, row.seen_at)


def touch_session(connection: Connection, token_hash: str, now: datetime) -> None:
    """The session was used."""
    connection.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(seen_at=now))


def end_session(connection: Connection, token_hash: str) -> None:
    """Sign one browser out."""
    connection.execute(sessions.delete().where(sessions.c.token_hash == token_hash))


def end_sessions_of(connection: Connection, staff_id: int) -> None:
    """Sign every browser of an account out."""
    connection.execute(sessions.delete().where(sessions.c.staff_id == staff_id))


def end_old_sessions(connection: Connection, seen_before: datetime, created_before: datetime) -> None:
    """Forget sessions that are past their idle or total time."""
    old = (sessions.c.seen_at <= seen_before) | (sessions.c.created_at <= created_before)
    connection.execute(sessions.delete().where(old))


def sessions_of(connection: Connection, staff_id: int) -> list[tuple[datetime, datetime]]:
    """(created, last seen) of each session of an account, newest first."""
    mine = select(sessions).where(sessions.c.staff_id == staff_id).order_by(sessions.c.created_at.desc())
    return [(row.created_at, row.seen_at) for row in connection.execute(mine)]


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """A link that was not used yet."""

    token_hash: str
    roles: list[str]
    districts: list[str]
    invited_by: int | None
    expires_at: datetime


def add_invitation(
    connection: Connection, token_hash: str, roles: list[str], districts: list[str], expires_at: datetime,
    invited_by: int | None = None,
) -> None:
    """A link that makes one account; `invited_by` is None for the first administrator's."""
    values = {"roles": roles, "districts": districts, "expires_at": expires_at, "invited_by": invited_by}
    connection.execute(invitations.insert().values(token_hash=token_hash, **values))


def invitation(connection: Connection, token_hash: str, now: datetime) -> InvitationRow | None:
    """An invitation that could still be used, or None."""
    row = connection.execute(select(invitations).where(invitations.c.token_hash == token_hash, _usable(now))).one_or_none()
    return None if row is None else _invitation(row)


def open_invitations(connection: Connection, now: datetime) -> list[InvitationRow]:
    """All invitations that could still be used, the next to expire first."""
    rows = connection.execute(select(invitations).where(_usable(now)).order_by(invitations.c.expires_at))
    return [_invitation(row) for row in rows]


def withdraw_invitation(connection: Connection, token_hash: str) -> bool:
    """Forget an invitation nobody used; False when there is no such one."""
    unused = (invitations.c.token_hash == token_hash) & invitations.c.used_at.is_(None)
    return connection.execute(invitations.delete().where(unused)).rowcount == 1


def _usable(now: datetime) -> ColumnElement[bool]:
    return invitations.c.used_at.is_(None) & (invitations.c.expires_at > now)


def _invitation(row: Row[Any]) -> InvitationRow:
    return InvitationRow(row.token_hash, row.roles, row.districts, row.invited_by, row.expires_at)


def use_invitation(connection: Connection, token_hash: str, now: datetime) -> tuple[list[str], list[str]] | None:
    """Spend an invitation: its (roles, districts), or None when unknown, used or expired."""
    good = (invitations.c.token_hash == token_hash) & _usable(now)
    if not connection.execute(update(invitations).where(good).values(used_at=now)).rowcount:
        return None
    row = connection.execute(select(invitations).where(invitations.c.token_hash == token_hash)).one()
    return row.roles, row.districts


def withdraw_unused_invitations(connection: Connection) -> None:
    """Forget invitations nobody used (a fresh one replaces them at each start)."""
    connection.execute(invitations.delete().where(invitations.c.used_at.is_(None)))
