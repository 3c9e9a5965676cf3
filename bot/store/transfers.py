"""Cases on their way from one desk to another; the receiver accepts or refuses."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, Integer, Row, Select, String, Table, or_, select, update

from bot.store.columns import EncryptedText, Instant
from bot.store.database import metadata, new_id

transfers = Table(
    "transfers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False, index=True),
    Column("to_district", String(16), nullable=True, index=True),
    Column("asked_by", Integer, ForeignKey("staff.id"), nullable=False),
    Column("note", EncryptedText("transfers.note"), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("answer", String(16), nullable=True),
    Column("answered_by", Integer, ForeignKey("staff.id"), nullable=True),
    Column("reason", EncryptedText("transfers.reason"), nullable=True),
    Column("answered_at", Instant, nullable=True),
)


@dataclass(frozen=True, slots=True)
class TransferRow:
    """One request; `to_district` None is the city desk; `answer` is None, `accepted`, `refused` or `taken_back`."""

    id: int
    case_id: int
    to_district: str | None
    asked_by: int
    note: str
    asked_at: datetime
    answer: str | None
    answered_by: int | None
    reason: str | None
    answered_at: datetime | None


def _row(row: Row[Any]) -> TransferRow:
    return TransferRow(
        row.id, row.case_id, row.to_district, row.asked_by, row.note, row.asked_at, row.answer, row.answered_by,
        row.reason, row.answered_at,
    )


def ask(connection: Connection, case_id: int, to_district: str | None, note: str, staff_id: int, now: datetime) -> int:
    """A request to take a case over; returns its id."""
    values = {"case_id": case_id, "to_district": to_district, "note": note, "asked_by": staff_id, "asked_at": now}
    return new_id(connection.execute(transfers.insert().values(**values)))


def open_of(connection: Connection, case_id: int) -> TransferRow | None:
    """The unanswered request of a case."""
    query = select(transfers).where(transfers.c.case_id == case_id, transfers.c.answer.is_(None))
    row = connection.execute(query.order_by(transfers.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else _row(row)


def open_ones(connection: Connection, case_ids: Collection[int]) -> dict[int, TransferRow]:
    """The unanswered requests of these cases, by the case's id."""
    query = select(transfers).where(transfers.c.case_id.in_(case_ids), transfers.c.answer.is_(None)).order_by(transfers.c.id)
    return {row.case_id: _row(row) for row in connection.execute(query)}


def offered_to(districts: Collection[str] | None, *, city: bool) -> Select[Any]:
    """Ids of cases that somebody asked one of these districts (None: any), or the city desk, to take over."""
    waiting = select(transfers.c.case_id).where(transfers.c.answer.is_(None))
    if districts is None:
        return waiting
    to_city = transfers.c.to_district.is_(None)
    to_districts = transfers.c.to_district.in_(sorted(districts))
    return waiting.where(or_(to_districts, to_city) if city else to_districts)


def answer(
    connection: Connection, transfer_id: int, given: str, staff_id: int, reason: str, now: datetime
) -> bool:
    """Answer a request once; False when somebody was first."""
    still_open = (transfers.c.id == transfer_id) & transfers.c.answer.is_(None)
    values = {"answer": given, "answered_by": staff_id, "reason": reason, "answered_at": now}
    return connection.execute(update(transfers).where(still_open).values(**values)).rowcount == 1
