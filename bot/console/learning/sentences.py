"""The sentences that officers taught: all of them, one more, one less."""

from starlette.responses import Response

from bot.console.learning.vain import choices, verdict
from bot.console.visit import Visit, go
from bot.errors import InputError
from bot.reception.learning import MOST_AT_ONCE, Verdict, label_title
from bot.store import learned, staff

HERE = "/console/learning/sentences"


def show(visit: Visit) -> Response:
    """The table and the form."""
    return _page(visit)


def _page(
    visit: Visit, *, problem: str = "", wordings: str = "", label: str = "", verdicts: list[tuple[str, Verdict]] | None = None
) -> Response:
    with visit.parts.database.read() as connection:
        rows, names = learned.in_use(connection), staff.names(connection)
    return visit.page(
        "console/learning/sentences.html", 400 if problem else 200, rows=rows, workers=names, problem=problem, wordings=wordings,
        chosen=label, choices=choices(visit.knowledge), verdicts=verdicts or [], title=lambda name: label_title(visit.knowledge, name),
    )


def add(visit: Visit) -> Response:
    """Teach wordings without a group; or, with «try», how they are read now."""
    wordings, label = visit.text("wordings")[:4_000], visit.text("label")
    if "try" in visit.form:
        tried = [(line, verdict(visit, line)) for line in wordings.splitlines()[:MOST_AT_ONCE] if line.strip()]
        return _page(visit, wordings=wordings, label=label, verdicts=tried)
    try:
        visit.parts.learning.taken_as(visit.who.id, (), label, wordings.splitlines())
    except InputError as error:
        return _page(visit, problem=str(error), wordings=wordings, label=label)
    return go(HERE, said="taught")


def withdraw(visit: Visit) -> Response:
    """Out of the next training."""
    visit.parts.learning.withdraw(visit.who.id, visit.request.path_params["sentence"])
    return go(HERE, said="untaught")
