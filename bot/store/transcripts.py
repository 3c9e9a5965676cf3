"""Every word of every conversation, in order, encrypted; what staff and residents read again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Column, Connection, ForeignKey, Index, Integer, Row, String, Table, func, select

from bot.store.columns import EncryptedJson, EncryptedText, Instant
from bot.store.database import metadata, new_id

Author = Literal["resident", "bot", "staff"]

transcript = Table(
    "transcript",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", Integer, ForeignKey("conversations.id"), nullable=False),
    Column("author", String(8), nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=True),
    Column("kind", String(16), nullable=False),
    Column("text", EncryptedText("transcript.text"), nullable=False),
    Column("buttons", EncryptedJson("transcript.buttons"), nullable=False),
    Column("footnote", EncryptedText("transcript.footnote"), nullable=False),
    Column("label", String(64), nullable=True),
    Column("knowledge", String(16), nullable=True),
    Column("at", Instant, nullable=False),
)
Index("ix_transcript_conversation_id_id", transcript.c.conversation_id, transcript.c.id)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a transcript."""

    id: int
    author: Author
    staff_id: int | None
    kind: str
    text: str
    buttons: list[list[Any]]
    """`[title, value]` or `[title, value, ticked]`."""
    footnote: str
    label: str | None
    at: datetime


def add(
    connection: Connection, conversation_id: int, *, author: Author, text: str, now: datetime, kind: str = "text",
    buttons: Sequence[Sequence[Any]] = (), footnote: str = "", label: str | None = None,
    knowledge: str | None = None, staff_id: int | None = None,
) -> int:
    """Append one line; returns its id."""
    values = {"author": author, "text": text, "kind": kind, "buttons": [list(item) for item in buttons]}
    more = {"footnote": footnote, "label": label, "knowledge": knowledge, "staff_id": staff_id, "at": now}
    result = connection.execute(transcript.insert().values(conversation_id=conversation_id, **values, **more))
    return new_id(result)


def lines(connection: Connection, conversation_id: int, after: int = 0, limit: int = 200) -> list[Line]:
    """Lines after an id, oldest first."""
    mine = (transcript.c.conversation_id == conversation_id) & (transcript.c.id > after)
    rows = connection.execute(select(transcript).where(mine).order_by(transcript.c.id).limit(limit))
    return [_line(row) for row in rows]


def latest(connection: Connection, conversation_id: int, limit: int = 200, before: int | None = None) -> list[Line]:
    """The last lines (before an id, where given), oldest first."""
    mine = transcript.c.conversation_id == conversation_id
    if before is not None:
        mine &= transcript.c.id < before
    rows = connection.execute(select(transcript).where(mine).order_by(transcript.c.id.desc()).limit(limit)).all()
    return [_line(row) for row in reversed(rows)]


def labels_told(connection: Connection, conversation_id: int, limit: int = 40) -> list[str]:
    """Labels of the answers the bot gave among what it said last, oldest first; an answer has sources below it."""
    mine = (transcript.c.conversation_id == conversation_id) & (transcript.c.author == "bot") & transcript.c.label.is_not(None)
    wanted = select(transcript.c.label, transcript.c.footnote).where(mine)
    rows = connection.execute(wanted.order_by(transcript.c.id.desc()).limit(limit)).all()
    return [row.label for row in reversed(rows) if row.footnote]


def has(connection: Connection, conversation_id: int, line_id: int) -> bool:
    """Whether a line is still there; one that a page shows and is not was erased."""
    mine = (transcript.c.id == line_id) & (transcript.c.conversation_id == conversation_id)
    return connection.scalar(select(transcript.c.id).where(mine)) is not None


def last_id(connection: Connection, conversation_id: int) -> int:
    """The id of the newest line; 0 when there is none."""
    return connection.scalar(select(func.max(transcript.c.id)).where(transcript.c.conversation_id == conversation_id)) or 0


def _line(row: Row[Any]) -> Line:
    return Line(row.id, row.author, row.staff_id, row.kind, row.text, row.buttons, row.footnote, row.label, row.at)


def last_said(connection: Connection, conversation_id: int, author: str) -> datetime | None:
    """When `author` last said something in a conversation."""
    lines = select(transcript.c.at).where(transcript.c.conversation_id == conversation_id, transcript.c.author == author)
    return connection.scalar(lines.order_by(transcript.c.id.desc()).limit(1))
