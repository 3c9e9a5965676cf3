"""The queue: who is in danger, who waits longest. Pages by key, so that a million cases read as fast as a hundred.

Every query is cut into branches that an index answers in order (one district, the cases without one, one unit,
what was offered); each gives at most a page, and the pages are merged. What is shown is read within `listed`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, String, and_, func, literal, select, true, tuple_, union, union_all
from sqlalchemy import case as sql_case
from sqlalchemy import cast as sql_cast

from bot.casework import COLOURS, Scope
from bot.store import staff, transfers
from bot.store.cases import NOBODY_WAITS, OPEN, CaseRow, called_people, cases, listed, row_of, sealed_for
from bot.store.columns import Instant
from bot.store.tags import case_tags
from bot.store.transfers import TransferRow

MOST = 1_000
"""So far a page counts; beyond it says «more than»."""
MOST_LATE = 10_000
"""So many late answers of the whole city are looked through for those of one scope."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PLACE = re.compile(r"([0-3])\.(\d{1,18})\.(\d{1,10})")
_WHOLE_NUMBER = re.compile(r"JN\d{4}-[0-9A-Z]{6}")
_SUGGESTIONS = 20
"""So far down a page looks for a case that this person may take without giving a reason."""
_Place = tuple[int, datetime, int]


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What a queue page shows; empty fields do not filter."""

    status: str = "open"
    """`open`, `all` or one status."""
    colour: str = ""
    district: str = ""
    mine: bool = False
    unclaimed: bool = False
    number: str = ""
    """The number of a case or a part of it."""
    programme: str = ""
    tag: str = ""
    ticket: str = ""
    overdue: bool = False
    unverified: bool = False
    """Red and not looked at by a person yet (待核实)."""
    offered: bool = False
    """Only cases that this person is asked to take over."""
    holder: int | None = None
    """In whose hands."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some cases in the queue's order."""

    rows: list[CaseRow]
    after: str
    """The key with which the next page is asked for; empty on the last."""
    before: str
    """The key with which the page before is asked for; empty on the first."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one person has in hand."""

    staff_id: int
    name: str
    open: int
    waiting: int
    overdue: int


@dataclass(frozen=True, slots=True)
class FalseReds:
    """The red cases of a stretch of time, and what people found them to be."""

    reds: int
    confirmed: int
    lowered: int
    """By a person, or by the resident's own word and not confirmed since."""
    unverified: int


def page(
    connection: Connection, scope: Scope, wanted: QueueFilter, now: datetime, limit: int = 100, *, after: str = "", before: str = ""
) -> Page:
    """Cases by urgency, then by how long the resident has waited; of a sealed one only that it is there.

    Args:
        after, before: the key that another page gave; one that is none shows the first page.
    """
    backwards = _read(before) is not None and not after
    start = _read(after) or _read(before)
    places = _places(connection, scope, wanted, now, limit + 1, start, backwards=backwards)
    more = len(places) > limit
    places = places[:limit]
    if backwards:
        places.reverse()
    following = bool(places) and (backwards or more)
    preceding = bool(places) and (more if backwards else start is not None)
    return Page(
        _rows(connection, scope, [place[2] for place in places]),
        _key(places[-1]) if following else "", _key(places[0]) if preceding else "",
    )


def size(connection: Connection, scope: Scope, wanted: QueueFilter, now: datetime, most: int = MOST) -> int:
    """How many cases the pages hold, counted up to `most`."""
    heads = [
        select(select(cases.c.id).where(branch).limit(most).subquery().c.id) for branch in _branches(connection, scope, wanted, now)
    ]
    if not heads:
        return 0
    found = union(*heads).subquery()
    counted = select(func.count()).select_from(select(found.c.id).limit(most).subquery())
    return connection.scalar(counted) or 0


def counts(connection: Connection, scope: Scope, now: datetime, most: int = MOST) -> dict[str, int]:
    """Open cases by colour, each counted up to `most`."""
    return {colour: size(connection, scope, QueueFilter(colour=colour), now, most) for colour in COLOURS}


def breached(connection: Connection, scope: Scope, limit: int = 50) -> list[CaseRow]:
    """Open cases whose answer is late, those that wait longest beyond their time first."""
    late = select(cases.c.id, listed(scope).label("seen")).where(cases.c.breached_at.is_not(None), OPEN).order_by(cases.c.due_at)
    rows = connection.execute(late.limit(MOST_LATE))
    return _rows(connection, scope, [row.id for row in rows if row.seen][:limit])


