"""The case of a child that was harmed: who is neither of child protection nor on duty gives a reason before reading it."""

from starlette.responses import Response

from bot.console.visit import Visit, go
from bot.errors import InputError


def ask(visit: Visit, number: str, problem: str = "") -> Response:
    """The form for a reason; for a case that this person may not even know of, that there is none."""
    if not visit.parts.looks.is_sealed(visit.who, number):
        return visit.problem(404, "case")
    return visit.page("console/sealed.html", 403, number=number, problem=problem, reason=visit.text("reason"))


def look(visit: Visit) -> Response:
    """Take the reason, write it into the history and the audit log, and show the case."""
    number = visit.request.path_params["number"]
    try:
        visit.parts.looks.open_sealed(visit.who, number, visit.text("reason"))
    except InputError as error:
        return ask(visit, number, str(error))
    return go(f"/console/cases/{number}")
