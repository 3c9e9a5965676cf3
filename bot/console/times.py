"""Times as staff read them: how long ago, and exactly, on Tianjin's clocks."""

from datetime import datetime
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

TIANJIN = ZoneInfo("Asia/Shanghai")

Unit = Literal["now", "minutes", "hours", "days"]


class Ago(NamedTuple):
    """How long ago something was, in its largest whole unit; templates put it into words."""

    number: int
    unit: Unit


def ago(at: datetime, now: datetime) -> Ago:
    """The time between `at` and `now`; what lies ahead counts as now."""
    seconds = int((now - at).total_seconds())
    if seconds < 60:
        return Ago(0, "now")
    if seconds < 3_600:
        return Ago(seconds // 60, "minutes")
    if seconds < 86_400:
        return Ago(seconds // 3_600, "hours")
    return Ago(seconds // 86_400, "days")


def exact(at: datetime) -> str:
    """「2026-03-02 14:05」."""
    return at.astimezone(TIANJIN).strftime("%Y-%m-%d %H:%M")
