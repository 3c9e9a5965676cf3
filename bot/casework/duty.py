"""The duty roster: who is there at a moment, when nobody is, and where two shifts overlap. No database, no clock."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Shift:
    """One stretch of duty, from `starts_at` up to `ends_at`."""

    id: int
    staff_id: int
    deputy_id: int | None
    district: str | None
    """None is the city desk, which answers for every district."""
    unit_id: int | None
    starts_at: datetime
    ends_at: datetime

    def covers(self, moment: datetime) -> bool:
        """Whether the shift runs then."""
        return self.starts_at <= moment < self.ends_at


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch in which nobody is on duty for a place."""

    district: str | None
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two shifts of one place, or of one person, that run at the same time."""

    first: Shift
    second: Shift
    starts_at: datetime
    ends_at: datetime


def running(shifts: Sequence[Shift], moment: datetime) -> list[Shift]:
    """The shifts that run at a moment."""
    return [shift for shift in shifts if shift.covers(moment)]


def answering(shifts: Sequence[Shift], district: str | None, unit_id: int | None = None) -> list[Shift]:
    """Of shifts, those that answer first for a case: of its district, and of its unit where it has one.

    A case without a district belongs to the city desk and is seen by all on duty. A district that has nobody is
    answered for by the city desk.
    """
    if district is None:
        return list(shifts)
    near = [shift for shift in shifts if shift.district == district and _fits(shift, unit_id)]
    return near or at_city_desk(shifts)


def at_city_desk(shifts: Sequence[Shift]) -> list[Shift]:
    """Of shifts, those of the city desk."""
    return [shift for shift in shifts if shift.district is None]


def _fits(shift: Shift, unit_id: int | None) -> bool:
    return shift.unit_id is None or unit_id is None or shift.unit_id == unit_id


def gaps(shifts: Sequence[Shift], places: Collection[str | None], start: datetime, end: datetime) -> list[Gap]:
    """When nobody answers for each place between two moments; the city desk answers for every district."""
    found: list[Gap] = []
    for place in places:
        reached = start
        serving = (shift for shift in shifts if shift.district is None or shift.district == place)
        for shift in sorted(serving, key=lambda shift: shift.starts_at):
            if shift.ends_at <= reached:
                continue
            if shift.starts_at >= end:
                break
            if shift.starts_at > reached:
                found.append(Gap(place, reached, shift.starts_at))
            reached = shift.ends_at
        if reached < end:
            found.append(Gap(place, reached, end))
    return found


def overlaps(shifts: Sequence[Shift]) -> list[Overlap]:
    """Pairs that run at the same time for the same place, or with the same person."""
    ordered = sorted(shifts, key=lambda shift: (shift.starts_at, shift.id))
    found: list[Overlap] = []
    for index, first in enumerate(ordered):
        for second in ordered[index + 1 :]:
            if second.starts_at >= first.ends_at:
                break
            same_place = first.district == second.district and first.unit_id == second.unit_id
            if same_place or first.staff_id == second.staff_id:
                found.append(Overlap(first, second, second.starts_at, min(first.ends_at, second.ends_at)))
    return found
