"""What was published, by whom and why; comparing and going back."""

from starlette.responses import Response

from bot.console.policies.draft import Changed, around
from bot.console.policies.shared import title_of, who
from bot.console.visit import Visit, go
from bot.publishing.merging import compare
from bot.publishing.press import content_of
from bot.store import revisions, staff


def show(visit: Visit) -> Response:
    """All revisions, newest first."""
    asked = visit.request.query_params.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None
    with visit.parts.database.read() as connection:
        rows = revisions.latest(connection, 50, before)
        newest = revisions.newest(connection)
        names = staff.names(connection)
    return visit.page("console/policies/revisions.html", rows=rows, newest=newest, workers=names)


def one(visit: Visit) -> Response:
    """What a revision changed against the one before it."""
    with visit.parts.database.read() as connection:
        row = revisions.get(connection, visit.request.path_params["revision"])
        if row is None:
            return visit.problem(404, "page")
        earlier = revisions.latest(connection, 1, row.id)
        after = content_of(connection, row.version)
        before = content_of(connection, earlier[0].version) if earlier else after
        newest = revisions.newest(connection)
        names = staff.names(connection)
    changed = [path for path in sorted({*before, *after}) if before.get(path) != after.get(path)]
    return visit.page(
        "console/policies/revision.html", row=row, newest=newest, workers=names,
        files=[Changed(path, title_of(visit, path), around(compare(before.get(path), after.get(path)))) for path in changed],
    )


def roll_back(visit: Visit) -> Response:
    """Make an earlier revision the newest one."""
    made = visit.parts.press.roll_back(who(visit), visit.request.path_params["revision"], visit.text("reason"))
    return go(f"/console/policies/revisions/{made}", said="rolled_back")
