"""政策找人: lists by district, released by a supervisor or not at all."""

from starlette.responses import Response

from bot.console.visit import Visit, go
from bot.reception.whatif import HIDDEN

HERE = "/console/outreach"


def show(visit: Visit) -> Response:
    """The lists within reach, and the message as it will be read."""
    return visit.page(
        "console/reports/outreach.html", listings=visit.parts.outreach.listings(visit.who.scope), hidden=HIDDEN,
        message=visit.knowledge.messages.texts["outreach"], stop=visit.knowledge.messages.buttons["outreach_stop"],
        look=visit.knowledge.messages.buttons["outreach_look"],
    )


def release(visit: Visit) -> Response:
    """Write to everybody of a list within reach."""
    visit.parts.outreach.release(visit.who.scope, _asked(visit))
    return go(HERE, said="outreach_released")


def drop(visit: Visit) -> Response:
    """Write to nobody."""
    visit.parts.outreach.drop(visit.who.scope, _asked(visit))
    return go(HERE, said="outreach_dropped")


def _asked(visit: Visit) -> int:
    given = visit.text("listing")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0
