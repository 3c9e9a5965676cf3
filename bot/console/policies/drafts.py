"""Drafts under way, and beginning one."""

from starlette.responses import Response

from bot.console.policies.shared import FORMS, who
from bot.console.visit import Visit, go
from bot.store import drafts, staff


def show(visit: Visit) -> Response:
    """Open drafts first, then what was published or given up lately."""
    with visit.parts.database.read() as connection:
        under_way = drafts.in_state(connection, drafts.OPEN)
        ended = drafts.in_state(connection, ("published", "dropped"), limit=30)
        names = staff.names(connection)
    return visit.page("console/policies/drafts.html", under_way=under_way, ended=ended, workers=names)


def start(visit: Visit) -> Response:
    """Begin a draft; straight to the file it was begun for, where the form names one."""
    made = visit.parts.press.start(who(visit), visit.text("title"), visit.text("document_number"))
    path = visit.text("path")
    if path:
        way = "form" if path in FORMS else "edit"
        return go(f"/console/policies/drafts/{made}/{way}", path=path)
    return go(f"/console/policies/drafts/{made}", said="draft_started")
