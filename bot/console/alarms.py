"""Alarms as every staff page shows them on top: number, colour, how long, who was called. No word of a resident."""

from collections.abc import Sequence
from datetime import datetime

from bot.casework import Scope
from bot.knowledge.duty import Duty
from bot.reception.desk import SEEN_SHOWN_FOR
from bot.store import alerts, staff
from bot.store.alerts import Shown
from bot.store.database import Database

CASES = "/console/cases/"


def shown(database: Database, scope: Scope, now: datetime, path: str) -> list[Shown]:
    """Alarms for this person on the page at `path`; on a case's page its own comes first."""
    if not scope.sees_cases:
        return []
    with database.read() as connection:
        found = alerts.shown(connection, scope, now - SEEN_SHOWN_FOR)
    own = path.removeprefix(CASES).partition("/")[0] if path.startswith(CASES) else ""
    return sorted(found, key=lambda alarm: (alarm.seen_at is not None, alarm.number != own))


def workers(database: Database, alarms: Sequence[Shown]) -> dict[int, str]:
    """Names of those who answered."""
    if not any(alarm.seen_by for alarm in alarms):
        return {}
    with database.read() as connection:
        return staff.names(connection)


def called(duty: Duty, alarm: Shown) -> str:
    """The step that was called last, in words; empty before the first."""
    return duty.steps[min(alarm.step, len(duty.steps) - 1)].name if alarm.step >= 0 else ""
