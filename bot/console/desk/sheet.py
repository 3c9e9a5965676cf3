"""One file to print or keep as PDF: without telephone and numbers unless a password or code was given again.

Urgency and tier stand on no print: the sheet may reach the resident.
"""

from starlette.responses import Response

from bot.console.desk import sealed
from bot.console.desk.known import Known, mask_numbers
from bot.console.desk.opening import Opening
from bot.console.visit import Visit
from bot.store import cases, papers, promises, screenings, staff, transcripts

MOST_LINES = 5_000


def show(visit: Visit) -> Response:
    """The sheet without secrets; with `talk=1` the words that were said are below it."""
    return _sheet(visit, whole=False, talk=visit.request.query_params.get("talk") == "1")


def show_whole(visit: Visit) -> Response:
    """The sheet with telephone and numbers; printing it is a look that the audit log keeps."""
    number = visit.request.path_params["number"]
    if _is_hidden(visit, number):
        return sealed.ask(visit, number)
    visit.parts.looks.unmask(visit.who, number)
    return _sheet(visit, whole=True, talk=visit.text("talk") == "1")


def _is_hidden(visit: Visit, number: str) -> bool:
    with visit.parts.database.read() as connection:
        return cases.by_number(connection, visit.who.scope, number) is None


def _sheet(visit: Visit, *, whole: bool, talk: bool) -> Response:
    number = visit.request.path_params["number"]
    with visit.parts.database.read() as connection:
        case = cases.by_number(connection, visit.who.scope, number)
        if case is None:
            return sealed.ask(visit, number)
        screening = screenings.latest(connection, case.conversation_id)
        lines = transcripts.lines(connection, case.conversation_id, limit=MOST_LINES) if talk else []
        told = transcripts.labels_told(connection, case.conversation_id)
        promised = promises.of_case(connection, case.id)
        asked = papers.of_case(connection, case.id)
        history = cases.events(connection, case.id)
        workers = staff.names(connection)
    visit.parts.looks.opened(visit.who, number)
    visit.parts.looks.exported(visit.who, f"case:{number}")
    known = Known.of(visit.knowledge, case, screening, whole)
    opening = Opening.of(visit.knowledge, case, screening, need=known.need, told=told, promises=promised, workers=workers)
    return visit.page(
        "console/sheet.html", case=case, known=known, opening=opening, lines=lines, promises=promised, papers=asked,
        history=[item for item in history if not item.what.startswith(("colour", "tier", "verified", "looked", "opened_with_reason"))],
        workers=workers, whole=whole, talk=talk, shown=(lambda text: text) if whole else mask_numbers,
        may_work=visit.who.may("work_cases"),
    )
