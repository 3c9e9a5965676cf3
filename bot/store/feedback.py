"""Whether answers helped, and what an answer led to: shown, helped, followed by a person."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, ForeignKey, Integer, Table, and_, func, select

from bot.store.cases import cases
from bot.store.columns import EncryptedText, Instant
from bot.store.database import metadata
from bot.store.transcripts import transcript

FOLLOWED = timedelta(minutes=30)
"""A person asked for within so long after an answer was asked for because of it."""
BECAUSE_OF_ANSWERS = ("asked", "misses")
"""Kinds of cases that say an answer was not enough."""

feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", Integer, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("helped", Boolean, nullable=False),
    Column("labels", JSON, nullable=False),
    Column("words", EncryptedText("feedback.words"), nullable=True),
    Column("at", Instant, nullable=False, index=True),
)


@dataclass(frozen=True, slots=True)
class Quality:
    """What became of one answer within a span of time."""

    label: str
    shown: int
    """In how many conversations it was given."""
    helped: int
    not_helped: int
    handed_over: int
    """Conversations in which it was the last answer before a person was asked for."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A resident's sentence on what was missing, masked, with the answers it is about."""

    words: str
    labels: tuple[str, ...]
    at: datetime


def add(connection: Connection, conversation_id: int, helped: bool, labels: Sequence[str], now: datetime) -> None:
    """Record one yes or no about the answers of a talk."""
    values = {"conversation_id": conversation_id, "helped": helped, "labels": list(labels), "at": now}
    connection.execute(feedback.insert().values(**values))


def add_words(connection: Connection, conversation_id: int, words: str) -> None:
    """Put a masked sentence beside the newest answer of that conversation; nothing where there is none."""
    newest = select(func.max(feedback.c.id)).where(feedback.c.conversation_id == conversation_id).scalar_subquery()
    connection.execute(feedback.update().where(feedback.c.id == newest).values(words=words))


def remarks(connection: Connection, since: datetime, limit: int = 50) -> list[Remark]:
    """Sentences since then, newest first."""
    query = select(feedback).where(feedback.c.words.is_not(None), feedback.c.at >= since).order_by(feedback.c.id.desc()).limit(limit)
    return [Remark(row.words, tuple(row.labels), row.at) for row in connection.execute(query)]


def quality(connection: Connection, since: datetime) -> dict[str, Quality]:
    """By label: every answer that was given since then."""
    bots = (transcript.c.author == "bot") & transcript.c.label.like("ask.%") & (transcript.c.at >= since)
    query = select(transcript.c.label, func.count(transcript.c.conversation_id.distinct())).where(bots).group_by(transcript.c.label)
    shown: dict[str, int] = {str(label): int(count) for label, count in connection.execute(query).tuples()}
    helped: Counter[str] = Counter()
    not_helped: Counter[str] = Counter()
    for good, labels in connection.execute(select(feedback.c.helped, feedback.c.labels).where(feedback.c.at >= since)).tuples():
        (helped if good else not_helped).update(labels)
    handed_over = _handed_over(connection, since)
    labels_seen = {*shown, *helped, *not_helped, *handed_over}
    return {label: Quality(label, shown.get(label, 0), helped[label], not_helped[label], handed_over[label]) for label in sorted(labels_seen)}


def _handed_over(connection: Connection, since: datetime) -> Counter[str]:
    """How often each answer was the last one before a person was asked for."""
    lines: Any = and_(
        transcript.c.conversation_id == cases.c.conversation_id, transcript.c.author == "bot", transcript.c.label.like("ask.%"),
        transcript.c.at <= cases.c.opened_at,
    )
    last = select(func.max(transcript.c.id)).where(lines).correlate(cases).scalar_subquery()
    query = select(transcript.c.label, transcript.c.at, cases.c.opened_at).join_from(cases, transcript, transcript.c.id == last)
    query = query.where(cases.c.opened_at >= since, cases.c.kind.in_(BECAUSE_OF_ANSWERS))
    return Counter(str(label) for label, at, opened_at in connection.execute(query).tuples() if opened_at - at <= FOLLOWED)
