"""What is held of a resident, behind an unguessable link that soon ends: to read, and as JSON to take along."""

import json
import re
from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from bot.answers.variables import chinese_day
from bot.channels.web.findings import QUIET
from bot.channels.web.room import Room
from bot.channels.web.view import TIANJIN
from bot.reception.export import Export, gather
from bot.store import links

Endpoint = Callable[[Request], Awaitable[Response]]
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_FILE = "jinnuan.json"


def show(room: Room) -> Endpoint:
    """`GET /mine/<token>`: all of it in words; a kind page when the link is unknown, too old or withdrawn."""

    async def endpoint(request: Request) -> Response:
        token = request.path_params["token"]
        found = await _found(room, token)
        if found is None:
            return _gone(room, request)
        export, until = found
        response = room.page(request, "mine/page.html", export=export, until=until, data=f"/mine/{token}/data", path="/")
        response.headers.update(QUIET)
        return response

    return endpoint


def data(room: Room) -> Endpoint:
    """`GET /mine/<token>/data`: the same as a JSON file."""

    async def endpoint(request: Request) -> Response:
        found = await _found(room, request.path_params["token"])
        if found is None:
            return _gone(room, request)
        body = json.dumps(found[0].data, ensure_ascii=False, indent=1)
        headers = {**QUIET, "Content-Disposition": f'attachment; filename="{_FILE}"'}
        return Response(body, media_type="application/json", headers=headers)

    return endpoint


def _gone(room: Room, request: Request) -> Response:
    response = room.page(request, "findings/gone.html", 404, path="/")
    response.headers.update(QUIET)
    return response


async def _found(room: Room, token: str) -> tuple[Export, str] | None:
    return await run_in_threadpool(_find, room, token) if _TOKEN.fullmatch(token) else None


def _find(room: Room, token: str) -> tuple[Export, str] | None:
    """What a link opens, and until when it does."""
    now = room.clock()
    with room.database.read() as connection:
        link = links.find(connection, token, now, "export")
        if link is None:
            return None
        until = link.expires_at.astimezone(TIANJIN)
        return gather(connection, room.knowledge(), link.conversation_id, now), f"{chinese_day(until.date())} {until:%H:%M}"
