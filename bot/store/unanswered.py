"""What residents asked in vain: their sentences, masked and sealed, until a policy officer has decided about them.

A sentence leaves with its conversation. It is read by policy staff only here, never copied to files.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from sqlalchemy import Column, Connection, Float, ForeignKey, Index, Integer, Row, String, Table, func, select, update

from bot.store.columns import EncryptedText, Instant
from bot.store.database import metadata

Why = Literal["near", "miss", "handover", "no_answer", "unhelpful"]
WHYS: tuple[Why, ...] = get_args(Why)
Decision = Literal["taught", "new_question", "out_of_scope", "set_aside"]
DECISIONS: tuple[Decision, ...] = get_args(Decision)

unanswered = Table(
    "unanswered",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", Integer, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("text", EncryptedText("unanswered.text"), nullable=False),
    Column("why", String(12), nullable=False),
    Column("label", String(64), nullable=True),
    Column("confidence", Float, nullable=False),
    Column("at", Instant, nullable=False),
    Column("decision", String(16), nullable=True),
    Column("decided_by", Integer, ForeignKey("staff.id"), nullable=True),
    Column("decided_at", Instant, nullable=True),
    Column("question_id", Integer, ForeignKey("new_questions.id"), nullable=True),
)
Index("ix_unanswered_open", unanswered.c.decision, unanswered.c.id)

new_questions = Table(
    "new_questions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", String(60), nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("done_at", Instant, nullable=True),
)


@dataclass(frozen=True, slots=True)
class Unanswered:
    """One sentence, without what is personal."""

    id: int
    conversation_id: int
    text: str
    why: Any
    label: str | None
    """What it was taken for."""
    confidence: float
    at: datetime


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """A question that policy staff want answered in future; `asked` is how many sentences asked for it."""

    id: int
    title: str
    staff_id: int
    at: datetime
    asked: int


def _row(row: Row[Any]) -> Unanswered:
    return Unanswered(row.id, row.conversation_id, row.text, row.why, row.label, row.confidence, row.at)


def add(
    connection: Connection, conversation_id: int, text: str, why: Why, label: str | None, confidence: float, now: datetime
) -> None:
    """Keep one sentence; the caller has masked it."""
    values = {"conversation_id": conversation_id, "text": text, "why": why, "label": label, "confidence": confidence}
    connection.execute(unanswered.insert().values(**values, at=now))


def undecided(connection: Connection, limit: int = 2000) -> list[Unanswered]:
    """The newest sentences nobody has decided about, newest first."""
    query = select(unanswered).where(unanswered.c.decision.is_(None)).order_by(unanswered.c.id.desc()).limit(limit)
    return [_row(row) for row in connection.execute(query)]


def decide(
    connection: Connection, ids: Collection[int], decision: Decision, staff_id: int, now: datetime, question_id: int | None = None
) -> int:
    """Decide about sentences; returns about how many that was still open."""
    still = unanswered.c.id.in_(list(ids)) & unanswered.c.decision.is_(None)
    values = {"decision": decision, "decided_by": staff_id, "decided_at": now, "question_id": question_id}
    return connection.execute(update(unanswered).where(still).values(**values)).rowcount


def texts(connection: Connection) -> list[str]:
    """Every sentence that is kept, decided or not: what an officer's own wording must not repeat."""
    return list(connection.scalars(select(unanswered.c.text)))


def counts(connection: Connection, now: datetime, days: int = 30) -> dict[str, int]:
    """How many of each kind came in the last days."""
    query = select(unanswered.c.why, func.count()).where(unanswered.c.at >= now - timedelta(days=days)).group_by(unanswered.c.why)
    return {why: int(count) for why, count in connection.execute(query).tuples()}


def add_question(connection: Connection, title: str, staff_id: int, now: datetime) -> int:
    """A question to be answered in future; returns its id."""
    result = connection.execute(new_questions.insert().values(title=title, staff_id=staff_id, at=now))
    assert result.inserted_primary_key is not None
    return int(result.inserted_primary_key[0])


def open_questions(connection: Connection) -> list[NewQuestion]:
    """Questions that still wait for an answer, the most asked first."""
    asked = func.count(unanswered.c.id).label("asked")
    joined = new_questions.outerjoin(unanswered, unanswered.c.question_id == new_questions.c.id)
    query = select(new_questions, asked).select_from(joined).where(new_questions.c.done_at.is_(None)).group_by(new_questions.c.id)
    rows = connection.execute(query.order_by(asked.desc(), new_questions.c.id))
    return [NewQuestion(row.id, row.title, row.staff_id, row.at, row.asked) for row in rows]


def question_done(connection: Connection, question_id: int, now: datetime) -> None:
    """It has an answer now, or none is wanted any more."""
    connection.execute(update(new_questions).where(new_questions.c.id == question_id).values(done_at=now))
