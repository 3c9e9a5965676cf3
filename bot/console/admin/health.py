"""How the program is doing: what waits to be sent, the language model, the knowledge, refused changes."""

from starlette.responses import Response

from bot.console.visit import Visit
from bot.store import cases, outbox

_SHOWN_APART = frozenset({"policy_faults", "nlu"})


def show(visit: Visit) -> Response:
    """One page, refreshed by itself."""
    report = visit.parts.health()
    with visit.parts.database.read() as connection:
        sending = outbox.counts(connection)
        open_cases = cases.counts(connection, visit.who.scope)
    more = {name: value for name, value in report.items() if name not in _SHOWN_APART}
    return visit.page("console/health.html", sending=sending, nlu=report.get("nlu", ""), more=more, counts=open_cases)
