"""Cases and their history. Every reading query takes a `Scope`: nobody sees another district's cases."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    column,
    func,
    literal_column,
    or_,
    select,
    table,
    text,
    true,
    update,
)
from sqlalchemy import (
    case as sql_case,
)

from bot.casework import COLOURS, Scope
from bot.store.columns import EncryptedJson, EncryptedText, Instant
from bot.store.conversations import conversations
from bot.store.database import metadata, new_id
from bot.store.staff import staff
from bot.store.transfers import offered_to

cases = Table(
    "cases",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", String(24), nullable=False, unique=True),
    Column("conversation_id", Integer, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("screening_id", Integer, ForeignKey("screenings.id"), nullable=True),
    Column("kind", String(16), nullable=False),
    Column("status", String(24), nullable=False),
    Column("colour", String(8), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("reason", EncryptedText("cases.reason"), nullable=False),
    Column("signals", JSON, nullable=False),
    Column("district", String(16), nullable=True),
    Column("programmes", JSON, nullable=False),
    Column("details", EncryptedJson("cases.details"), nullable=False),
    Column("phone_hash", String(64), nullable=True, index=True),
    Column("may_contact", Boolean, nullable=False, default=True, server_default=true()),
    Column("communicates", String(16), nullable=False, default="", server_default=""),
    Column("demo", Boolean, nullable=False, default=False),
    Column("claimed_by", Integer, ForeignKey("staff.id"), nullable=True),
    Column("opened_at", Instant, nullable=False),
    Column("waiting_since", Instant, nullable=True),
    Column("queue_at", Instant, nullable=False, server_default=text("'9999-01-01 00:00:00.000000'")),
    Column("closed_at", Instant, nullable=True),
    Column("outcome", String(32), nullable=True),
    Column("unit_id", Integer, ForeignKey("units.id"), nullable=True),
    Column("child_harm", Boolean, nullable=False, default=False),
    Column("changed_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=True),
    Column("breached_at", Instant, nullable=True),
    Column("first_colour", String(8), nullable=False),
    Column("verified_at", Instant, nullable=True),
    Column("verified_by", Integer, ForeignKey("staff.id"), nullable=True),
    Column("tier", String(16), nullable=True),
    Column("household_id", Integer, ForeignKey("households.id"), nullable=True, index=True),
    Column("name_hash", String(64), nullable=True, index=True),
    Column("ticket", String(40), nullable=True, index=True),
)
OPENED_WITH_REASON = "opened_with_reason"
"""What the history says when a sealed case was opened; the note is the reason."""
NOBODY_WAITS = datetime(9999, 1, 1, tzinfo=UTC)
"""`queue_at` of a case whose resident does not wait: behind all who do. Otherwise it is `waiting_since`."""
OPEN = cases.c.status != literal_column("'closed'")
"""The case is not closed; written so that both databases recognise the indexes of open cases by it."""
_place = (cases.c.rank, cases.c.queue_at, cases.c.id)
Index("ix_cases_place", *_place)
Index("ix_cases_open", *_place, sqlite_where=OPEN, postgresql_where=OPEN)
Index("ix_cases_district", cases.c.district, *_place)
Index("ix_cases_open_district", cases.c.district, *_place, sqlite_where=OPEN, postgresql_where=OPEN)
_held, _in_unit = OPEN & cases.c.claimed_by.is_not(None), cases.c.unit_id.is_not(None)  # else SQLite takes them for «nobody's»
Index("ix_cases_open_holder", cases.c.claimed_by, *_place, sqlite_where=_held, postgresql_where=_held)
Index("ix_cases_unit", cases.c.unit_id, *_place, sqlite_where=_in_unit, postgresql_where=_in_unit)
_in_time, _late = cases.c.breached_at.is_(None), cases.c.breached_at.is_not(None)
Index("ix_cases_due", cases.c.due_at, sqlite_where=_in_time, postgresql_where=_in_time)
Index("ix_cases_late", cases.c.due_at, sqlite_where=_late, postgresql_where=_late)

case_events = Table(
    "case_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False, index=True),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=True),
    Column("what", String(32), nullable=False),
    Column("note", EncryptedText("case_events.note"), nullable=False),
    Column("at", Instant, nullable=False),
)


NEARBY_DAYS = 90
"""Cases opened so near in time may be two reports of one need."""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as stored. `details` holds what is personal: need, contact, safe times, place."""

    id: int
    number: str
    conversation_id: int
    screening_id: int | None
    kind: str
    status: Any
    colour: Any
    reason: str
    signals: list[str]
    district: str | None
    programmes: list[str]
    details: dict[str, Any]
    demo: bool
    claimed_by: int | None
    opened_at: datetime
    waiting_since: datetime | None
    closed_at: datetime | None
    outcome: str | None
    due_at: datetime | None
    """Until when a waiting resident must be answered; None while nobody waits."""
    breached_at: datetime | None
    """When it was noticed that `due_at` passed without an answer."""
    first_colour: Any
    verified_at: datetime | None
    """When a person confirmed or changed the urgency; a red case without it is 待核实."""
    tier: str | None
    """困难等级, set by staff; never shown to residents."""
    household_id: int | None
    phone_hash: str | None
    name_hash: str | None
    ticket: str | None
    """工单号 of the 12345 hotline."""
    unit_id: int | None
    child_harm: bool
    may_contact: bool
    """False is 不可主动联系: nothing goes out to the resident unless they wrote first."""
    communicates: str
    """`text`, `sign`, `visit`, `read_aloud`, or empty."""
    sealed: bool = False
    """In a list only: the reader has to give a reason first; what is personal is left out."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """One line of a case's history."""

    what: str
    note: str
    staff_id: int | None
    at: datetime


