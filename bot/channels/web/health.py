"""Whether the program lives and whether it can serve, for whoever watches over it."""

from collections.abc import Awaitable, Callable

from sqlalchemy import select
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.channels.web.room import Room
from bot.web.pages import AWAY

Endpoint = Callable[[Request], Awaitable[Response]]


async def alive(request: Request) -> Response:
    """`GET /health/live`: the process answers."""
    return JSONResponse({"status": "alive"})


def ready(room: Room) -> Endpoint:
    """`GET /health/ready`: the database answers too (else 503)."""

    async def endpoint(request: Request) -> Response:
        try:
            await run_in_threadpool(_ask, room)
        except AWAY:
            return JSONResponse({"status": "not ready", "database": "unreachable"}, 503)
        return JSONResponse({"status": "ready", "database": "reachable", "knowledge": room.knowledge().version})

    return endpoint


def _ask(room: Room) -> None:
    with room.database.read() as connection:
        connection.execute(select(1))
