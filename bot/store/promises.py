"""What staff promised a resident, and what the program put on their list: calls, replies, visits, checks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import Column, Connection, ForeignKey, Index, Integer, Row, String, Table, select, update

from bot.store.columns import EncryptedText, Instant
from bot.store.database import metadata, new_id

Kind = Literal["call", "reply", "visit", "unreachable", "follow_up"]
KINDS: tuple[Kind, ...] = get_args(Kind)

promises = Table(
    "promises",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False, index=True),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=True),
    Column("kind", String(16), nullable=False),
    Column("note", EncryptedText("promises.note"), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("made_at", Instant, nullable=False),
    Column("done_at", Instant, nullable=True),
    Column("result", String(16), nullable=True),
)
Index("ix_promises_open", promises.c.staff_id, promises.c.done_at, promises.c.due_at)


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """One promise; open while `done_at` is None."""

    id: int
    case_id: int
    staff_id: int | None
    kind: str
    note: str
    due_at: datetime
    tries: int
    made_at: datetime
    done_at: datetime | None
    result: str | None


def _row(row: Row[Any]) -> PromiseRow:
    return PromiseRow(
        row.id, row.case_id, row.staff_id, row.kind, row.note, row.due_at, row.tries, row.made_at, row.done_at, row.result
    )


def add(
    connection: Connection, case_id: int, kind: Kind, *, staff_id: int | None, note: str, due_at: datetime, now: datetime
) -> int:
    """A new promise; without `staff_id` it belongs to whoever holds the case. Returns its id."""
    values = {"case_id": case_id, "kind": kind, "staff_id": staff_id, "note": note, "due_at": due_at, "made_at": now}
    return new_id(connection.execute(promises.insert().values(**values, tries=0)))


def get(connection: Connection, promise_id: int) -> PromiseRow | None:
    """The promise of that id."""
    row = connection.execute(select(promises).where(promises.c.id == promise_id)).one_or_none()
    return None if row is None else _row(row)


def of_case(connection: Connection, case_id: int) -> list[PromiseRow]:
    """All promises of a case, open ones first, each group by when they are due."""
    query = select(promises).where(promises.c.case_id == case_id)
    rows = [_row(row) for row in connection.execute(query.order_by(promises.c.due_at))]
    return sorted(rows, key=lambda row: row.done_at is not None)


def open_of(connection: Connection, staff_ids: list[int], before: datetime | None = None) -> list[PromiseRow]:
    """The open promises of these people (due before a moment, where given), the most pressing first."""
    query = select(promises).where(promises.c.staff_id.in_(staff_ids), promises.c.done_at.is_(None))
    if before is not None:
        query = query.where(promises.c.due_at < before)
    return [_row(row) for row in connection.execute(query.order_by(promises.c.due_at))]


def finish(connection: Connection, promise_id: int, result: str, now: datetime) -> bool:
    """Mark an open promise as settled; False when it was settled before."""
    still_open = (promises.c.id == promise_id) & promises.c.done_at.is_(None)
    return connection.execute(update(promises).where(still_open).values(done_at=now, result=result)).rowcount == 1


def postpone(connection: Connection, promise_id: int, due_at: datetime) -> bool:
    """One more try, later («没接»); False when it was settled before."""
    still_open = (promises.c.id == promise_id) & promises.c.done_at.is_(None)
    changed = update(promises).where(still_open).values(due_at=due_at, tries=promises.c.tries + 1)
    return connection.execute(changed).rowcount == 1


def hand_on(connection: Connection, from_staff: int, to_staff: int | None, case_id: int | None = None) -> int:
    """Give the open promises of one person to another (of one case, where given); returns how many."""
    mine = (promises.c.staff_id == from_staff) & promises.c.done_at.is_(None)
    if case_id is not None:
        mine &= promises.c.case_id == case_id
    return connection.execute(update(promises).where(mine).values(staff_id=to_staff)).rowcount


def settle(connection: Connection, case_id: int, kind: Kind, result: str, now: datetime) -> int:
    """Settle every open promise of one kind; returns how many."""
    its = (promises.c.case_id == case_id) & (promises.c.kind == kind) & promises.c.done_at.is_(None)
    return connection.execute(update(promises).where(its).values(done_at=now, result=result)).rowcount


def drop_open(connection: Connection, case_id: int, result: str, now: datetime) -> int:
    """Settle every open promise of a case at once; returns how many."""
    still_open = (promises.c.case_id == case_id) & promises.c.done_at.is_(None)
    return connection.execute(update(promises).where(still_open).values(done_at=now, result=result)).rowcount
