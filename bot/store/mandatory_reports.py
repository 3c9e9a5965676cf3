"""Reports of harm to a child to the authorities (强制报告), or why none was made.

Source: 《未成年人保护法》第十一条; 《关于建立侵害未成年人案件强制报告制度的意见(试行)》(2020).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, ForeignKey, Integer, String, Table, select

from bot.store.columns import EncryptedText, Instant
from bot.store.database import metadata, new_id

mandatory_reports = Table(
    "mandatory_reports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False, index=True),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("recipient", String(16), nullable=False),
    Column("reported_at", Instant, nullable=True),
    Column("receipt", EncryptedText("mandatory_reports.receipt"), nullable=False),
    Column("why_not", EncryptedText("mandatory_reports.why_not"), nullable=False),
    Column("at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One report: to whom (`police`, `civil_affairs`, `education`, `none`), when, with what receipt, or why not."""

    recipient: str
    staff_id: int
    reported_at: datetime | None
    receipt: str
    why_not: str
    at: datetime


def add(
    connection: Connection, case_id: int, staff_id: int, *, recipient: str, reported_at: datetime | None, receipt: str,
    why_not: str, now: datetime,
) -> int:
    """Record a report or the reason for none; returns its id."""
    values = {"case_id": case_id, "staff_id": staff_id, "recipient": recipient, "reported_at": reported_at}
    return new_id(connection.execute(mandatory_reports.insert().values(**values, receipt=receipt, why_not=why_not, at=now)))


def of_case(connection: Connection, case_id: int) -> list[ReportRow]:
    """The reports of a case, oldest first."""
    query = select(mandatory_reports).where(mandatory_reports.c.case_id == case_id).order_by(mandatory_reports.c.id)
    return [
        ReportRow(row.recipient, row.staff_id, row.reported_at, row.receipt, row.why_not, row.at)
        for row in connection.execute(query)
    ]
