"""The queue: who is in danger, who waits longest, what is mine. Its filters stand in the address."""

from dataclasses import dataclass, replace
from typing import get_args
from urllib.parse import urlencode

from sqlalchemy import Connection
from starlette.datastructures import QueryParams
from starlette.responses import Response

from bot.casework import COLOURS, Status
from bot.console.visit import HOME, Visit, go
from bot.store import cases, changes, promises, queue, staff, tags
from bot.store.promises import PromiseRow
from bot.store.queue import QueueFilter

ON_A_PAGE = 100
MOST_PROMISES = 8
MOST_LATE = 6
STATUSES: tuple[str, ...] = get_args(Status)
FLAGS = ("mine", "unclaimed", "overdue", "unverified", "offered")
TEXTS = ("colour", "district", "number", "programme", "tag", "ticket")


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address says to show."""

    wanted: QueueFilter
    after: str = ""
    """Key of the page that was asked for; empty for the first."""
    before: str = ""

    @classmethod
    def of(cls, query: QueryParams, districts: frozenset[str], programmes: frozenset[str]) -> "Filters":
        """The filters of an address; what does not exist is as if it were not there."""
        given = {name: query.get(name, "").strip()[:40] for name in (*TEXTS, "status", "holder")}
        known = {"colour": frozenset(COLOURS), "district": districts, "programme": programmes}
        texts = {name: given[name] for name in TEXTS if name not in known or given[name] in known[name]}
        holder = given["holder"]
        wanted = QueueFilter(
            status=given["status"] if given["status"] in {*STATUSES, "all"} else "open",
            holder=int(holder) if holder.isascii() and holder.isdigit() and len(holder) < 10 else None,
            **texts, **{name: query.get(name) == "1" for name in FLAGS},  # type: ignore[arg-type]
        )
        return cls(wanted, query.get("after", "")[:60], query.get("before", "")[:60])

    def address(self, **values: object) -> str:
        """The address of the queue with some filters changed; it starts at the first page again unless a key is among them."""
        place = {name: str(values.pop(name, "")) for name in ("after", "before")}
        wanted = replace(self.wanted, **values)  # type: ignore[arg-type]  # names are checked by `replace` itself
        query = {
            "status": "" if wanted.status == "open" else wanted.status,
            **{name: getattr(wanted, name) for name in TEXTS},
            **{name: "1" if getattr(wanted, name) else "" for name in FLAGS},
            "holder": "" if wanted.holder is None else str(wanted.holder), **place,
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
    filters = Filters.of(visit.request.query_params, frozenset(visit.knowledge.districts), frozenset(visit.knowledge.labels.programmes))
    scope, now = visit.who.scope, visit.now
    with visit.parts.database.read() as connection:
        newest = changes.highest(connection)
        wanted = _by_ticket(connection, visit, filters.wanted)
        page = queue.page(connection, scope, wanted, now, ON_A_PAGE, after=filters.after, before=filters.before)
        counts = queue.counts(connection, scope, now)
        chips = {name: queue.size(connection, scope, QueueFilter(**{name: True}), now) for name in FLAGS}  # type: ignore[arg-type]
        late = sorted(queue.breached(connection, scope), key=lambda case: COLOURS.index(case.colour))[:MOST_LATE]
        load = queue.load(connection, scope, now) if visit.who.may("supervise_cases") else []
        colleagues = [person for person in staff.everyone(connection) if person.active] if load else []
        size = queue.size(connection, scope, wanted, now)
        in_use = tags.in_use(connection)
        workers = staff.names(connection)
        promised = _promised(connection, visit)
    return visit.page(
        "console/queue.html", rows=page.rows, after=page.after, before=page.before, counts=counts, chips=chips, late=late, load=load,
        colleagues=colleagues, workers=workers, size=size, most=queue.MOST, filters=filters, wanted=filters.wanted, newest=newest,
        statuses=STATUSES, districts=_districts(visit), programme=visit.knowledge.short_name, programmes=list(visit.knowledge.labels.programmes),
        tags=in_use, total=sum(counts.values()), promised=promised,
    )


def suggest(visit: Visit) -> Response:
    """「下一个」: to the case that should be taken next."""
    with visit.parts.database.read() as connection:
        following = queue.next_for(connection, visit.who.scope, visit.now)
    return go(HOME, said="all_done") if following is None else go(f"{HOME}/cases/{following.number}")


def assign(visit: Visit) -> Response:
    """Give several cases to one colleague; what could not be given is said."""
    person = visit.text("person")
    numbers = visit.texts("number")[:ON_A_PAGE]
    if not numbers or not (person.isascii() and person.isdigit() and len(person) < 10):
        return visit.problem(400, "refused", "请先在左边选个案，再选同事")
    done = visit.parts.desk.hands.assign(visit.who.scope, numbers, int(person))
    if done.refused:
        sentences = "；".join(f"{number}：{sentence}" for number, sentence in done.refused.items())
        return visit.problem(409, "refused", f"改派好 {len(done.done)} 件，没有改的：{sentences}")
    return go(HOME, said="assigned")


def _by_ticket(connection: Connection, visit: Visit, wanted: QueueFilter) -> QueueFilter:
    """The field for numbers takes the number of a 12345 ticket as well."""
    if not wanted.number or queue.size(connection, visit.who.scope, wanted, visit.now, 1):
        return wanted
    return replace(wanted, number="", ticket=wanted.number)


def _promised(connection: Connection, visit: Visit) -> list[tuple[PromiseRow, cases.CaseRow]]:
    """What this person promised, the most pressing first."""
    mine = promises.open_of(connection, [visit.who.id])[:MOST_PROMISES]
    return [(item, cases.get(connection, item.case_id)) for item in mine]


def _districts(visit: Visit) -> list[str]:
    own = visit.who.scope.districts
    return [name for name in visit.knowledge.districts if own is None or name in own]
