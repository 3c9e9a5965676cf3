"""Every address under /console, with who may use it."""

import hashlib
from collections.abc import Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from bot.console import account, door
from bot.console.admin import audit as audit_page
from bot.console.admin import colleague
from bot.console.admin import health as health_page
from bot.console.admin import staff as staff_page
from bot.console.desk import actions, alerts, case, events, intake, leave, phrases, queue, roster, sealed, sheet
from bot.console.learning.pages import pages as learning_pages
from bot.console.parts import HealthReport, Parts, Population
from bot.console.policies.pages import pages as policy_pages
from bot.console.reports.pages import pages as report_pages
from bot.console.visit import HOME, Handler, Visit, go, signed
from bot.knowledge import Knowledge
from bot.privacy import KeyedHash
from bot.publishing import Press
from bot.reception import Desk, Incoming
from bot.reception.learning import Learning
from bot.reception.outreach import Outreach
from bot.staff import Accounts, Door, Invitations, KnownBrowsers, Looks, Passwords, Permission, SecondFactor, Sessions
from bot.store.database import Database
from bot.web.csrf import Csrf
from bot.web.live import Live
from bot.web.templating import KeptFiles

_STATIC = Path(__file__).parent / "static"


def routes(
    *, database: Database, desk: Desk, knowledge: Callable[[], Knowledge], live: Live, templates: Environment,
    clock: Callable[[], datetime], csrf: Csrf, secure: bool, health: Callable[[], HealthReport],
    hashes: KeyedHash, take_in: Callable[[Incoming], Coroutine[Any, Any, int]], press: Press, population: Population, learning: Learning,
    outreach: Outreach, site: str, second_factor_required: bool = False, passwords: Passwords | None = None,
) -> list[BaseRoute]:
    """All staff pages.

    Args:
        database, desk, knowledge, live, clock: the program below.
        templates: an environment that finds this package's templates.
        csrf: makes and checks the tokens of forms.
        secure: whether pages are served over https.
        health: see `HealthReport`.
        hashes: for recovery codes and what wrong tries are counted by.
        press, population, learning, outreach: see `Parts`.
        site: public root of all links, without a slash at the end.
        take_in: answers a message of a caller on the telephone (`Reception.receive`).
        second_factor_required: whether everybody must set one up before the first page.
        passwords: how they are hashed; None for the proper way.
    """
    accounts, second_factor = Accounts(database, clock, passwords), SecondFactor(database, clock, hashes)
    door_keeper = Door(database, clock, accounts.passwords, second_factor, hashes, required=second_factor_required)
    parts = Parts(
        database, desk, knowledge, live, templates, clock, csrf, secure, health, accounts, Sessions(database, clock),
        Invitations(database, accounts, clock), Looks(database, clock), _fingerprint(),
        door_keeper, second_factor, KnownBrowsers(hashes), take_in, press, population, learning, outreach, site,
    )

    def get(path: str, handler: Handler, permission: Permission | None = None) -> Route:
        return Route(path, signed(parts, handler, permission), methods=["GET"])

    def post(path: str, handler: Handler, permission: Permission | None = None, *, proven: bool = False) -> Route:
        return Route(path, signed(parts, handler, permission, proven=proven), methods=["POST"])

    deeds = [
        post(f"/console/cases/{{number}}/{name}", actions.handler(name), "work_cases", proven=name in actions.PROVEN) for name in actions.DEEDS
    ]
    quiet = [post(f"/console/cases/{{number}}/{name}", actions.quiet(name), "work_cases") for name in actions.QUIET]
    return [
        Mount("/console/static", KeptFiles(directory=_STATIC)),
        Route("/console/sign-in", door.stranger(parts, door.sign_in_page), methods=["GET"]),
        Route("/console/sign-in", door.stranger(parts, door.sign_in), methods=["POST"]),
        Route("/console/code", door.stranger(parts, door.code_page), methods=["GET"]),
        Route("/console/code", door.stranger(parts, door.code), methods=["POST"]),
        Route("/console/enrol", door.stranger(parts, door.enrol_page), methods=["GET"]),
        Route("/console/enrol", door.stranger(parts, door.enrol), methods=["POST"]),
        Route("/console/join/{token}", door.stranger(parts, door.join_page), methods=["GET"]),
        Route("/console/join/{token}", door.stranger(parts, door.join), methods=["POST"]),
        post("/console/sign-out", door.sign_out),
        get("/console", queue.show),
        Route("/console/events", events.queue_stream(parts), methods=["GET"]),
        Route("/console/changes", events.newest(parts), methods=["GET"]),
        get("/console/intake", intake.begin, "work_cases"),
        post("/console/intake", intake.start, "work_cases"),
        get("/console/intake/{conversation_id:int}", intake.show, "work_cases"),
        post("/console/intake/{conversation_id:int}/say", intake.say, "work_cases"),
        get("/console/leave", leave.show, "work_cases"),
        post("/console/leave", leave.enter, "work_cases"),
        post("/console/leave/take-back", leave.take_back, "work_cases"),
        get("/console/next", queue.suggest, "work_cases"),
        post("/console/assign", queue.assign, "supervise_cases"),
        get("/console/cases/{number}", case.show, "see_cases"),
        Route("/console/cases/{number}/events", events.case_stream(parts), methods=["GET"]),
        post("/console/cases/{number}/look", sealed.look, "see_cases"),
        *deeds,
        *quiet,
        get("/console/cases/{number}/phrases", phrases.show, "see_cases"),
        get("/console/cases/{number}/print", sheet.show, "see_cases"),
        post("/console/cases/{number}/print-whole", sheet.show_whole, "work_cases", proven=True),
        post("/console/cases/{number}/seen", alerts.seen, "work_cases"),
        get("/console/alerts", alerts.banner, "see_cases"),
        Route("/console/alerts/events", events.alarm_stream(parts), methods=["GET"]),
        get("/console/duty", roster.show, "see_cases"),
        post("/console/duty/save", roster.save, "supervise_cases"),
        post("/console/duty/remove", roster.remove, "supervise_cases"),
        post("/console/duty/reach", roster.set_reach, "work_cases"),
        get("/console/account", account.show),
        post("/console/account/password", account.change_password),
        post("/console/account/sessions", account.end_sessions, proven=True),
        post("/console/account/session", account.end_session, proven=True),
        post("/console/account/second-factor", account.set_second_factor, proven=True),
        post("/console/account/second-factor/codes", account.renew_codes, proven=True),
        post("/console/account/second-factor/remove", account.remove_second_factor, proven=True),
        *policy_pages(get, post),
        *learning_pages(get, post),
        *report_pages(get, post),
        get("/console/staff", staff_page.show, "manage_staff"),
        post("/console/staff/invite", staff_page.invite, "manage_staff", proven=True),
        post("/console/staff/withdraw", staff_page.withdraw, "manage_staff"),
        post("/console/staff/units", staff_page.add_unit, "manage_staff"),
        post("/console/staff/units/{unit_id:int}/active", staff_page.set_unit_active, "manage_staff"),
        get("/console/staff/{staff_id:int}", colleague.show, "manage_staff"),
        post("/console/staff/{staff_id:int}/place", colleague.set_place, "manage_staff", proven=True),
        post("/console/staff/{staff_id:int}/active", colleague.set_active, "manage_staff", proven=True),
        post("/console/staff/{staff_id:int}/password-link", colleague.password_link, "manage_staff", proven=True),
        post("/console/staff/{staff_id:int}/second-factor", colleague.reset_second_factor, "manage_staff", proven=True),
        post("/console/staff/{staff_id:int}/sessions", colleague.end_sessions, "manage_staff"),
        post("/console/staff/{staff_id:int}/unlock", colleague.unlock, "manage_staff"),
        get("/console/audit", audit_page.show, "see_audit"),
        post("/console/audit/verify", audit_page.verify, "see_audit"),
        post("/console/audit/export", audit_page.export, "see_audit", proven=True),
        get("/console/health", health_page.show, "see_health"),
        post("/console/health/letters/{letter:int}", health_page.send_again, "run_program"),
        post("/console/health/channels/{channel}", health_page.switch, "run_program"),
        get("/console/{elsewhere:path}", _no_such_page),
    ]


def _no_such_page(visit: Visit) -> Response:
    """Everything else under /console, in the frame of the console."""
    return visit.problem(404, "page") if visit.request.path_params["elsewhere"] else go(HOME)


def _fingerprint() -> str:
    contents = b"".join(file.read_bytes() for file in sorted(_STATIC.iterdir()))
    return hashlib.sha256(contents).hexdigest()[:12]
