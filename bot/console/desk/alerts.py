"""Alarms on open consoles: the banner by itself, and «I have seen it» with one key or click."""

from starlette.responses import Response

from bot.console.visit import HOME, Visit, go
from bot.errors import InputError
from bot.store import alerts


def banner(visit: Visit) -> Response:
    """The rows of the banner, for the script that keeps it live on the page named by `at`."""
    return visit.page("console/alarm_rows.html")


def seen(visit: Visit) -> Response:
    """Answer the alarm of a case and go to the case; when somebody was faster, say who."""
    number = visit.request.path_params["number"]
    with visit.parts.database.read() as connection:
        if not alerts.may_know_of(connection, visit.who.scope, number):
            return visit.problem(404, "case")
    try:
        visit.parts.desk.alarms.acknowledge(visit.who.scope, number)
    except InputError as error:
        return visit.problem(409, "refused", str(error))
    return go(f"{HOME}/cases/{number}", said="seen")
