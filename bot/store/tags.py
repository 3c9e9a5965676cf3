"""Words that staff hang on cases to find them again. No personal data: tags are not encrypted."""

from sqlalchemy import Column, Connection, ForeignKey, Integer, PrimaryKeyConstraint, String, Table, delete, select

from bot.store.database import metadata

case_tags = Table(
    "case_tags",
    metadata,
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False),
    Column("tag", String(16), nullable=False, index=True),
    PrimaryKeyConstraint("case_id", "tag"),
)


def add(connection: Connection, case_id: int, tag: str) -> None:
    """Hang a tag on a case; twice is once."""
    if tag not in of_case(connection, case_id):
        connection.execute(case_tags.insert().values(case_id=case_id, tag=tag))


def remove(connection: Connection, case_id: int, tag: str) -> None:
    """Take a tag off."""
    connection.execute(delete(case_tags).where(case_tags.c.case_id == case_id, case_tags.c.tag == tag))


def of_case(connection: Connection, case_id: int) -> list[str]:
    """The tags of a case in order."""
    return list(connection.scalars(select(case_tags.c.tag).where(case_tags.c.case_id == case_id).order_by(case_tags.c.tag)))


def of_cases(connection: Connection, case_ids: list[int]) -> dict[int, list[str]]:
    """The tags of many cases at once."""
    found: dict[int, list[str]] = {}
    query = select(case_tags).where(case_tags.c.case_id.in_(case_ids)).order_by(case_tags.c.tag)
    for row in connection.execute(query):
        found.setdefault(row.case_id, []).append(row.tag)
    return found


def in_use(connection: Connection, limit: int = 200) -> list[str]:
    """Tags that hang on some case."""
    return list(connection.scalars(select(case_tags.c.tag).distinct().order_by(case_tags.c.tag).limit(limit)))
