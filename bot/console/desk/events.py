"""Live refresh: a stream that says «something here changed», and the same as a question for where streams fail.

What changed is not sent; the page fetches itself again under the reader's own scope and puts in what is new.
"""

import asyncio
from collections.abc import AsyncIterator, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

from bot.console.parts import Parts
from bot.console.visit import Endpoint, guarded, signed_in
from bot.staff import SignedIn
from bot.store import cases, changes

KEEP_ALIVE_SECONDS = 15.0
ALARM = "alarm"
"""The kind of change with which alarms are noted; every open page hears of it."""
SETTLE_SECONDS = 0.2
"""Changes that come close together make one refresh."""
Concerns = Callable[[str, int | None], bool]


def queue_stream(parts: Parts) -> Endpoint:
    """Says when any case changed."""
    return _stream(parts, lambda request, who: _any_case)


def case_stream(parts: Parts) -> Endpoint:
    """Says when this case or its conversation changed."""

    def concerns(request: Request, who: SignedIn) -> Concerns | None:
        with parts.database.read() as connection:
            case = cases.by_number(connection, who.scope, request.path_params["number"])
        if case is None:
            return None
        mine = {("case", case.id), ("conversation", case.conversation_id)}
        return lambda kind, reference: (kind, reference) in mine

    return _stream(parts, concerns)


def alarm_stream(parts: Parts) -> Endpoint:
    """Says when an alarm was raised, called on or answered, for pages that have no other stream."""
    return _stream(parts, lambda request, who: lambda kind, reference: False)


def newest(parts: Parts) -> Endpoint:
    """The number of the newest change, for pages whose stream does not come through."""

    async def endpoint(request: Request) -> Response:
        if await signed_in(parts, request, used=False) is None:
            return guarded(PlainTextResponse("signed out", 401))
        return guarded(JSONResponse({"newest": await run_in_threadpool(_highest, parts)}))

    return endpoint


def _highest(parts: Parts) -> int:
    with parts.database.read() as connection:
        return changes.highest(connection)


def _any_case(kind: str, reference: int | None) -> bool:
    return kind == "case"


def _stream(parts: Parts, find: Callable[[Request, SignedIn], Concerns | None]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        who = await signed_in(parts, request, used=False)
        if who is None or not who.may("see_cases"):
            return guarded(PlainTextResponse("signed out", 401))
        concerns = await run_in_threadpool(find, request, who)
        if concerns is None:
            return guarded(PlainTextResponse("no such case", 404))
        body = _changes(parts, request, concerns, _after(request))
        headers = {"X-Accel-Buffering": "no"}
        return guarded(StreamingResponse(body, media_type="text/event-stream", headers=headers))

    return endpoint


def _after(request: Request) -> int:
    asked = request.headers.get("last-event-id") or request.query_params.get("after", "0")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 15 else 0


async def _changes(parts: Parts, request: Request, concerns: Concerns, after: int) -> AsyncIterator[str]:
    yield "retry: 3000\n\n"
    while True:
        newest = await parts.live.wait(after, KEEP_ALIVE_SECONDS)
        if await signed_in(parts, request, used=False) is None:
            yield "event: signed-out\ndata: 1\n\n"
            return
        news = parts.live.changes_since(after)
        found = any(concerns(kind, reference) for _, kind, reference in news)
        alarms = any(kind == ALARM for _, kind, _ in news)
        after = max(after, newest)
        if found or alarms:
            yield "".join(f"id: {after}\nevent: {event}\ndata: {after}\n\n" for event in ("alarm",) * alarms + ("changed",) * found)
            await asyncio.sleep(SETTLE_SECONDS)
        else:
            yield ": still here\n\n"
