"""The duty roster: who is on now, when nobody is, what overlaps, and the forms to change it."""

from datetime import datetime, timedelta

from starlette.responses import Response

from bot.casework.duty import Shift, gaps, overlaps, running
from bot.console.times import TIANJIN
from bot.console.visit import Visit, go
from bot.errors import InputError
from bot.reception.desk import Wish
from bot.reception.duty import covers
from bot.store import duty, staff, units
from bot.store.staff import StaffRow

PAGE = "/console/duty"
AHEAD = timedelta(days=7)
"""So far gaps are looked for."""
LISTED = timedelta(days=62)
CITY = "city"
"""Value of the list of places for the city desk."""
EVENING = 18
_FIELDS = ("shift", "staff", "deputy", "place", "unit", "starts", "ends", "days", "who", "phone", "reach")


def show(visit: Visit, status: int = 200, problem: str = "", form: str = "") -> Response:
    """The roster; `?shift=3` puts a shift into the form, a refused form keeps what was typed."""
    now = visit.now.astimezone(TIANJIN)
    with visit.parts.database.read() as connection:
        shifts = duty.between(connection, now, now + LISTED)
        accounts = [account for account in staff.everyone(connection) if account.active]
        all_units = units.everyone(connection)
        reach = duty.reach(connection)
    scope = visit.who.scope
    own = _places(visit)
    near = [shift for shift in shifts if shift.district is None or scope.districts is None or shift.district in scope.districts]
    rostered = {shift.district for shift in shifts} & set(own)
    places = [None, *sorted(place for place in rostered if place is not None)] if scope.at_city_desk else sorted(own, key=str)
    edited = next((shift for shift in near if str(shift.id) == visit.request.query_params.get("shift", "")), None)
    here = [account for account in accounts if _serves(account, own)]
    return visit.page(
        "console/duty.html", status, shifts=near, on_now=running(near, now), gaps=gaps(shifts, places, now, now + AHEAD),
        overlaps=overlaps(near), span=lambda start, end: span_words(start, end, now), horizon=now + AHEAD,
        since=lambda start: f"{_day(start.astimezone(TIANJIN), now)} {start.astimezone(TIANJIN):%H:%M}",
        people={account.id: account.display_name for account in accounts}, here=here, units=all_units, reach=reach, own=own,
        may_edit=visit.who.may("supervise_cases"), editable=[shift.id for shift in near if shift.district in own], typed=_typed(visit, edited), edited=edited,
        problem=problem, form=form, city=CITY,
    )


def save(visit: Visit) -> Response:
    """Enter a shift, or replace the one the form names."""
    try:
        wish = Wish(
            _number(visit.text("staff")), _number(visit.text("deputy")), _place(visit.text("place")), _number(visit.text("unit")),
            moment(visit.text("starts")), moment(visit.text("ends")),
        )
        shift = _number(visit.text("shift"))
        if shift is None:
            visit.parts.desk.roster.enter(visit.who.scope, wish, _number(visit.text("days") or "1") or 0)
        else:
            visit.parts.desk.roster.change(visit.who.scope, shift, wish)
    except InputError as error:
        return show(visit, 409, str(error), "save")
    return go(PAGE, said="duty_saved")


def remove(visit: Visit) -> Response:
    """Take a shift off."""
    try:
        visit.parts.desk.roster.remove(visit.who.scope, _number(visit.text("shift")) or 0)
    except InputError as error:
        return show(visit, 409, str(error), "remove")
    return go(PAGE, said="duty_removed")


def set_reach(visit: Visit) -> Response:
    """How somebody is reached."""
    try:
        visit.parts.desk.roster.set_reach(visit.who.scope, _number(visit.text("who")), visit.text("phone"), visit.text("reach"))
    except InputError as error:
        return show(visit, 409, str(error), "reach")
    return go(PAGE, said="duty_reach")


def moment(text: str) -> datetime | None:
    """What a field for day and time holds, on Tianjin's clocks; None when it cannot be read."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.replace(tzinfo=TIANJIN) if found.tzinfo is None and 2000 <= found.year < 2200 else None


def span_words(start: datetime, end: datetime, now: datetime) -> str:
    """「今晚 20:00–08:00」, 「明天 08:00–20:00」, 「11 月 28 日 20:00–11 月 30 日 08:00」."""
    first, last = start.astimezone(TIANJIN), end.astimezone(TIANJIN)
    overnight = (last.date() - first.date()).days == 1 and last.hour < 12
    until = f"{last:%H:%M}" if last.date() == first.date() or overnight else f"{_day(last, now)} {last:%H:%M}"
    return f"{_day(first, now)} {first:%H:%M}–{until}"


def _day(at: datetime, now: datetime) -> str:
    match (at.date() - now.astimezone(TIANJIN).date()).days:
        case 0:
            return "今晚" if at.hour >= EVENING else "今天"
        case 1:
            return "明晚" if at.hour >= EVENING else "明天"
        case _:
            return f"{at.month} 月 {at.day} 日"


def _places(visit: Visit) -> list[str | None]:
    """Where this person may change the roster."""
    scope = visit.who.scope
    districts: list[str | None] = [name for name in visit.knowledge.districts if scope.districts is None or name in scope.districts]
    return [None, *districts] if scope.at_city_desk else districts


def _serves(account: StaffRow, places: list[str | None]) -> bool:
    return any(covers(account, place) for place in places)


def _typed(visit: Visit, edited: Shift | None) -> dict[str, str]:
    """What the form shows: what was typed, the shift that is edited, or nothing."""
    if visit.form:
        return {name: visit.text(name) for name in _FIELDS}
    if edited is None:
        return {**dict.fromkeys(_FIELDS, ""), "days": "1", "who": str(visit.who.id)}
    return {
        **dict.fromkeys(_FIELDS, ""),
        "shift": str(edited.id), "staff": str(edited.staff_id), "deputy": str(edited.deputy_id or ""), "place": edited.district or CITY,
        "unit": str(edited.unit_id or ""), "starts": _field(edited.starts_at), "ends": _field(edited.ends_at), "days": "1", "who": str(visit.who.id),
    }


def _field(at: datetime) -> str:
    return at.astimezone(TIANJIN).strftime("%Y-%m-%dT%H:%M")


def _place(text: str) -> str | None:
    if not text:
        raise InputError("请选哪一处的值班")
    return None if text == CITY else text[:16]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
