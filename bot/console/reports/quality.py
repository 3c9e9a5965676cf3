"""Answer quality: what was shown, what helped, what a person was asked for after; what has to be checked or renewed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from starlette.responses import Response

from bot.answers.freshness import due, expiring, stale
from bot.console.policies.shared import title_of
from bot.console.visit import Visit
from bot.reception.learning import label_title
from bot.store import feedback
from bot.store.feedback import Quality

SPANS = (7, 30, 90)
FEWEST = 5
"""A share is shown from so many answers on; below it says nothing."""


@dataclass(frozen=True, slots=True)
class Row:
    """One answer on the page."""

    label: str
    title: str
    found: Quality

    @property
    def handed_share(self) -> float:
        """Share of talks in which a person was asked for afterwards; the order of the page."""
        return self.found.handed_over / self.found.shown if self.found.shown else 0.0

    @property
    def unhelpful_share(self) -> float:
        """Share of «did not help» among those who said anything."""
        said = self.found.helped + self.found.not_helped
        return self.found.not_helped / said if said else 0.0


ORDERS: dict[str, Callable[[Row], tuple[float, float]]] = {
    "shown": lambda row: (-row.found.shown, 0),
    "not_helped": lambda row: (-row.found.not_helped, -row.unhelpful_share),
    "handed_over": lambda row: (-row.found.handed_over, -row.handed_share),
}


def show(visit: Visit) -> Response:
    """The page; span of days and order stand in the address."""
    asked = visit.request.query_params.get("days", "")
    days = int(asked) if asked in {str(span) for span in SPANS} else SPANS[1]
    order = visit.request.query_params.get("order", "")
    order = order if order in ORDERS else "not_helped"
    since, today = visit.now - timedelta(days=days), visit.now.date()
    with visit.parts.database.read() as connection:
        found, remarks = feedback.quality(connection, since), feedback.remarks(connection, since)
    rows = sorted((Row(label, label_title(visit.knowledge, label), item) for label, item in found.items()), key=ORDERS[order])
    return visit.page(
        "console/reports/quality.html", rows=rows, remarks=remarks, days=days, spans=SPANS, order=order, fewest=FEWEST,
        stale=stale(visit.knowledge, today), due=due(visit.knowledge, today), expiring=expiring(visit.knowledge, today), today=today,
        file_title=lambda path: title_of(visit, path), title=lambda label: label_title(visit.knowledge, label),
        answers=visit.knowledge.answers,
    )
