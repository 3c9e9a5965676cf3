"""Jinja2 for pages: everything escaped, templates from the packages that own them, assets with a fingerprint."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bot.web.prose import prose

STATIC = Path(__file__).parent / "static"


def environment(*packages: str) -> Environment:
    """An environment that finds the templates of this package and of `packages` (dotted names).

    Templates get `asset("base.css")` for addresses of static files and the filter `prose`.
    """
    names = dict.fromkeys(("bot.web", *packages))
    made = Environment(
        loader=ChoiceLoader([PackageLoader(name) for name in names]), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )
    made.globals["asset"] = asset
    made.filters["prose"] = prose
    return made


def page(templates: Environment, name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A whole page from a template."""
    return HTMLResponse(templates.get_template(name).render(values), status)


@lru_cache(maxsize=64)
def asset(name: str) -> str:
    """Address of a static file; changes with its content, so that browsers may keep it."""
    mark = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={mark}"


def static_routes() -> list[BaseRoute]:
    """`/static`: styles, scripts and the mark of the house."""
    return [Mount("/static", KeptFiles(directory=STATIC))]


class KeptFiles(StaticFiles):
    """Static files that browsers keep for a year when the address carries a fingerprint."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """One file, with how long it may be kept."""
        response = await super().get_response(path, scope)
        fingerprinted = b"v=" in scope.get("query_string", b"") and response.status_code in {200, 304}
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if fingerprinted else "no-cache"
        return response
