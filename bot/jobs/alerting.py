"""Calls people for alarms, step by step, until somebody answers; by one process of several, under a lease."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.casework.alerting import calls_people, is_an_answer
from bot.knowledge import Knowledge
from bot.knowledge.duty import Duty, DutyStep
from bot.reception import Desk
from bot.reception.duty import People, raise_alarm
from bot.store import alerts, audit, cases, changes, duty, staff
from bot.store.alerts import AlertRow
from bot.store.cases import CaseRow
from bot.store.database import Database

SWEEP_EVERY = timedelta(seconds=30)
TO_A_PERSON = frozenset({"sms"})
"""Senders that reach one person by a number; the others reach a group."""


class Alerting:
    """One look at the clock; safe to repeat."""

    def __init__(
        self, database: Database, knowledge: Callable[[], Knowledge], desk: Desk, clock: Callable[[], datetime], senders: Collection[str]
    ) -> None:
        """Build it; `senders` are those switched on."""
        self._database = database
        self._knowledge = knowledge
        self._alarms = desk.alarms
        self._clock = clock
        self._senders = sorted(senders)
        self._swept_at: datetime | None = None

    def look(self) -> int:
        """Raise what was missed, note answers, call whoever is due; returns how many alarms it touched."""
        now = self._clock()
        with self._database.read() as connection:  # most looks find nothing, and then take no writer's turn
            missed = self._missed(connection, now)
            if not missed and not alerts.any_open(connection):
                return 0
        knowledge = self._knowledge()
        with self._database.write() as connection:
            for case_id in missed:
                raise_alarm(connection, case_id, knowledge, now)
            touched = len(missed)
            people = None
            for alert in alerts.all_open(connection):
                case = cases.get(connection, alert.case_id)
                if self._settled(connection, alert, case, now):
                    touched += 1
                elif alert.next_at is not None and alert.next_at <= now:
                    people = people or People(connection, now)
                    self._advance(connection, knowledge.duty, people, alert, case, now)
                    touched += 1
        return touched

    def _missed(self, connection: Connection, now: datetime) -> list[int]:
        """Cases that came to their colour by another way than a resident's words; looked for every half minute."""
        if self._swept_at is not None and self._swept_at <= now < self._swept_at + SWEEP_EVERY:
            return []
        self._swept_at = now
        policy = self._knowledge().duty
        return [case_id for case_id, colour, signals in alerts.unalarmed(connection) if calls_people(policy, colour, signals)]

    def _settled(self, connection: Connection, alert: AlertRow, case: CaseRow, now: datetime) -> bool:
        """Whether somebody works on the case by now, which is an answer, or it is closed."""
        deed = next((person for person, what in alerts.deeds_since(connection, alert) if is_an_answer(what)), None)
        took_it = case.claimed_by if case.claimed_by != alert.holder_id else None
        if deed is not None or took_it is not None:
            self._alarms.seen(connection, case, alert, deed or took_it or 0, now)
        elif case.status == "closed":
            alerts.end(connection, alert.id, now)
            changes.note(connection, "alarm", alert.id, now)
        else:
            return False
        return True

    def _advance(self, connection: Connection, policy: Duty, people: People, alert: AlertRow, case: CaseRow, now: datetime) -> None:
        """Call the next step that has anybody; when there is none left, the last one again after a while."""
        steps = policy.steps
        for index in range(alert.step + 1, len(steps)):
            found = people.of(steps[index].who, case)
            if found:
                self._call(connection, steps[index], found, alert, case, now)
                alerts.called(connection, alert.id, index, now + timedelta(minutes=steps[index].minutes))
                return
        last = steps[-1]
        found = people.of(last.who, case)
        if alert.unanswered_at is None:
            self._alarms.tell_nobody_answers(connection, case, alert, now)
        self._send(connection, last, found, alert, now)
        alerts.called(connection, alert.id, len(steps) - 1, now + timedelta(minutes=policy.again_minutes))

    def _call(self, connection: Connection, step: DutyStep, found: list[int], alert: AlertRow, case: CaseRow, now: datetime) -> None:
        self._send(connection, step, found, alert, now)
        names = staff.names(connection)
        called = f"{step.name}：{'、'.join(names[person] for person in found)}"
        cases.add_event(connection, case.id, f"alarm_called:{step.who}", called, None, now)
        audit.append(connection, actor="program", action=f"alarm_called:{step.who}", thing=f"case:{case.number}", now=now)
        changes.note(connection, "alarm", alert.id, now)
        changes.note(connection, "case", case.id, now)

    def _send(self, connection: Connection, step: DutyStep, found: list[int], alert: AlertRow, now: datetime) -> None:
        reach = duty.reach(connection)
        phones = [reach[person].phone for person in found if person in reach and reach[person].phone]
        for sender in self._senders:
            for target in phones if sender in TO_A_PERSON else [""]:
                alerts.add_send(connection, alert, sender, target, step.who, now)
