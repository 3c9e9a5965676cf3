"""The duty roster as stored, and how each person on it is reached."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, Index, Integer, Row, String, Table, delete, select, update

from bot.casework.duty import Shift
from bot.store.columns import EncryptedText, Instant
from bot.store.database import metadata, new_id

duty_shifts = Table(
    "duty_shifts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("deputy_id", Integer, ForeignKey("staff.id"), nullable=True),
    Column("district", String(16), nullable=True),
    Column("unit_id", Integer, ForeignKey("units.id"), nullable=True),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("entered_by", Integer, ForeignKey("staff.id"), nullable=False),
    Column("entered_at", Instant, nullable=False),
)
Index("ix_duty_shifts_ends_at", duty_shifts.c.ends_at)

duty_reach = Table(
    "duty_reach",
    metadata,
    Column("staff_id", Integer, ForeignKey("staff.id"), primary_key=True),
    Column("phone", EncryptedText("duty_reach.phone"), nullable=False),
    Column("note", EncryptedText("duty_reach.note"), nullable=False),
    Column("changed_at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Reach:
    """How one person on duty is reached."""

    phone: str
    """A mobile number for text messages; empty when none was given."""
    note: str
    """Anything else, for example an extension or where they sit."""


def _shift(row: Row[Any]) -> Shift:
    return Shift(row.id, row.staff_id, row.deputy_id, row.district, row.unit_id, row.starts_at, row.ends_at)


def between(connection: Connection, start: datetime, end: datetime) -> list[Shift]:
    """Shifts that run at some moment between the two, by their start."""
    wanted = (duty_shifts.c.ends_at > start) & (duty_shifts.c.starts_at < end)
    rows = connection.execute(select(duty_shifts).where(wanted).order_by(duty_shifts.c.starts_at, duty_shifts.c.id))
    return [_shift(row) for row in rows]


def running(connection: Connection, now: datetime) -> list[Shift]:
    """Shifts that run at this moment."""
    wanted = (duty_shifts.c.ends_at > now) & (duty_shifts.c.starts_at <= now)
    return [_shift(row) for row in connection.execute(select(duty_shifts).where(wanted).order_by(duty_shifts.c.id))]


def is_on(connection: Connection, staff_id: int, now: datetime) -> bool:
    """Whether somebody is on the roster at this moment, in person or as deputy."""
    mine = (duty_shifts.c.staff_id == staff_id) | (duty_shifts.c.deputy_id == staff_id)
    now_running = (duty_shifts.c.ends_at > now) & (duty_shifts.c.starts_at <= now)
    return connection.scalar(select(duty_shifts.c.id).where(now_running, mine).limit(1)) is not None


def get(connection: Connection, shift_id: int) -> Shift | None:
    """The shift of that id, locked."""
    row = connection.execute(select(duty_shifts).where(duty_shifts.c.id == shift_id).with_for_update()).one_or_none()
    return None if row is None else _shift(row)


def add(connection: Connection, shift: Shift, entered_by: int, now: datetime) -> int:
    """Enter a shift (its own id is ignored); returns its id."""
    return new_id(connection.execute(duty_shifts.insert().values(**_values(shift), entered_by=entered_by, entered_at=now)))


def change(connection: Connection, shift: Shift, entered_by: int, now: datetime) -> None:
    """Replace the shift of the same id."""
    values = {**_values(shift), "entered_by": entered_by, "entered_at": now}
    connection.execute(update(duty_shifts).where(duty_shifts.c.id == shift.id).values(**values))


def remove(connection: Connection, shift_id: int) -> None:
    """Take a shift off the roster."""
    connection.execute(delete(duty_shifts).where(duty_shifts.c.id == shift_id))


def reach(connection: Connection) -> dict[int, Reach]:
    """How everybody is reached who gave a way, by id of the account."""
    return {row.staff_id: Reach(row.phone, row.note) for row in connection.execute(select(duty_reach))}


def set_reach(connection: Connection, staff_id: int, wanted: Reach, now: datetime) -> None:
    """Write down how somebody is reached; two empty texts forget it."""
    connection.execute(delete(duty_reach).where(duty_reach.c.staff_id == staff_id))
    if wanted.phone or wanted.note:
        connection.execute(duty_reach.insert().values(staff_id=staff_id, phone=wanted.phone, note=wanted.note, changed_at=now))


def _values(shift: Shift) -> dict[str, Any]:
    return {
        "staff_id": shift.staff_id, "deputy_id": shift.deputy_id, "district": shift.district, "unit_id": shift.unit_id,
        "starts_at": shift.starts_at, "ends_at": shift.ends_at,
    }
