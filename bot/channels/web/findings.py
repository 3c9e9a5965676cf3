"""The findings page behind an unguessable link: to read, to print, to show at the window. No name stands on it."""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import lru_cache

import segno
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from bot.answers.variables import chinese_day
from bot.channels.web.room import Room
from bot.channels.web.sheet import Sheet, sheet
from bot.channels.web.view import TIANJIN
from bot.knowledge import Knowledge, PolicyFaults, build
from bot.screening import Findings
from bot.store import links, screenings, snapshots

Endpoint = Callable[[Request], Awaitable[Response]]
QUIET = {"X-Robots-Tag": "noindex, nofollow, noarchive, nosnippet"}
"""Beside `no-store` and `no-referrer`, which every page has."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class _Found:
    sheet: Sheet
    until: str
    """The last day of the link."""


def show(room: Room) -> Endpoint:
    """`GET /findings/<token>`: what was found; a kind page when the link is unknown, too old or withdrawn."""

    async def endpoint(request: Request) -> Response:
        token = request.path_params["token"]
        found = await run_in_threadpool(_find, room, token) if _TOKEN.fullmatch(token) else None
        if found is None:
            response: Response = room.page(request, "findings/gone.html", 404, path="/")
        else:
            response = room.page(request, "findings/sheet.html", sheet=found.sheet, until=found.until, code=_code(room, request))
        response.headers.update(QUIET)
        return response

    return endpoint


def _find(room: Room, token: str) -> _Found | None:
    now, knowledge = room.clock(), room.knowledge()
    with room.database.read() as connection:
        link = links.find(connection, token, now, "findings")
        if link is None or link.screening_id is None:
            return None
        row = screenings.get(connection, link.screening_id)
        then = _then(connection, row.knowledge, knowledge)
    made = sheet(knowledge, then, row.facts, Findings.from_json(row.findings), now.astimezone(TIANJIN).date())
    return _Found(made, chinese_day(link.expires_at.astimezone(TIANJIN).date()))


def _then(connection: Connection, version: str, knowledge: Knowledge) -> Knowledge | None:
    """The policies of that version; None when they are not kept or this program no longer reads them."""
    if version == knowledge.version:
        return knowledge
    content = snapshots.content(connection, version)
    return None if content is None else _rebuilt(content)


@lru_cache(maxsize=2)
def _rebuilt(content: str) -> Knowledge | None:
    try:
        return build(json.loads(content))
    except PolicyFaults:
        return None


def _code(room: Room, request: Request) -> str:
    """The page's own address as a QR code, ready for an `img`; whoever asks cannot make it point elsewhere."""
    address = f"{room.site}{request.url.path}"
    return segno.make(address, error="m", micro=False).svg_data_uri(border=4, light="#fff", dark="#000")
