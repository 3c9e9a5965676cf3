"""Alarms: which case calls people, how far that has come, who answered; and what goes out of the house for it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Row,
    Select,
    String,
    Table,
    and_,
    func,
    select,
    update,
)

from bot.casework import COLOURS, Scope
from bot.store.cases import OPEN, case_events, cases, listed
from bot.store.columns import EncryptedText, Instant
from bot.store.database import metadata, new_id

alerts = Table(
    "alerts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False, index=True),
    Column("raised_at", Instant, nullable=False),
    Column("holder_id", Integer, ForeignKey("staff.id"), nullable=True),
    Column("promised", Boolean, nullable=False),
    Column("step", Integer, nullable=False),
    Column("next_at", Instant, nullable=True),
    Column("unanswered_at", Instant, nullable=True),
    Column("seen_at", Instant, nullable=True),
    Column("seen_by", Integer, ForeignKey("staff.id"), nullable=True),
    Column("ended_at", Instant, nullable=True),
)
_open = and_(alerts.c.seen_at.is_(None), alerts.c.ended_at.is_(None))
Index("ix_alerts_open", alerts.c.next_at, sqlite_where=_open, postgresql_where=_open)

alert_sends = Table(
    "alert_sends",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("alert_id", Integer, ForeignKey("alerts.id"), nullable=False, index=True),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False, index=True),
    Column("sender", String(16), nullable=False),
    Column("target", EncryptedText("alert_sends.target"), nullable=False),
    Column("step", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("next_try_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("outcome", String(8), nullable=False),
    Column("settled_at", Instant, nullable=True),
    Column("problem", String(200), nullable=False),
)
_waiting = alert_sends.c.settled_at.is_(None)
Index("ix_alert_sends_waiting", alert_sends.c.sender, alert_sends.c.next_try_at, sqlite_where=_waiting, postgresql_where=_waiting)
NOT_CALLED_YET = -1


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alarm of one case."""

    id: int
    case_id: int
    raised_at: datetime
    holder_id: int | None
    """In whose hands the case was when the alarm came."""
    promised: bool
    """Whether the resident was told that somebody is being called."""
    step: int
    """Index of the step of policies/duty.yaml that was called last; -1 before the first."""
    next_at: datetime | None
    unanswered_at: datetime | None
    """When every step had been called in vain."""
    seen_at: datetime | None
    seen_by: int | None
    ended_at: datetime | None
    """When it ended without an answer: the case was closed."""

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to answer."""
        return self.seen_at is None and self.ended_at is None


@dataclass(frozen=True, slots=True)
class Shown:
    """An alarm as consoles show it: no word of the resident."""

    number: str
    colour: Any
    raised_at: datetime
    step: int
    unanswered: bool
    seen_at: datetime | None
    seen_by: int | None


@dataclass(frozen=True, slots=True)
class SendRow:
    """One message to go out, with what it may say."""

    id: int
    target: str
    step: str
    attempts: int
    number: str
    colour: Any
    raised_at: datetime


def _row(row: Row[Any]) -> AlertRow:
    return AlertRow(
        row.id, row.case_id, row.raised_at, row.holder_id, row.promised, row.step, row.next_at, row.unanswered_at,
        row.seen_at, row.seen_by, row.ended_at,
    )


def add(connection: Connection, case_id: int, holder_id: int | None, promised: bool, now: datetime) -> int:
    """A new alarm, due to be called out at once; returns its id."""
    values = {"case_id": case_id, "holder_id": holder_id, "promised": promised, "step": NOT_CALLED_YET, "next_at": now}
    return new_id(connection.execute(alerts.insert().values(**values, raised_at=now)))


def newest_of(connection: Connection, case_id: int) -> AlertRow | None:
    """The last alarm of a case, locked."""
    query = select(alerts).where(alerts.c.case_id == case_id).order_by(alerts.c.id.desc()).limit(1).with_for_update()
    row = connection.execute(query).one_or_none()
    return None if row is None else _row(row)


def all_open(connection: Connection) -> list[AlertRow]:
    """Every alarm that nobody answered yet, locked, oldest first."""
    return [_row(row) for row in connection.execute(select(alerts).where(_open).order_by(alerts.c.id).with_for_update())]


def unalarmed(connection: Connection) -> list[tuple[int, str, list[str]]]:
    """Id, colour and signals of real cases that nobody took and that never called anybody: candidates for an alarm."""
    never = ~select(alerts.c.id).where(alerts.c.case_id == cases.c.id).exists()
    fresh = OPEN & (cases.c.rank < COLOURS.index("yellow")) & (cases.c.status == "new") & cases.c.claimed_by.is_(None) & cases.c.demo.is_(False)
    query = select(cases.c.id, cases.c.colour, cases.c.signals).where(fresh, never)
    return [(row.id, row.colour, row.signals) for row in connection.execute(query)]


def any_open(connection: Connection) -> bool:
    """Whether anybody has to answer anything."""
    return connection.scalar(select(alerts.c.id).where(_open).limit(1)) is not None


def called(connection: Connection, alert_id: int, step: int, next_at: datetime) -> None:
    """A step was called; the next is due at `next_at`."""
    connection.execute(update(alerts).where(alerts.c.id == alert_id).values(step=step, next_at=next_at))


def nobody_answered(connection: Connection, alert_id: int, now: datetime) -> None:
    """Every step was called in vain."""
    connection.execute(update(alerts).where(alerts.c.id == alert_id).values(unanswered_at=now))


def answer(connection: Connection, alert_id: int, staff_id: int, now: datetime) -> bool:
    """Somebody answers: True for the first, False when another was faster. What was to go out for it does not."""
    waiting = (alerts.c.id == alert_id) & _open
    first = connection.execute(update(alerts).where(waiting).values(seen_by=staff_id, seen_at=now, next_at=None)).rowcount == 1
    if first:
        _drop_sends(connection, alert_id, now)
    return first


def end(connection: Connection, alert_id: int, now: datetime) -> None:
    """The case was closed: nobody has to answer any more."""
    connection.execute(update(alerts).where(alerts.c.id == alert_id).values(ended_at=now, next_at=None))
    _drop_sends(connection, alert_id, now)


def deeds_since(connection: Connection, alert: AlertRow) -> list[tuple[int, str]]:
    """(who, what) of everything staff did to the case since the alarm, oldest first."""
    since = (case_events.c.case_id == alert.case_id) & (case_events.c.at > alert.raised_at) & case_events.c.staff_id.is_not(None)
    rows = connection.execute(select(case_events.c.staff_id, case_events.c.what).where(since).order_by(case_events.c.id))
    return [(row.staff_id, row.what) for row in rows]


def lock_case(connection: Connection, scope: Scope, number: str) -> int | None:
    """The id of the case of that number, locked, if `scope` may know of it; of a sealed one too, because an answer shows nothing."""
    return connection.scalar(select(cases.c.id).where(cases.c.number == number, listed(scope)).with_for_update())


def may_know_of(connection: Connection, scope: Scope, number: str) -> bool:
    """Whether `scope` may know that there is a case of that number."""
    return connection.scalar(select(cases.c.id).where(cases.c.number == number, listed(scope))) is not None


def shown(connection: Connection, scope: Scope, seen_since: datetime, limit: int = 20) -> list[Shown]:
    """Alarms that nobody answered, longest waiting first, then those answered since then; within `scope`."""
    found = [_shown(row) for row in connection.execute(_with_case(scope).where(_open).order_by(alerts.c.raised_at, alerts.c.id).limit(limit))]
    just_seen = _with_case(scope).where(alerts.c.seen_at > seen_since).order_by(alerts.c.seen_at.desc()).limit(3)
    return [*found, *(_shown(row) for row in connection.execute(just_seen))]


def _with_case(scope: Scope) -> Select[Any]:
    return select(alerts, cases.c.number, cases.c.colour).join(cases, cases.c.id == alerts.c.case_id).where(listed(scope))


def _shown(row: Row[Any]) -> Shown:
    return Shown(row.number, row.colour, row.raised_at, row.step, row.unanswered_at is not None, row.seen_at, row.seen_by)


def is_unanswered(connection: Connection, case_id: int) -> bool:
    """Whether everybody was called for a case, and nobody came."""
    return connection.scalar(select(alerts.c.id).where(alerts.c.case_id == case_id, _open, alerts.c.unanswered_at.is_not(None)).limit(1)) is not None


def add_send(connection: Connection, alert: AlertRow, sender: str, target: str, step: str, now: datetime) -> None:
    """One message to go out through a sender."""
    values = {"alert_id": alert.id, "case_id": alert.case_id, "sender": sender, "target": target, "step": step, "attempts": 0}
    connection.execute(alert_sends.insert().values(**values, created_at=now, next_try_at=now, outcome="", problem=""))


def due(connection: Connection, sender: str, now: datetime, limit: int = 50) -> list[SendRow]:
    """Messages of a sender whose time has come, oldest first."""
    wanted = (alert_sends.c.sender == sender) & _waiting & (alert_sends.c.next_try_at <= now)
    query = (
        select(alert_sends, cases.c.number, cases.c.colour, alerts.c.raised_at)
        .join(cases, cases.c.id == alert_sends.c.case_id).join(alerts, alerts.c.id == alert_sends.c.alert_id)
        .where(wanted).order_by(alert_sends.c.id).limit(limit)
    )
    return [SendRow(row.id, row.target, row.step, row.attempts, row.number, row.colour, row.raised_at) for row in connection.execute(query)]


def settle(connection: Connection, send_id: int, outcome: str, problem: str, now: datetime) -> None:
    """It went out (`sent`), or never will (`dead`); the number it went to is not kept."""
    change = {"outcome": outcome, "settled_at": now, "problem": problem[:200], "attempts": alert_sends.c.attempts + 1, "target": ""}
    connection.execute(update(alert_sends).where(alert_sends.c.id == send_id, _waiting).values(**change))


def postpone(connection: Connection, send_id: int, next_try_at: datetime, problem: str) -> None:
    """It did not go out this time."""
    change = {"next_try_at": next_try_at, "problem": problem[:200], "attempts": alert_sends.c.attempts + 1}
    connection.execute(update(alert_sends).where(alert_sends.c.id == send_id, _waiting).values(**change))


def _drop_sends(connection: Connection, alert_id: int, now: datetime) -> None:
    mine = (alert_sends.c.alert_id == alert_id) & _waiting
    connection.execute(update(alert_sends).where(mine).values(outcome="dropped", settled_at=now, target=""))


@dataclass(frozen=True, slots=True)
class SenderState:
    """How one sender does."""

    waiting: int
    dead: int
    problem: str
    """Why the newest message did not go out; empty when it did."""
    sent_at: datetime | None


def states(connection: Connection, senders: Collection[str]) -> dict[str, SenderState]:
    """How the senders did since the last tidying."""
    return {name: _state(connection, name) for name in senders}


def _state(connection: Connection, sender: str) -> SenderState:
    mine = alert_sends.c.sender == sender
    count = select(func.count()).select_from(alert_sends)
    newest = select(alert_sends.c.problem).where(mine, alert_sends.c.outcome != "dropped").order_by(alert_sends.c.id.desc()).limit(1)
    return SenderState(
        waiting=connection.scalar(count.where(mine, _waiting)) or 0,
        dead=connection.scalar(count.where(mine, alert_sends.c.outcome == "dead")) or 0,
        problem=connection.scalar(newest) or "",
        sent_at=connection.scalar(select(func.max(alert_sends.c.settled_at)).where(mine, alert_sends.c.outcome == "sent")),
    )