def row_of(row: Row[Any]) -> CaseRow:
    """A stored row as a case."""
    return CaseRow(
        row.id, row.number, row.conversation_id, row.screening_id, row.kind, row.status, row.colour, row.reason,
        row.signals, row.district, row.programmes, row.details, row.demo, row.claimed_by, row.opened_at,
        row.waiting_since, row.closed_at, row.outcome, row.due_at, row.breached_at, row.first_colour, row.verified_at,
        row.tier, row.household_id, row.phone_hash, row.name_hash, row.ticket, row.unit_id, row.child_harm,
        row.may_contact, row.communicates,
    )


called_people = cases.c.id.in_(select(column("case_id")).select_from(table("alerts")))
"""The case has, or had, an alarm (the table belongs to `bot.store.alerts`, which builds on this module)."""


def visible(scope: Scope) -> ColumnElement[bool]:
    """The condition that keeps a query within what `scope` may read: every query on cases but the two below carries it."""
    return listed(scope) & ~sealed_for(scope)


def listed(scope: Scope) -> ColumnElement[bool]:
    """The same, and sealed cases too: only for lists and counts that leave out what is personal.

    Whoever is asked to take a case over reads it before they answer; they work on it only afterwards.
    """
    if scope.districts is None or not scope.sees_cases:
        return _own(scope)
    return or_(_own(scope), cases.c.id.in_(offered_to(scope.districts, city=scope.at_city_desk)))


def _own(scope: Scope) -> ColumnElement[bool]:
    """Cases of the scope's own desk."""
    if not scope.sees_cases:
        return ~true()
    if scope.districts is None:
        return true()
    nowhere = cases.c.district.is_(None)
    reach: ColumnElement[bool] = cases.c.district.in_(sorted(scope.districts))
    reach = or_(reach, nowhere if scope.at_city_desk else nowhere & ((cases.c.colour == "red") | called_people))
    if not scope.in_charge:
        reach &= cases.c.unit_id.is_(None)
    if scope.unit is not None:
        reach |= cases.c.unit_id == scope.unit
    return reach | ((cases.c.claimed_by == scope.staff_id) & OPEN)  # a deputy has cases of other districts in hand


def sealed_for(scope: Scope) -> ColumnElement[bool]:
    """Cases of a harmed child that this reader neither holds nor opened with a reason."""
    if scope.sees_children:
        return ~true()
    strange = cases.c.claimed_by.is_(None) | (cases.c.claimed_by != scope.staff_id)
    return cases.c.child_harm & strange & cases.c.id.not_in(sorted(scope.opened))


def sealed_by_number(connection: Connection, scope: Scope, number: str) -> int | None:
    """The id of a case that `scope` may read only after giving a reason, else None."""
    wanted = select(cases.c.id).where(cases.c.number == number, listed(scope), sealed_for(scope))
    return connection.scalar(wanted)


def opened_with_reason(connection: Connection, staff_id: int, since: datetime) -> frozenset[int]:
    """Ids of sealed cases that somebody gave a reason for since then."""
    mine = (case_events.c.staff_id == staff_id) & (case_events.c.what == OPENED_WITH_REASON) & (case_events.c.at > since)
    return frozenset(connection.scalars(select(case_events.c.case_id).where(mine)))