def next_for(connection: Connection, scope: Scope, now: datetime) -> CaseRow | None:
    """The case to take next: nobody's yet, most urgent, waiting longest; None when there is none."""
    first = page(connection, scope, QueueFilter(status="new", unclaimed=True), now, _SUGGESTIONS)
    return next((row for row in first.rows if not row.sealed), None)


def offered(connection: Connection, scope: Scope, now: datetime, limit: int = 100) -> list[tuple[CaseRow, TransferRow]]:
    """Cases that somebody asks this person's desk to take over, with what they wrote."""
    rows = page(connection, scope, QueueFilter(offered=True), now, limit).rows
    requests = transfers.open_ones(connection, [row.id for row in rows])
    return [(row, requests[row.id]) for row in rows if row.id in requests]


def load(connection: Connection, scope: Scope, now: datetime) -> list[Load]:
    """How many open cases each person has in hand within `scope`, the fullest hands first."""
    its = (cases.c.id, cases.c.claimed_by, cases.c.waiting_since, cases.c.due_at)
    held = cases.c.claimed_by.is_not(None)
    heads = [select(*its).where(branch, held) for branch in _branches(connection, scope, QueueFilter(), now)]
    if not heads:
        return []
    found = union(*heads).subquery()
    waiting = func.sum(sql_case((found.c.waiting_since.is_not(None), 1), else_=0))
    late = func.sum(sql_case((found.c.due_at < now, 1), else_=0))
    counted = select(found.c.claimed_by, func.count(), waiting, late).group_by(found.c.claimed_by)
    names = staff.names(connection)
    rows = connection.execute(counted).tuples()
    loads = [Load(person, names.get(person, ""), open_, waits, overdue) for person, open_, waits, overdue in rows]
    return sorted(loads, key=lambda item: (-item.open, item.name))


def false_reds(connection: Connection, scope: Scope, since: datetime, until: datetime) -> FalseReds:
    """How many cases began red between two moments (a shift), and how many of them people found to be so."""
    began = (cases.c.first_colour == "red") & (cases.c.opened_at >= since) & (cases.c.opened_at < until)
    still, looked_at = cases.c.colour == "red", cases.c.verified_at.is_not(None)
    kinds = (still & looked_at, ~still, still & ~looked_at)
    sums = [func.coalesce(func.sum(sql_case((kind, 1), else_=0)), 0) for kind in kinds]
    row = connection.execute(select(func.count(), *sums).where(listed(scope), began)).one()
    return FalseReds(*row)


def ahead(connection: Connection, district: str | None, place: _Place, most: int = 100) -> int:
    """How many residents of a district (None: of the city desk) wait in front of a place, counted up to `most`."""
    there = cases.c.district.is_(None) if district is None else cases.c.district == district
    before = there & OPEN & (cases.c.queue_at < NOBODY_WAITS) & _compared(place, backwards=True)
    return connection.scalar(select(func.count()).select_from(select(cases.c.id).where(before).limit(most).subquery())) or 0


def place_of(case: CaseRow) -> _Place:
    """Where a case stands in the queue's order."""
    return COLOURS.index(case.colour), case.waiting_since or NOBODY_WAITS, case.id


def _key(place: _Place) -> str:
    rank, at, case_id = place
    return f"{rank}.{(at - _EPOCH) // timedelta(microseconds=1)}.{case_id}"


