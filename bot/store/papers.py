"""Papers that a resident was asked for, and whether they came."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, ForeignKey, Integer, Table, select, update

from bot.store.columns import EncryptedText, Instant
from bot.store.database import metadata, new_id

papers = Table(
    "papers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False, index=True),
    Column("name", EncryptedText("papers.name"), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("asked_by", Integer, ForeignKey("staff.id"), nullable=True),
    Column("received_at", Instant, nullable=True),
)


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One paper; missing while `received_at` is None."""

    id: int
    name: str
    asked_at: datetime
    received_at: datetime | None


def ask(connection: Connection, case_id: int, name: str, staff_id: int | None, now: datetime) -> int:
    """A paper that is asked for; returns its id."""
    values = {"case_id": case_id, "name": name, "asked_at": now, "asked_by": staff_id}
    return new_id(connection.execute(papers.insert().values(**values)))


def of_case(connection: Connection, case_id: int) -> list[PaperRow]:
    """The papers of a case in the order in which they were asked for."""
    rows = connection.execute(select(papers).where(papers.c.case_id == case_id).order_by(papers.c.id))
    return [PaperRow(row.id, row.name, row.asked_at, row.received_at) for row in rows]


def set_received(connection: Connection, case_id: int, paper_id: int, received_at: datetime | None) -> bool:
    """Mark a paper of the case as come (or not, with None); False when the case has no such paper."""
    its = (papers.c.id == paper_id) & (papers.c.case_id == case_id)
    return connection.execute(update(papers).where(its).values(received_at=received_at)).rowcount == 1
