"""One case: what the resident said, what we know and find, what to do next."""

from typing import Any

from starlette.responses import Response

from bot.casework import COLOURS, Scope, legal_moves
from bot.console.desk import sealed
from bot.console.desk.known import Known, mask_numbers
from bot.console.desk.opening import Opening, is_late
from bot.console.desk.phrases import LONGEST_SEARCH, Filling, find, named
from bot.console.desk.ticket import ticket_text
from bot.console.times import TIANJIN
from bot.console.visit import Visit
from bot.store import (
    cases,
    changes,
    consents,
    conversations,
    mandatory_reports,
    papers,
    promises,
    screenings,
    staff,
    tags,
    transcripts,
    transfers,
    units,
    unsent,
)
from bot.store.cases import CaseRow
from bot.store.transfers import TransferRow

LINES_ON_A_PAGE = 200
TYPED = (
    "text", "note", "reason", "outcome", "to", "colour", "kind", "due_at", "name", "ticket", "tag", "tier", "recipient",
    "reported_at", "receipt", "why_not", "other",
)
"""Fields of forms that are shown again after a refusal."""


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
        conversation = conversations.get(connection, case.conversation_id)
        screening = screenings.latest(connection, case.conversation_id)
        told = transcripts.labels_told(connection, case.conversation_id)
        workers = staff.names(connection)
        promised = promises.of_case(connection, case.id)
        request = transfers.open_of(connection, case.id)
        kept: dict[str, Any] = {
            "history": cases.events(connection, case.id), "units": units.everyone(connection), "promises": promised,
            "papers": papers.of_case(connection, case.id), "tags": tags.of_case(connection, case.id),
            "tags_in_use": tags.in_use(connection), "request": request,
            "reports": mandatory_reports.of_case(connection, case.id), "unsent": unsent.of_case(connection, case.id, visit.who.id),
            "agreed": consents.latest(connection, case.conversation_id),
        }
    visit.parts.looks.opened(visit.who, case.number, by_itself=visit.by_itself)
    unmasked = visit.parts.looks.is_unmasked(visit.who, case.number)
    known = Known.of(visit.knowledge, case, screening, unmasked)
    opening = Opening.of(visit.knowledge, case, screening, need=known.need, told=told, promises=promised, workers=workers)
    in_hand = _in_hand(visit, case)
    return visit.page(
        "console/case.html", status, case=case, lines=lines, older=older, workers=workers, owner=conversation.owner_id,
        channel=conversation.channel, unmasked=unmasked, newest=newest, known=known, opening=opening, screening=screening,
        colours=COLOURS, ticket=ticket_text(visit.knowledge, case, known, opening), late=lambda item: is_late(item, visit.now),
        moves=[move for move in legal_moves(case.status) if move not in {"closed", "claimed", "new"}],
        may_close="closed" in legal_moves(case.status), outcomes=visit.knowledge.messages.names["case_outcome"],
        may_work=visit.who.may("work_cases"), in_hand=in_hand, form=form, problem=problem,
        typed={name: visit.text(name) for name in TYPED} if problem else {}, may_give=visit.who.may("supervise_cases"),
        programme=visit.knowledge.short_name, shown=(lambda text: text) if unmasked else mask_numbers,
        receives=request is not None and receives(scope, request), districts=list(visit.knowledge.districts),
        of_child=case.child_harm or bool(set(visit.knowledge.triage.sealed) & set(case.signals)),
        members=visit.parts.desk.households.members(scope, number),
        alike=visit.parts.desk.households.alike(scope, number)[:5] if in_hand and case.status != "closed" else [],
        earliest=_moment(visit), **_asked(visit, case, kept["papers"]), checklists=visit.knowledge.checklists, **kept,
    )


def receives(scope: Scope, request: TransferRow) -> bool:
    """Whether a transfer was asked of this person's desk."""
    if request.to_district is None:
        return scope.at_city_desk
    return scope.districts is None or request.to_district in scope.districts


def _asked(visit: Visit, case: CaseRow, asked: list[papers.PaperRow]) -> dict[str, Any]:
    """What was searched for in answers and figures, and what of it was chosen, for browsers without the script."""
    query = visit.request.query_params
    words = query.get("find", "")[:LONGEST_SEARCH]
    day, filling = visit.now.date(), Filling.of(case, visit.who.display_name, asked)
    chosen = named(visit.knowledge, query.get("use", "")[:100], day, filling)
    return {
        "asked": words, "found": find(visit.knowledge, words, day, filling) if words else [], "chosen": chosen.text if chosen else "",
    }


def _moment(visit: Visit) -> str:
    """The present moment, as a field of date and time takes it: nothing earlier can be promised."""
    return visit.now.astimezone(TIANJIN).strftime("%Y-%m-%dT%H:%M")


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
