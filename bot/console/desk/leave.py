"""Leave: who is away from when to when, and who stands in."""

from starlette.responses import Response

from bot.casework import may
from bot.console.desk.further import moment, row_id
from bot.console.visit import Visit, go
from bot.errors import InputError
from bot.store import absences, staff

HERE = "/console/leave"
TYPED = ("person", "deputy", "starts_at", "ends_at")


def show(visit: Visit) -> Response:
    """Leaves that run or come, and the form for one's own (supervisors: for anybody's)."""
    return _page(visit)


def enter(visit: Visit) -> Response:
    """Enter a leave."""
    try:
        person = row_id(visit, "person") if visit.text("person") else visit.who.id
        if not visit.text("deputy"):
            raise InputError("请选谁代班")
        visit.parts.desk.leaves.enter(
            visit.who.scope, person, row_id(visit, "deputy"), moment(visit.text("starts_at")), moment(visit.text("ends_at"))
        )
    except InputError as error:
        return _page(visit, str(error))
    return go(HERE, said="leave")


def take_back(visit: Visit) -> Response:
    """Take a leave back."""
    try:
        visit.parts.desk.leaves.take_back(visit.who.scope, row_id(visit, "leave"))
    except InputError as error:
        return _page(visit, str(error))
    return go(HERE, said="leave_back")


def _page(visit: Visit, problem: str = "") -> Response:
    scope = visit.who.scope
    with visit.parts.database.read() as connection:
        leaves = absences.upcoming(connection, visit.now)
        people = [person for person in staff.everyone(connection) if person.active and may(person.roles, "work_cases")]
        workers = staff.names(connection)
    mine = scope.may("supervise_cases")
    return visit.page(
        "console/leave.html", 409 if problem else 200, leaves=leaves, people=people, workers=workers, problem=problem, for_others=mine,
        typed={name: visit.text(name) for name in TYPED}, may_take_back=lambda leave: mine or leave.staff_id == visit.who.id,
    )
