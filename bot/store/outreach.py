"""政策找人: households that a published change makes newly likely, listed for review and written to only once released."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import Column, Connection, ForeignKey, Integer, Row, String, Table, Text, UniqueConstraint, func, or_, select, update

from bot.store.cases import cases
from bot.store.columns import EncryptedJson, Instant
from bot.store.consents import consents
from bot.store.conversations import conversations
from bot.store.database import metadata, new_id
from bot.store.screenings import screenings

DECEASED = "deceased"
"""Outcome of a case whose resident has died."""
Left = Literal["withdrew", "no_contact", "deceased", "person", "crisis", "lately"]
LEFT: tuple[Left, ...] = get_args(Left)

outreach = Table(
    "outreach",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("revision_id", Integer, ForeignKey("revisions.id"), nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("looked_at", Integer, nullable=False),
    Column("made_at", Instant, nullable=False),
)

outreach_people = Table(
    "outreach_people",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("outreach_id", Integer, ForeignKey("outreach.id"), nullable=False, index=True),
    Column("conversation_id", Integer, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("district", String(16), nullable=True),
    Column("programmes", EncryptedJson("outreach_people.programmes"), nullable=False),
    Column("decided_by", Integer, ForeignKey("staff.id"), nullable=True),
    Column("decided_at", Instant, nullable=True),
    Column("sent_at", Instant, nullable=True),
    Column("left_out", String(12), nullable=True),
    UniqueConstraint("outreach_id", "conversation_id"),
)


@dataclass(frozen=True, slots=True)
class OutreachRow:
    """What one published change led to."""

    id: int
    revision_id: int
    title: str
    looked_at: int
    """Households whose outcome was reckoned anew."""
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be written to."""

    id: int
    conversation_id: int
    district: str | None
    programmes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Household:
    """A consenting household by its newest screening."""

    conversation_id: int
    facts: dict[str, Any]


def households(connection: Connection, purposes: Sequence[str], at_once: int = 5_000) -> Iterator[list[Household]]:
    """The newest screening of every conversation in which the newest answer for each of `purposes` is yes."""
    newest = select(func.max(screenings.c.id)).group_by(screenings.c.conversation_id)
    query = select(screenings.c.conversation_id, screenings.c.facts).where(screenings.c.id.in_(newest))
    for purpose in purposes:
        last = select(func.max(consents.c.id)).where(consents.c.purpose == purpose).group_by(consents.c.conversation_id)
        agreed = select(consents.c.conversation_id).where(consents.c.id.in_(last), consents.c.given.is_(True))
        query = query.where(screenings.c.conversation_id.in_(agreed))
    rows = connection.execution_options(stream_results=True).execute(query.order_by(screenings.c.id))
    for batch in rows.partitions(at_once):
        yield [Household(row.conversation_id, row.facts) for row in batch]


def barred(connection: Connection) -> dict[int, Left]:
    """Conversations that must not be written to first, whatever they agreed to, with the reason."""
    found: dict[int, Left] = {}
    query = select(cases.c.conversation_id, cases.c.may_contact, cases.c.outcome, cases.c.child_harm, cases.c.kind, cases.c.status)
    for row in connection.execute(query.where(or_(
        cases.c.may_contact.is_(False), cases.c.outcome == DECEASED, cases.c.child_harm.is_(True),
        (cases.c.kind == "crisis") & (cases.c.status != "closed"),
    ))):
        reason: Left = "deceased" if row.outcome == DECEASED else "no_contact" if not row.may_contact else "crisis"
        if found.get(row.conversation_id) != "deceased":
            found[row.conversation_id] = reason
    for conversation_id in connection.scalars(select(conversations.c.id).where(conversations.c.owner_id.is_not(None))):
        found.setdefault(conversation_id, "person")
    return found


def written_since(connection: Connection, since: datetime) -> frozenset[int]:
    """Conversations to which something was sent in this way since then."""
    return frozenset(connection.scalars(select(outreach_people.c.conversation_id).where(outreach_people.c.sent_at >= since)))


def last_revision(connection: Connection) -> int:
    """The newest revision that was looked at; 0 before the first."""
    return connection.scalar(select(func.max(outreach.c.revision_id))) or 0


def add(
    connection: Connection, revision_id: int, title: str, looked_at: int, people: Collection[tuple[int, str | None, Sequence[str]]], now: datetime
) -> int:
    """A list for review: (conversation, district, programmes newly likely); returns its id."""
    values = {"revision_id": revision_id, "title": title, "looked_at": looked_at, "made_at": now}
    made = new_id(connection.execute(outreach.insert().values(**values)))
    for conversation_id, district, programmes in people:
        row = {"outreach_id": made, "conversation_id": conversation_id, "district": district, "programmes": list(programmes)}
        connection.execute(outreach_people.insert().values(**row))
    return made


def lists(connection: Connection, limit: int = 30) -> list[OutreachRow]:
    """Lists with anybody in them, newest first."""
    filled = select(outreach_people.c.outreach_id).distinct()
    rows = connection.execute(select(outreach).where(outreach.c.id.in_(filled)).order_by(outreach.c.id.desc()).limit(limit))
    return [_list(row) for row in rows]


def get(connection: Connection, outreach_id: int) -> OutreachRow | None:
    """The list of that id."""
    row = connection.execute(select(outreach).where(outreach.c.id == outreach_id)).one_or_none()
    return None if row is None else _list(row)


def waiting(connection: Connection, outreach_id: int, *, lock: bool = False) -> list[Candidate]:
    """Who of a list nobody has decided about."""
    open_ones = (outreach_people.c.outreach_id == outreach_id) & outreach_people.c.decided_at.is_(None)
    query = select(outreach_people).where(open_ones).order_by(outreach_people.c.id)
    rows = connection.execute(query.with_for_update() if lock else query)
    return [Candidate(row.id, row.conversation_id, row.district, tuple(row.programmes)) for row in rows]


def decided(connection: Connection, outreach_id: int) -> Mapping[tuple[str | None, str], int]:
    """(district, `sent` or why not) → how many of a list."""
    people = outreach_people.c
    query = select(people.district, people.sent_at.is_not(None), people.left_out, func.count())
    query = query.where(people.outreach_id == outreach_id, people.decided_at.is_not(None))
    counts: dict[tuple[str | None, str], int] = {}
    for district, sent, left, count in connection.execute(query.group_by(people.district, people.sent_at.is_not(None), people.left_out)).tuples():
        what = "sent" if sent else (left or "dropped")
        counts[district, what] = counts.get((district, what), 0) + int(count)
    return counts


def decide(
    connection: Connection, candidate_id: int, staff_id: int, now: datetime, *, sent: bool = False, left_out: Left | None = None
) -> None:
    """What became of one of a list."""
    values = {"decided_by": staff_id, "decided_at": now, "sent_at": now if sent else None, "left_out": left_out}
    connection.execute(update(outreach_people).where(outreach_people.c.id == candidate_id).values(**values))


def _list(row: Row[Any]) -> OutreachRow:
    return OutreachRow(row.id, row.revision_id, row.title, row.looked_at, row.made_at)
