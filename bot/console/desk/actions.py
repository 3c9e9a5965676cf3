"""What staff do to a case. Each form ends in a fresh page with a message, or in the same page with the reason."""

from collections.abc import Callable

from starlette.responses import Response

from bot.console.desk import case as case_page
from bot.console.desk import further
from bot.console.desk.phrases import open_gaps
from bot.console.visit import Handler, Visit, go
from bot.errors import InputError
from bot.store import cases

Deed = Callable[[Visit, str], None]


def _claim(visit: Visit, number: str) -> None:
    visit.parts.desk.talk.claim(visit.who.scope, number)


def _take_over(visit: Visit, number: str) -> None:
    visit.parts.desk.talk.take_over(visit.who.scope, number)


def _write(visit: Visit, number: str) -> None:
    left = open_gaps(visit.knowledge, visit.text("text"))
    if left:
        raise InputError(f"还没填：{'、'.join(left)}。填好再发送")
    visit.parts.desk.talk.write(visit.who.scope, number, visit.text("text"))


def _give_back(visit: Visit, number: str) -> None:
    visit.parts.desk.talk.give_back(visit.who.scope, number)


def _move(visit: Visit, number: str) -> None:
    if visit.text("to") == "closed":
        raise InputError("结案请用下面的「结案」，要选结果并写一句说明")
    visit.parts.desk.moves.move(visit.who.scope, number, visit.text("to"), note=visit.text("note"))


def _close(visit: Visit, number: str) -> None:
    visit.parts.desk.moves.move(
        visit.who.scope, number, "closed", outcome=visit.text("outcome"), note=visit.text("note")
    )


def _note(visit: Visit, number: str) -> None:
    visit.parts.desk.promises.note(visit.who.scope, number, visit.text("text"))


def _colour(visit: Visit, number: str) -> None:
    visit.parts.desk.moves.set_colour(visit.who.scope, number, visit.text("colour"), visit.text("reason"))


def _unmask(visit: Visit, number: str) -> None:
    visit.parts.looks.unmask(visit.who, number)


def _unit(visit: Visit, number: str) -> None:
    chosen = visit.text("unit")
    unit = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) <= further.LONGEST_ID else None
    visit.parts.desk.moves.give_to_unit(visit.who.scope, number, unit)


PROVEN = frozenset({"contact"})
"""Deeds that show personal data, for which a password or code was given within the last minutes."""
DEEDS: dict[str, Deed] = {
    "claim": _claim, "take-over": _take_over, "write": _write, "give-back": _give_back, "move": _move,
    "close": _close, "note": _note, "colour": _colour, "contact": _unmask, "unit": _unit,
    "answered": further.answered, "verify": further.verify, "lower": further.lower, "promise": further.promise,
    "kept": further.kept, "not-reached": further.not_reached, "paper": further.paper, "checklist": further.checklist, "paper-came": further.paper_came,
    "ticket": further.ticket, "tag": further.tag, "untag": further.untag, "tier": further.tier,
    "transfer": further.transfer, "accept": further.accept, "refuse": further.refuse, "join": further.join,
    "part": further.part, "child-report": further.child_report,
}
"""Last part of the address → what it does. The same word picks the message and the place of an error."""
QUIET: dict[str, Deed] = {"keep": further.keep}
"""What a page sends by itself; it is answered with nothing, or with the reason in plain text."""


def handler(deed: str) -> Handler:
    """The handler of one form."""
    act = DEEDS[deed]

    def handle(visit: Visit) -> Response:
        number = visit.request.path_params["number"]
        try:
            act(visit, number)
        except InputError as error:
            return case_page.page(visit, number, form=deed, problem=str(error), status=409)
        return go(f"/console/cases/{number}", said=deed)

    return handle


def quiet(deed: str) -> Handler:
    """The handler of what a page sends by itself."""
    act = QUIET[deed]

    def handle(visit: Visit) -> Response:
        number = visit.request.path_params["number"]
        with visit.parts.database.read() as connection:
            if cases.by_number(connection, visit.who.scope, number) is None:
                return visit.problem(404, "case")
        try:
            act(visit, number)
        except InputError as error:
            return Response(str(error), 409, media_type="text/plain")
        return Response(status_code=204)

    return handle
