"""What staff have typed and not sent yet: kept on the server, so that a closed browser loses nothing."""

from datetime import datetime

from sqlalchemy import Column, Connection, ForeignKey, Integer, PrimaryKeyConstraint, String, Table, delete, select

from bot.store.columns import EncryptedText, Instant
from bot.store.database import metadata

unsent = Table(
    "unsent",
    metadata,
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("field", String(16), nullable=False),
    Column("text", EncryptedText("unsent.text"), nullable=False),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("case_id", "staff_id", "field"),
)


def keep(connection: Connection, case_id: int, staff_id: int, field: str, text: str, now: datetime) -> None:
    """Remember the text of one field; an empty one is forgotten."""
    drop(connection, case_id, staff_id, field)
    if text.strip():
        values = {"case_id": case_id, "staff_id": staff_id, "field": field, "text": text, "at": now}
        connection.execute(unsent.insert().values(**values))


def drop(connection: Connection, case_id: int, staff_id: int, field: str) -> None:
    """Forget it, for example because it was sent."""
    its = (unsent.c.case_id == case_id) & (unsent.c.staff_id == staff_id) & (unsent.c.field == field)
    connection.execute(delete(unsent).where(its))


def of_case(connection: Connection, case_id: int, staff_id: int) -> dict[str, str]:
    """Field → text that this person has typed for this case."""
    its = (unsent.c.case_id == case_id) & (unsent.c.staff_id == staff_id)
    return {row.field: row.text for row in connection.execute(select(unsent).where(its))}
