"""Every address under /console, with who may use it."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from jinja2 import Environment
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from bot.console import account, door
from bot.console.admin import health as health_page
from bot.console.admin import staff as staff_page
from bot.console.desk import actions, case, events, queue
from bot.console.parts import HealthReport, Parts
from bot.console.visit import HOME, Handler, Visit, go, signed
from bot.knowledge import Knowledge
from bot.reception import Desk
from bot.staff import Accounts, Invitations, Looks, Permission, Sessions
from bot.store.database import Database
from bot.web.csrf import Csrf
from bot.web.live import Live
from bot.web.templating import KeptFiles

_STATIC = Path(__file__).parent / "static"


def routes(
    *, database: Database, desk: Desk, knowledge: Callable[[], Knowledge], live: Live, templates: Environment,
    clock: Callable[[], datetime], csrf: Csrf, secure: bool, health: Callable[[], HealthReport],
) -> list[BaseRoute]:
    """All staff pages.

    Args:
        database, desk, knowledge, live, clock: the program below.
        templates: an environment that finds this package's templates.
        csrf: makes and checks the tokens of forms.
        secure: whether pages are served over https.
        health: see `HealthReport`.
    """
    accounts = Accounts(database, clock)
    parts = Parts(
        database, desk, knowledge, live, templates, clock, csrf, secure, health, accounts, Sessions(database, clock),
        Invitations(database, accounts, clock), Looks(database, clock), _fingerprint(),
    )

    def get(path: str, handler: Handler, permission: Permission | None = None) -> Route:
        return Route(path, signed(parts, handler, permission), methods=["GET"])

    def post(path: str, handler: Handler, permission: Permission | None = None) -> Route:
        return Route(path, signed(parts, handler, permission), methods=["POST"])

    deeds = [post(f"/console/cases/{{number}}/{name}", actions.handler(name), "work_cases") for name in actions.DEEDS]
    return [
        Mount("/console/static", KeptFiles(directory=_STATIC)),
        Route("/console/sign-in", door.stranger(parts, door.sign_in_page), methods=["GET"]),
        Route("/console/sign-in", door.stranger(parts, door.sign_in), methods=["POST"]),
        Route("/console/join/{token}", door.stranger(parts, door.join_page), methods=["GET"]),
        Route("/console/join/{token}", door.stranger(parts, door.join), methods=["POST"]),
        post("/console/sign-out", door.sign_out),
        get("/console", queue.show),
        Route("/console/events", events.queue_stream(parts), methods=["GET"]),
        Route("/console/changes", events.newest(parts), methods=["GET"]),
        get("/console/cases/{number}", case.show, "see_cases"),
        Route("/console/cases/{number}/events", events.case_stream(parts), methods=["GET"]),
        *deeds,
        get("/console/account", account.show),
        post("/console/account/password", account.change_password),
        post("/console/account/sessions", account.end_sessions),
        get("/console/staff", staff_page.show, "manage_staff"),
        post("/console/staff/invite", staff_page.invite, "manage_staff"),
        post("/console/staff/withdraw", staff_page.withdraw, "manage_staff"),
        post("/console/staff/{staff_id:int}/active", staff_page.set_active, "manage_staff"),
        get("/console/health", health_page.show, "see_health"),
        get("/console/{elsewhere:path}", _no_such_page),
    ]


def _no_such_page(visit: Visit) -> Response:
    """Everything else under /console, in the frame of the console."""
    return visit.problem(404, "page") if visit.request.path_params["elsewhere"] else go(HOME)


def _fingerprint() -> str:
    contents = b"".join(file.read_bytes() for file in sorted(_STATIC.iterdir()))
    return hashlib.sha256(contents).hexdigest()[:12]
