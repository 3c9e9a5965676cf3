"""Raising an alarm, inside the transaction that opens or raises the case."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from bot.casework import urgency
from bot.casework.alerting import calls_people, may_call_again
from bot.knowledge import Knowledge
from bot.reception.duty.people import somebody_answers
from bot.store import alerts, audit, cases, changes


def words_of_danger(connection: Connection, case_id: int, signals: Collection[str], knowledge: Knowledge, now: datetime) -> None:
    """New words of a resident have these signals: call people, if policies/duty.yaml wants it."""
    colour, _ = urgency(knowledge.triage, signals)
    if signals and calls_people(knowledge.duty, colour, signals):
        raise_alarm(connection, case_id, knowledge, now)


def raise_alarm(connection: Connection, case_id: int, knowledge: Knowledge, now: datetime) -> None:
    """Call people for a case.

    One alarm of a case is open at a time; soon after somebody answered, further words of danger call nobody anew.
    """
    case = cases.get(connection, case_id)
    before = alerts.newest_of(connection, case_id)
    if case.status == "closed" or (before is not None and before.is_open):
        return
    if before is not None and not may_call_again(knowledge.duty, before.seen_at or before.raised_at, now):
        return
    promised = somebody_answers(connection, None, case, now)
    alert_id = alerts.add(connection, case_id, case.claimed_by, promised, now)
    cases.add_event(connection, case_id, "alarm", "", None, now)
    audit.append(connection, actor="program", action="alarm", thing=f"case:{case.number}", now=now)
    changes.note(connection, "alarm", alert_id, now)
