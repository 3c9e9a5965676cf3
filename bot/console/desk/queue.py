"""The queue: who is in danger, who waits longest, what is mine. Its filters stand in the address."""

from dataclasses import dataclass, replace
from typing import get_args
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.responses import Response

from bot.casework import COLOURS, Status
from bot.console.visit import HOME, Visit
from bot.store import cases, changes, staff
from bot.store.cases import QueueFilter

ON_A_PAGE = 100
STATUSES: tuple[str, ...] = get_args(Status)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address says to show."""

    wanted: QueueFilter
    page: int = 1

    @classmethod
    def of(cls, query: QueryParams, districts: frozenset[str]) -> "Filters":
        """The filters of an address; what does not exist is as if it were not there."""
        status, colour, district = (query.get(name, "") for name in ("status", "colour", "district"))
        page = query.get("page", "1")
        wanted = QueueFilter(
            status=status if status in {*STATUSES, "all"} else "open",
            colour=colour if colour in COLOURS else "",
            district=district if district in districts else "",
            mine=query.get("mine") == "1",
            unclaimed=query.get("unclaimed") == "1",
            number=query.get("number", "").strip()[:24],
        )
        return cls(wanted, int(page) if page.isascii() and page.isdigit() and 0 < int(page[:6]) < 10_000 else 1)

    def address(self, **values: object) -> str:
        """The address of the queue with some filters changed; the page starts at the first again."""
        page = int(str(values.pop("page", 1)))
        wanted = replace(self.wanted, **values)  # type: ignore[arg-type]  # names are checked by `replace` itself
        query = {
            "status": "" if wanted.status == "open" else wanted.status, "colour": wanted.colour,
            "district": wanted.district, "mine": "1" if wanted.mine else "", "unclaimed": "1" if wanted.unclaimed else "",
            "number": wanted.number, "page": "" if page == 1 else str(page),
        }
        kept = {name: value for name, value in query.items() if value}
        return f"{HOME}?{urlencode(kept)}" if kept else HOME

    @property
    def any(self) -> bool:
        """Whether anything but the open cases of the scope is asked for."""
        return self.address() != HOME


def show(visit: Visit) -> Response:
    """The queue page."""
    if not visit.who.may("see_cases"):
        return visit.page("console/no_desk.html")
    filters = Filters.of(visit.request.query_params, frozenset(visit.knowledge.districts))
    scope = visit.who.scope
    with visit.parts.database.read() as connection:
        newest = changes.highest(connection)
        size = cases.queue_size(connection, scope, filters.wanted)
        pages = max(1, -(-size // ON_A_PAGE))
        page = min(filters.page, pages)
        rows = cases.queue(connection, scope, filters.wanted, ON_A_PAGE, (page - 1) * ON_A_PAGE)
        counts = cases.counts(connection, scope)
        mine = cases.queue_size(connection, scope, QueueFilter(mine=True))
        unclaimed = cases.queue_size(connection, scope, QueueFilter(unclaimed=True))
        workers = staff.names(connection)
    return visit.page(
        "console/queue.html", rows=rows, counts=counts, mine=mine, unclaimed=unclaimed, workers=workers, size=size,
        filters=filters, wanted=filters.wanted, page=page, pages=pages, newest=newest, statuses=STATUSES,
        districts=_districts(visit), programme=visit.knowledge.short_name, total=sum(counts.values()),
        first=(page - 1) * ON_A_PAGE + 1,
    )


def _districts(visit: Visit) -> list[str]:
    own = visit.who.scope.districts
    return [name for name in visit.knowledge.districts if own is None or name in own]
