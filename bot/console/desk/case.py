"""One case: what the resident said, what we know and find, what to do next."""

from typing import Any

from starlette.responses import Response

from bot.casework import COLOURS, legal_moves
from bot.console.desk import sealed
from bot.console.desk.known import Known, mask_numbers
from bot.console.visit import Visit
from bot.store import cases, changes, conversations, screenings, staff, transcripts, units
from bot.store.cases import CaseRow

LINES_ON_A_PAGE = 200


def show(visit: Visit) -> Response:
    """The case page; every opening is a look that the audit log keeps."""
    return page(visit, visit.request.path_params["number"])


def page(visit: Visit, number: str, *, form: str = "", problem: str = "", status: int = 200) -> Response:
    """The case page, after a refused form with the reason beside it and the words still in it."""
    scope = visit.who.scope
    with visit.parts.database.read() as connection:
        newest = changes.highest(connection)
        case = cases.by_number(connection, scope, number)
        if case is None:
            return sealed.ask(visit, number)
        lines, older = _lines(visit, connection, case)
        history = cases.events(connection, case.id)
        conversation = conversations.get(connection, case.conversation_id)
        screening = screenings.latest(connection, case.conversation_id)
        workers = staff.names(connection)
        all_units = units.everyone(connection)
    visit.parts.looks.opened(visit.who, case.number, by_itself=visit.by_itself)
    unmasked = visit.parts.looks.is_unmasked(visit.who, case.number)
    typed = {name: visit.text(name) for name in ("text", "note", "reason", "outcome", "to", "colour")} if problem else {}
    return visit.page(
        "console/case.html", status, case=case, lines=lines, older=older, history=history, workers=workers,
        owner=conversation.owner_id, channel=conversation.channel, unmasked=unmasked, newest=newest,
        known=Known.of(visit.knowledge, case, screening, unmasked), screening=screening, colours=COLOURS,
        moves=[move for move in legal_moves(case.status) if move not in {"closed", "claimed", "new"}],
        may_close="closed" in legal_moves(case.status), outcomes=visit.knowledge.messages.names["case_outcome"],
        may_work=visit.who.may("work_cases"), in_hand=_in_hand(visit, case), form=form, problem=problem, typed=typed,
        units=all_units, may_give=visit.who.may("supervise_cases"),
        programme=visit.knowledge.short_name, shown=(lambda text: text) if unmasked else mask_numbers,
    )


def _lines(visit: Visit, connection: Any, case: CaseRow) -> tuple[list[transcripts.Line], int | None]:
    """A page of the transcript, and the id before which there is more (None: nothing older)."""
    asked = visit.request.query_params.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 15 else None
    lines = transcripts.latest(connection, case.conversation_id, LINES_ON_A_PAGE + 1, before)
    more = len(lines) > LINES_ON_A_PAGE
    lines = lines[1:] if more else lines
    return lines, lines[0].id if more else None


def _in_hand(visit: Visit, case: CaseRow) -> bool:
    """Whether this person may act on the case without asking a colleague."""
    mine = case.claimed_by == visit.who.id
    free = case.claimed_by is None and case.status == "new"
    return visit.who.may("work_cases") and (mine or free or visit.who.may("supervise_cases"))
