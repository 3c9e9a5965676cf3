"""One-time links: to make an account, or to give an account a new password. Only the hash of a token is stored."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, Connection, ForeignKey, Integer, Row, String, Table, select, update

from bot.store.columns import Instant
from bot.store.database import metadata

invitations = Table(
    "invitations",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("roles", JSON, nullable=False),
    Column("districts", JSON, nullable=False),
    Column("invited_by", Integer, ForeignKey("staff.id"), nullable=True),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=True),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant, nullable=True),
)


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """A link that was not used yet."""

    token_hash: str
    roles: list[str]
    districts: list[str]
    invited_by: int | None
    """None: made at start or at the command line."""
    expires_at: datetime
    staff_id: int | None
    """The account that gets a new password; None where the link makes an account."""


def _row(row: Row[Any]) -> InvitationRow:
    return InvitationRow(row.token_hash, row.roles, row.districts, row.invited_by, row.expires_at, row.staff_id)


def add(
    connection: Connection, token_hash: str, roles: list[str], districts: list[str], expires_at: datetime,
    invited_by: int | None = None, staff_id: int | None = None,
) -> None:
    """A link that makes one account, or gives the account `staff_id` a new password."""
    values = {"roles": roles, "districts": districts, "expires_at": expires_at, "invited_by": invited_by, "staff_id": staff_id}
    connection.execute(invitations.insert().values(token_hash=token_hash, **values))


def find(connection: Connection, token_hash: str, now: datetime) -> InvitationRow | None:
    """A link that could still be used, or None."""
    row = connection.execute(select(invitations).where(invitations.c.token_hash == token_hash, _usable(now))).one_or_none()
    return None if row is None else _row(row)


def usable(connection: Connection, now: datetime) -> list[InvitationRow]:
    """All links that could still be used, the next to expire first."""
    rows = connection.execute(select(invitations).where(_usable(now)).order_by(invitations.c.expires_at))
    return [_row(row) for row in rows]


def use(connection: Connection, token_hash: str, now: datetime) -> InvitationRow | None:
    """Spend a link; None when it is unknown, used or expired."""
    good = (invitations.c.token_hash == token_hash) & _usable(now)
    if not connection.execute(update(invitations).where(good).values(used_at=now)).rowcount:
        return None
    return _row(connection.execute(select(invitations).where(invitations.c.token_hash == token_hash)).one())


def withdraw(connection: Connection, token_hash: str) -> bool:
    """Forget a link nobody used; False when there is no such one."""
    unused = (invitations.c.token_hash == token_hash) & invitations.c.used_at.is_(None)
    return connection.execute(invitations.delete().where(unused)).rowcount == 1


def withdraw_given_by_nobody(connection: Connection) -> None:
    """Forget unused links to make an account that came from a start or the command line."""
    columns = invitations.c
    connection.execute(invitations.delete().where(columns.used_at.is_(None), columns.invited_by.is_(None), columns.staff_id.is_(None)))


def _usable(now: datetime) -> ColumnElement[bool]:
    return invitations.c.used_at.is_(None) & (invitations.c.expires_at > now)
