"""The audit log, for auditors: filters in the address, the chain, and a file to take along."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.responses import Response

from bot.console.times import TIANJIN
from bot.console.visit import Visit
from bot.store import audit, staff
from bot.store.audit import AuditFilter

PAGE = "/console/audit"
ON_A_PAGE = 100
MOST_EXPORTED = 50_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address, or the form of an export, asks for; what cannot be read is as if it were not there."""

    actor: str = ""
    action: str = ""
    thing: str = ""
    since: str = ""
    until: str = ""
    page: int = 1

    @classmethod
    def of(cls, given: QueryParams | dict[str, str]) -> "Asked":
        """From fields."""
        page = given.get("page") or "1"
        number = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1
        words = {name: (given.get(name) or "").strip()[:64] for name in ("actor", "action", "thing", "since", "until")}
        return cls(**words, page=max(1, number))

    def filter(self) -> AuditFilter:
        """For the query; days are those of Tianjin's clocks, the last one included."""
        first, last = _day(self.since), _day(self.until)
        after = None if last is None else datetime.combine(last + timedelta(days=1), time(), TIANJIN)
        since = None if first is None else datetime.combine(first, time(), TIANJIN)
        return AuditFilter(self.actor, self.action, self.thing, since, after)

    def address(self, page: int = 1) -> str:
        """The address of one page of what is asked for."""
        fields = {**self.fields(), "page": "" if page == 1 else str(page)}
        kept = {name: value for name, value in fields.items() if value}
        return f"{PAGE}?{urlencode(kept)}" if kept else PAGE

    def fields(self) -> dict[str, str]:
        """What is asked for, without the page."""
        return {"actor": self.actor, "action": self.action, "thing": self.thing, "since": self.since, "until": self.until}


def show(visit: Visit, broken: int | None = None, verified: bool = False) -> Response:
    """The newest entries that fit."""
    asked = Asked.of(visit.request.query_params if visit.request.method == "GET" else {})
    wanted = asked.filter()
    with visit.parts.database.read() as connection:
        size = audit.size(connection, wanted)
        pages = max(1, -(-size // ON_A_PAGE))
        page = min(asked.page, pages)
        rows = audit.entries(connection, wanted, ON_A_PAGE, (page - 1) * ON_A_PAGE)
        actions = audit.actions(connection)
        workers = staff.names(connection)
    return visit.page(
        "console/audit.html", rows=rows, asked=asked, actions=actions, size=size, page=page, pages=pages, broken=broken,
        verified=verified, first=(page - 1) * ON_A_PAGE + 1, workers=workers, most=MOST_EXPORTED,
        people={f"staff:{staff_id}": name for staff_id, name in workers.items()},
    )


def verify(visit: Visit) -> Response:
    """Go through the whole chain."""
    with visit.parts.database.read() as connection:
        broken = audit.first_broken(connection)
    return show(visit, broken, verified=True)


def export(visit: Visit) -> Response:
    """The entries that fit as a CSV file, pseudonyms only; taking it is an entry itself."""
    asked = Asked.of({name: visit.text(name) for name in Asked().fields()})
    with visit.parts.database.read() as connection:
        rows = audit.entries(connection, asked.filter(), MOST_EXPORTED)
    visit.parts.looks.exported(visit.who, "audit")
    name = f"audit-{visit.now.astimezone(TIANJIN):%Y%m%d-%H%M}.csv"
    return Response(
        "\ufeff" + audit.as_csv(rows), media_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year < 2200 else None
