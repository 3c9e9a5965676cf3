"""How the program is doing: what waits to be sent, the language model, the knowledge, refused changes."""

from starlette.responses import Response

from bot.answers import hardest_first, reminders
from bot.console.times import TIANJIN
from bot.console.visit import Visit
from bot.store import alerts, cases, duty, outbox

HARDEST_SHOWN = 20
_SHOWN_APART = frozenset({"policy_faults", "nlu", "alert_senders"})


def show(visit: Visit) -> Response:
    """One page, refreshed by itself."""
    report = visit.parts.health()
    senders = report.get("alert_senders")
    with visit.parts.database.read() as connection:
        sending = outbox.counts(connection)
        open_cases = cases.counts(connection, visit.who.scope)
        sender_states = alerts.states(connection, senders if isinstance(senders, list) else [])
        on_duty = len(duty.running(connection, visit.now))
    more = {name: value for name, value in report.items() if name not in _SHOWN_APART}
    day = visit.now.astimezone(TIANJIN).date()
    return visit.page(
        "console/health.html", sending=sending, sender_states=sender_states, on_duty=on_duty, nlu=report.get("nlu", ""), more=more, counts=open_cases,
        reminders=reminders(visit.knowledge, day), hardest=hardest_first(visit.knowledge, day)[:HARDEST_SHOWN],
    )