def open_case(
    connection: Connection, *, number: str, conversation_id: int, screening_id: int | None, kind: str, colour: str,
    reason: str, signals: list[str], district: str | None, programmes: list[str], details: dict[str, Any],
    phone_hash: str | None, now: datetime, name_hash: str | None = None, demo: bool = False, child_harm: bool = False,
    may_contact: bool = True, communicates: str = "",
) -> int:
    """A new case, waiting from now on; returns its id."""
    values = {
        "number": number, "conversation_id": conversation_id, "screening_id": screening_id, "kind": kind,
        "status": "new", "colour": colour, "first_colour": colour, "rank": COLOURS.index(colour), "reason": reason, "signals": signals,
        "district": district, "programmes": programmes, "details": details, "phone_hash": phone_hash, "name_hash": name_hash, "demo": demo,
        "child_harm": child_harm, "may_contact": may_contact, "communicates": communicates,
        "opened_at": now, "waiting_since": now, "queue_at": now, "changed_at": now,
    }
    case_id = new_id(connection.execute(cases.insert().values(**values)))
    add_event(connection, case_id, "opened", "", None, now)
    return case_id


def change(connection: Connection, case_id: int, now: datetime, **values: Any) -> None:
    """Write changed columns of a case."""
    if "colour" in values:
        values["rank"] = COLOURS.index(values["colour"])
    if "waiting_since" in values:
        values["queue_at"] = values["waiting_since"] or NOBODY_WAITS
    connection.execute(update(cases).where(cases.c.id == case_id).values(**values, changed_at=now))


def claim(connection: Connection, case_id: int, staff_id: int, now: datetime) -> bool:
    """Claim once: True for the one who wins, False when somebody else was first."""
    free = (cases.c.id == case_id) & cases.c.claimed_by.is_(None) & (cases.c.status == "new")
    won = connection.execute(update(cases).where(free).values(claimed_by=staff_id, status="claimed", changed_at=now))
    return won.rowcount == 1


def add_event(connection: Connection, case_id: int, what: str, note: str, staff_id: int | None, now: datetime) -> None:
    """Append to the history of a case."""
    values = {"case_id": case_id, "what": what, "note": note, "staff_id": staff_id, "at": now}
    connection.execute(case_events.insert().values(**values))


def events(connection: Connection, case_id: int) -> list[EventRow]:
    """The history of a case, oldest first."""
    rows = connection.execute(select(case_events).where(case_events.c.case_id == case_id).order_by(case_events.c.id))
    return [EventRow(row.what, row.note, row.staff_id, row.at) for row in rows]


def happened(connection: Connection, case_id: int, what: str, since: datetime) -> bool:
    """Whether the history of a case says `what` at that moment or later."""
    its = (case_events.c.case_id == case_id) & (case_events.c.what == what) & (case_events.c.at >= since)
    return connection.scalar(select(case_events.c.id).where(its).limit(1)) is not None


def get(connection: Connection, case_id: int) -> CaseRow:
    """The case of that id (it must exist); for the program itself, not for pages."""
    return row_of(connection.execute(select(cases).where(cases.c.id == case_id)).one())


def open_of(connection: Connection, staff_id: int) -> list[CaseRow]:
    """The open cases in one person's hands, locked."""
    query = select(cases).where(cases.c.claimed_by == staff_id, cases.c.status != "closed").with_for_update()
    return [row_of(row) for row in connection.execute(query.order_by(cases.c.id))]


def of_closed_accounts(connection: Connection) -> list[CaseRow]:
    """Open cases in the hands of accounts that are not in use any more, locked."""
    closed = select(staff.c.id).where(staff.c.active.is_(False))
    query = select(cases).where(OPEN, cases.c.claimed_by.in_(closed)).order_by(cases.c.id).with_for_update()
    return [row_of(row) for row in connection.execute(query)]


def newly_late(connection: Connection, now: datetime) -> list[CaseRow]:
    """Open cases whose answer is overdue and was not noticed as such yet, locked."""
    late = (cases.c.due_at < now) & cases.c.breached_at.is_(None) & (cases.c.status != "closed")
    return [row_of(row) for row in connection.execute(select(cases).where(late).order_by(cases.c.due_at).with_for_update())]


def held_but_unanswered(connection: Connection, since: datetime) -> list[CaseRow]:
    """Open cases in whose conversation a person holds the turn while the resident has waited since before `since`."""
    held = select(conversations.c.id).where(conversations.c.owner_id.is_not(None))
    silent = cases.c.conversation_id.in_(held) & (cases.c.waiting_since < since) & (cases.c.status != "closed")
    return [row_of(row) for row in connection.execute(select(cases).where(silent).order_by(cases.c.id))]


