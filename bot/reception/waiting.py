"""The waiting clock of a case: it starts at the first unanswered message and stops only at a real reply."""

from datetime import datetime

from sqlalchemy import Connection

from bot.casework.clocks import due
from bot.knowledge import Knowledge
from bot.store import cases


def start(connection: Connection, case_id: int, knowledge: Knowledge, now: datetime) -> None:
    """The resident waits: from `now`, or from when they already did; until when is worked out from colour and signals."""
    case = cases.get(connection, case_id)
    since = case.waiting_since or now
    until = due(knowledge.triage, knowledge.office_hours, case.colour, case.signals, since.astimezone(now.tzinfo))
    breached = case.breached_at if until == case.due_at else None
    cases.change(connection, case_id, now, waiting_since=since, due_at=until, breached_at=breached)


def stop(connection: Connection, case_id: int, now: datetime) -> None:
    """Somebody really answered, or the case is closed: nobody waits."""
    cases.change(connection, case_id, now, waiting_since=None, due_at=None, breached_at=None)


def again(connection: Connection, case_id: int, knowledge: Knowledge, now: datetime) -> None:
    """Work out anew until when, after the urgency changed; nothing while nobody waits."""
    if cases.get(connection, case_id).waiting_since is not None:
        start(connection, case_id, knowledge, now)