def _read(key: str) -> _Place | None:
    found = _PLACE.fullmatch(key)
    if found is None:
        return None
    rank, micros, case_id = (int(part) for part in found.groups())
    at = min(micros, (NOBODY_WAITS - _EPOCH) // timedelta(microseconds=1))
    return rank, _EPOCH + timedelta(microseconds=at), min(case_id, 2**31 - 1)


def _compared(place: _Place, *, backwards: bool) -> ColumnElement[bool]:
    rank, at, case_id = place
    stands = tuple_(cases.c.rank, cases.c.queue_at, cases.c.id)
    given = tuple_(literal(rank), literal(at, Instant), literal(case_id))
    return stands < given if backwards else stands > given


def _places(
    connection: Connection, scope: Scope, wanted: QueueFilter, now: datetime, limit: int, start: _Place | None, *, backwards: bool
) -> list[_Place]:
    order = [column.desc() if backwards else column for column in (cases.c.rank, cases.c.queue_at, cases.c.id)]
    heads = []
    for branch in _branches(connection, scope, wanted, now):
        head = select(cases.c.rank, cases.c.queue_at, cases.c.id).where(branch)
        if start is not None:
            head = head.where(_compared(start, backwards=backwards))
        heads.append(select(head.order_by(*order).limit(limit).subquery()))
    if not heads:
        return []
    found = {tuple(row) for row in connection.execute(union_all(*heads))}
    return sorted(found, reverse=backwards)[:limit]


def _rows(connection: Connection, scope: Scope, ids: list[int]) -> list[CaseRow]:
    """The cases of these ids in their order, as far as they are listed for `scope`.

    The scope is asked for as a column: as a condition SQLite would take it for the way to the rows.
    """
    query = select(cases, sealed_for(scope).label("sealed"), listed(scope).label("seen")).where(cases.c.id.in_(ids))
    rows = [row for row in connection.execute(query) if row.seen]
    found = {row.id: _without_person(row_of(row)) if row.sealed else row_of(row) for row in rows}
    return [found[case_id] for case_id in ids if case_id in found]


def _without_person(case: CaseRow) -> CaseRow:
    return replace(case, details={}, programmes=[], signals=[], reason="", sealed=True)


def _branches(connection: Connection, scope: Scope, wanted: QueueFilter, now: datetime) -> list[ColumnElement[bool]]:
    """Conditions that together are `listed(scope)` and the filter, each of them answered by one index in order."""
    if not scope.sees_cases:
        return []
    filters = and_(true(), *_filters(scope, wanted, now))
    return [reach & filters for reach in _reaches(connection, scope, wanted.district)]


def _reaches(connection: Connection, scope: Scope, district: str) -> Iterable[ColumnElement[bool]]:
    its = cases.c.district == district
    if scope.districts is None:
        yield its if district else true()
        return
    in_no_unit = true() if scope.in_charge else cases.c.unit_id.is_(None)
    for own in sorted(scope.districts):
        if district in {"", own}:
            yield (cases.c.district == own) & in_no_unit
    if not district:
        nowhere = cases.c.district.is_(None) & in_no_unit
        if scope.at_city_desk:
            yield nowhere
        else:
            yield nowhere & (cases.c.rank == COLOURS.index("red"))
            yield nowhere & called_people
    beside = its if district else true()
    if scope.unit is not None:
        yield (cases.c.unit_id == scope.unit) & beside
    yield (cases.c.claimed_by == scope.staff_id) & OPEN & beside
    offers = list(connection.scalars(transfers.offered_to(scope.districts, city=scope.at_city_desk)))
    if offers:
        yield cases.c.id.in_(offers) & beside


def _filters(scope: Scope, wanted: QueueFilter, now: datetime) -> Iterable[ColumnElement[bool]]:
    if wanted.status != "all":
        yield OPEN if wanted.status != "closed" else cases.c.status == "closed"
    if wanted.status not in {"open", "all", "closed"}:
        yield cases.c.status == wanted.status
    if wanted.colour:
        yield cases.c.rank == COLOURS.index(wanted.colour)
    if wanted.unverified:
        yield (cases.c.rank == COLOURS.index("red")) & cases.c.verified_at.is_(None)
    if wanted.district:
        yield cases.c.district == wanted.district
    if wanted.mine or wanted.holder is not None:
        yield cases.c.claimed_by == (scope.staff_id if wanted.mine else wanted.holder)
    if wanted.unclaimed:
        yield cases.c.claimed_by.is_(None)
    if wanted.overdue:
        yield cases.c.due_at < now
    yield from _named(scope, wanted)


def _named(scope: Scope, wanted: QueueFilter) -> Iterable[ColumnElement[bool]]:
    if wanted.programme:
        yield sql_cast(cases.c.programmes, String).contains(f'"{wanted.programme}"', autoescape=True)
    if wanted.tag:
        yield cases.c.id.in_(select(case_tags.c.case_id).where(case_tags.c.tag == wanted.tag))
    if wanted.ticket:
        yield cases.c.ticket == wanted.ticket
    if wanted.number:
        number = wanted.number.upper()
        whole = _WHOLE_NUMBER.fullmatch(number) is not None
        yield cases.c.number == number if whole else cases.c.number.contains(number, autoescape=True)
    if wanted.offered:
        yield cases.c.id.in_(transfers.offered_to(scope.districts, city=scope.at_city_desk))