def of_household(connection: Connection, scope: Scope, case: CaseRow, limit: int = 50) -> list[CaseRow]:
    """Other cases of the same resident or the same household's file, newest first."""
    same = cases.c.conversation_id == case.conversation_id
    if case.household_id is not None:
        same |= cases.c.household_id == case.household_id
    query = select(cases).where(visible(scope), same, cases.c.id != case.id).order_by(cases.c.id.desc()).limit(limit)
    return [row_of(row) for row in connection.execute(query)]


def candidates(connection: Connection, scope: Scope, case: CaseRow, limit: int = 200) -> list[CaseRow]:
    """Cases that may be of the same household: same phone, same-sounding name, or the same district at about the same time."""
    nearby = cases.c.district == case.district if case.district else cases.c.district.is_(None)
    around = timedelta(days=NEARBY_DAYS)
    likely: list[ColumnElement[bool]] = [nearby & cases.c.opened_at.between(case.opened_at - around, case.opened_at + around)]
    if case.phone_hash:
        likely.append(cases.c.phone_hash == case.phone_hash)
    if case.name_hash:
        likely.append(cases.c.name_hash == case.name_hash)
    elsewhere = cases.c.conversation_id != case.conversation_id
    if case.household_id is not None:
        elsewhere &= or_(cases.c.household_id.is_(None), cases.c.household_id != case.household_id)
    strong = sql_case((or_(*likely[1:]), 0), else_=1) if len(likely) > 1 else cases.c.id
    query = select(cases).where(visible(scope), elsewhere, or_(*likely)).order_by(strong, cases.c.id.desc()).limit(limit)
    return [row_of(row) for row in connection.execute(query)]


def current_of(connection: Connection, conversation_id: int) -> CaseRow | None:
    """The newest case of a conversation that is not closed, else the newest at all."""
    mine = select(cases).where(cases.c.conversation_id == conversation_id)
    newest = mine.order_by(sql_case((cases.c.status == "closed", 1), else_=0), cases.c.id.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    return None if row is None else row_of(row)


def all_of(connection: Connection, conversation_id: int) -> list[CaseRow]:
    """Every case of a conversation, oldest first: for the resident's own eyes."""
    return [row_of(row) for row in connection.execute(select(cases).where(cases.c.conversation_id == conversation_id).order_by(cases.c.id))]


def open_colours(connection: Connection, conversation_id: int) -> list[str]:
    """The colours of a conversation's cases that are not closed."""
    mine = (cases.c.conversation_id == conversation_id) & (cases.c.status != "closed")
    return list(connection.scalars(select(cases.c.colour).where(mine)))


def has_open(connection: Connection, conversation_id: int) -> bool:
    """Whether a case of a conversation is not closed."""
    return bool(open_colours(connection, conversation_id))


def by_number(connection: Connection, scope: Scope, number: str) -> CaseRow | None:
    """The case of that number, if `scope` may see it."""
    row = connection.execute(select(cases).where(cases.c.number == number, visible(scope))).one_or_none()
    return None if row is None else row_of(row)


def lock_by_number(connection: Connection, scope: Scope, number: str) -> CaseRow | None:
    """The same, locked until the transaction ends, and only if it is of the scope's own desk."""
    return _locked(connection, number, _own(scope) & ~sealed_for(scope))


def lock_offered(connection: Connection, scope: Scope, number: str) -> CaseRow | None:
    """The same, also when it is only offered: for the answer to a transfer."""
    return _locked(connection, number, visible(scope))


def _locked(connection: Connection, number: str, reach: ColumnElement[bool]) -> CaseRow | None:
    query = select(cases).where(cases.c.number == number, reach).with_for_update()
    row = connection.execute(query).one_or_none()
    return None if row is None else row_of(row)


def counts(connection: Connection, scope: Scope) -> dict[str, int]:
    """Open cases by colour, within `scope`."""
    rows = connection.execute(
        select(cases.c.colour, func.count()).where(listed(scope), cases.c.status != "closed").group_by(cases.c.colour)
    )
    found: dict[str, int] = dict(rows.tuples().all())
    return {colour: found.get(colour, 0) for colour in COLOURS}


def waiting(connection: Connection) -> int:
    """In how many open cases of the whole city somebody waits for a person."""
    open_ones = (cases.c.status != "closed") & cases.c.waiting_since.is_not(None)
    return connection.scalar(select(func.count()).select_from(cases).where(open_ones)) or 0


def any_at_all(connection: Connection) -> bool:
    """Whether there is any case, whosever it is."""
    return connection.scalar(select(cases.c.id).limit(1)) is not None
