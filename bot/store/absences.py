"""Who is away from when to when, and who stands in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, Integer, Row, Table, delete, select

from bot.store.columns import Instant
from bot.store.database import metadata, new_id

absences = Table(
    "absences",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False, index=True),
    Column("deputy_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("entered_by", Integer, ForeignKey("staff.id"), nullable=False),
    Column("entered_at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    """One leave, from `starts_at` up to `ends_at`."""

    id: int
    staff_id: int
    deputy_id: int
    starts_at: datetime
    ends_at: datetime


def _row(row: Row[Any]) -> AbsenceRow:
    return AbsenceRow(row.id, row.staff_id, row.deputy_id, row.starts_at, row.ends_at)


def add(
    connection: Connection, staff_id: int, deputy_id: int, starts_at: datetime, ends_at: datetime, entered_by: int, now: datetime
) -> int:
    """Enter a leave; returns its id."""
    values = {"staff_id": staff_id, "deputy_id": deputy_id, "starts_at": starts_at, "ends_at": ends_at}
    return new_id(connection.execute(absences.insert().values(**values, entered_by=entered_by, entered_at=now)))


def remove(connection: Connection, absence_id: int) -> bool:
    """Take a leave back; False when there is none of that id."""
    return connection.execute(delete(absences).where(absences.c.id == absence_id)).rowcount == 1


def now_away(connection: Connection, now: datetime) -> dict[int, AbsenceRow]:
    """Who is away at this moment, by id of the account."""
    running = (absences.c.starts_at <= now) & (absences.c.ends_at > now)
    return {row.staff_id: _row(row) for row in connection.execute(select(absences).where(running).order_by(absences.c.id))}


def deputy_of(connection: Connection, staff_id: int, now: datetime) -> int | None:
    """Who stands in for this person now, following deputies who are away themselves; None when nobody needs to or can."""
    away = now_away(connection, now)
    if staff_id not in away:
        return None
    seen = {staff_id}
    stand_in = away[staff_id].deputy_id
    while stand_in in away and stand_in not in seen:
        seen.add(stand_in)
        stand_in = away[stand_in].deputy_id
    return None if stand_in in seen else stand_in


def upcoming(connection: Connection, now: datetime) -> list[AbsenceRow]:
    """Leaves that have not ended, by their start."""
    return [_row(row) for row in connection.execute(select(absences).where(absences.c.ends_at > now).order_by(absences.c.starts_at))]
