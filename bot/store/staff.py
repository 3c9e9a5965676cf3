"""Staff accounts and their second factor."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Integer,
    Row,
    String,
    Table,
    delete,
    func,
    select,
    update,
)

from bot.store.columns import EncryptedText, Instant
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
    Column("unit_id", Integer, ForeignKey("units.id"), nullable=True),
    Column("active", Boolean, nullable=False, default=True),
    Column("totp_secret", EncryptedText("staff.totp_secret"), nullable=True),
    Column("totp_pending", EncryptedText("staff.totp_pending"), nullable=True),
    Column("totp_step", Integer, nullable=False, default=0),
    Column("created_at", Instant, nullable=False),
)
NO_PASSWORD = "-"  # noqa: S105  it is none
"""In place of a hash for an account that is only shown (make demo): no password fits it."""

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False, index=True),
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
    unit_id: int | None
    active: bool
    totp_secret: str | None
    """Base32; None until a second factor was set up."""
    totp_pending: str | None
    """Shown as a QR code and not confirmed yet."""
    totp_step: int
    """Number of the 30-second step whose code was used last; that one and earlier ones are spent."""


def _row(row: Row[Any] | None) -> StaffRow | None:
    if row is None:
        return None
    return StaffRow(
        row.id, row.login, row.display_name, row.password_hash, row.roles, row.districts, row.unit_id, row.active, row.totp_secret,
        row.totp_pending, row.totp_step,
    )


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
    """How many accounts there are with which somebody can sign in."""
    return connection.scalar(select(func.count()).select_from(staff).where(staff.c.password_hash != NO_PASSWORD)) or 0


def add(connection: Connection, *, login: str, display_name: str, password_hash: str, roles: list[str], districts: list[str], now: datetime) -> int:
    """A new account; returns its id."""
    values = {"login": login, "display_name": display_name, "password_hash": password_hash}
    return new_id(connection.execute(staff.insert().values(**values, roles=roles, districts=districts, active=True, created_at=now)))


def set_password(connection: Connection, staff_id: int, password_hash: str) -> None:
    """Replace the password."""
    connection.execute(update(staff).where(staff.c.id == staff_id).values(password_hash=password_hash))


def set_active(connection: Connection, staff_id: int, active: bool) -> None:
    """Close an account or open it again; nothing of it is deleted, because history names it."""
    connection.execute(update(staff).where(staff.c.id == staff_id).values(active=active))


def set_place(connection: Connection, staff_id: int, roles: list[str], districts: list[str], unit_id: int | None) -> None:
    """Give an account other roles, districts and another unit."""
    connection.execute(update(staff).where(staff.c.id == staff_id).values(roles=roles, districts=districts, unit_id=unit_id))


def set_pending(connection: Connection, staff_id: int, secret: str) -> None:
    """Keep a second factor that was shown and not confirmed yet."""
    connection.execute(update(staff).where(staff.c.id == staff_id).values(totp_pending=secret))


def set_second_factor(connection: Connection, staff_id: int, secret: str | None, step: int = 0) -> None:
    """Put a second factor in force, `step` being the one just used; None takes it away with all its recovery codes."""
    change = update(staff).where(staff.c.id == staff_id)
    connection.execute(change.values(totp_secret=secret, totp_pending=None, totp_step=step))
    connection.execute(delete(recovery_codes).where(recovery_codes.c.staff_id == staff_id))


def spend_step(connection: Connection, staff_id: int, step: int) -> bool:
    """Use the code of a step; False when that one or a later one was used already."""
    fresh = (staff.c.id == staff_id) & (staff.c.totp_step < step)
    return connection.execute(update(staff).where(fresh).values(totp_step=step)).rowcount == 1


def set_recovery_codes(connection: Connection, staff_id: int, hashes: Collection[str]) -> None:
    """Replace all recovery codes."""
    connection.execute(delete(recovery_codes).where(recovery_codes.c.staff_id == staff_id))
    connection.execute(recovery_codes.insert(), [{"code_hash": code, "staff_id": staff_id} for code in hashes])


def spend_recovery_code(connection: Connection, staff_id: int, code_hash: str) -> bool:
    """Use a recovery code; each works once."""
    mine = (recovery_codes.c.staff_id == staff_id) & (recovery_codes.c.code_hash == code_hash)
    return connection.execute(delete(recovery_codes).where(mine)).rowcount == 1


def recovery_codes_left(connection: Connection, staff_id: int) -> int:
    """How many were not used yet."""
    return connection.scalar(select(func.count()).select_from(recovery_codes).where(recovery_codes.c.staff_id == staff_id)) or 0
