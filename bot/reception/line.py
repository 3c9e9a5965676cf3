"""What a turn may know of the desk: when it opens, and how many wait in front."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.casework import COLOURS
from bot.casework.working_time import next_open
from bot.conversation import State
from bot.knowledge import Knowledge
from bot.store import cases, queue

TIANJIN = ZoneInfo("Asia/Shanghai")


def opens_at(knowledge: Knowledge, now: datetime) -> datetime | None:
    """When the desk opens next; None while it is open."""
    there = now.astimezone(TIANJIN)
    opens = next_open(knowledge.office_hours, there)
    return None if opens == there else opens


def of_case(connection: Connection, case: cases.CaseRow) -> int | None:
    """How many wait in front of a case whose resident waits; none is counted for somebody in danger."""
    if case.waiting_since is None or case.status == "closed" or case.kind == "crisis":
        return None
    return queue.ahead(connection, case.district, queue.place_of(case))


def of_handover(connection: Connection, state: State, now: datetime) -> int | None:
    """The same for a case that a hand-over under way would open: behind all who wait there by now."""
    pending = state.handover
    if pending is None or pending.kind == "crisis":
        return None
    return queue.ahead(connection, pending.district or None, (len(COLOURS), now, 0))
