"""Error pages: what went wrong in one sentence, what to do, whom to call. Never a traceback."""

from collections.abc import Callable, Mapping
from typing import Any

import structlog
from jinja2 import Environment
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.errors import StoreError
from bot.knowledge import Knowledge
from bot.knowledge.contacts import Contact
from bot.web.security import HEADERS
from bot.web.templating import page

log = structlog.get_logger()
ALWAYS_SHOWN = ("emergency_110", "emergency_120", "hotline_12345", "hotline_12356")
LARGE_COOKIE = "jinnuan_size"
DESIGNED = frozenset({400, 403, 404, 405, 413, 429, 500, 503})
AWAY = (StoreError, OperationalError, PoolTimeout)
"""What the store raises when the database cannot be reached."""


def numbers(knowledge: Knowledge) -> dict[str, Contact]:
    """The numbers to call that every page of residents shows, by id."""
    return {name: knowledge.contacts[name] for name in ALWAYS_SHOWN if name in knowledge.contacts}


def is_large(request: Request) -> bool:
    """Whether this browser asked for large print."""
    return request.cookies.get(LARGE_COOKIE) == "large"


def wants_json(request: Request) -> bool:
    """Whether a script asks, which shows its own words."""
    return "application/json" in request.headers.get("accept", "")


def problem(templates: Environment, knowledge: Knowledge, request: Request, status: int, **values: Any) -> Response:
    """The page (or, for scripts, the object) for an error of that status; `values` reach the template."""
    if wants_json(request):
        return JSONResponse({"problem": status}, status)
    known = status if status in DESIGNED else (400 if status < 500 else 500)
    home = "/console" if request.url.path.startswith("/console") else "/"
    shown = {"said": "", "numbers": numbers(knowledge), "large": is_large(request), **values}
    return page(templates, "problem.html", status, kind=known, home=home, **shown)


def handlers(
    templates: Environment, knowledge: Callable[[], Knowledge]
) -> Mapping[Any, Callable[[Request, Any], Response]]:
    """`exception_handlers` for Starlette: HTTP errors, an unreachable database, and everything unforeseen."""

    def http_error(request: Request, error: HTTPException) -> Response:
        if error.status_code < 400:
            return Response(status_code=error.status_code, headers=error.headers)
        response = problem(templates, knowledge(), request, error.status_code)
        response.headers.update(error.headers or {})
        return response

    def database_away(request: Request, error: Exception) -> Response:
        log.error("database_away", problem=type(error).__name__)
        response = problem(templates, knowledge(), request, 503)
        response.headers["Retry-After"] = "10"
        return response

    def unforeseen(request: Request, error: Exception) -> Response:
        log.error("unforeseen", path=request.url.path, problem=type(error).__name__)
        response = problem(templates, knowledge(), request, 500)
        response.headers.update(HEADERS)  # Starlette answers these outside of all middleware
        return response

    return {HTTPException: http_error, **dict.fromkeys(AWAY, database_away), Exception: unforeseen}
