"""The chat: show it, take a message in, keep open pages up to date, forget this browser."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from bot.channels.web import view
from bot.channels.web.room import CHANNEL, Room, event, line_number
from bot.channels.web.visitor import Visitor, forget
from bot.conversation.replies import chosen
from bot.reception import Accepted, Incoming
from bot.understanding import clean, crisis_kind
from bot.web.pages import AWAY, LARGE_COOKIE, problem, wants_json

Endpoint = Callable[[Request], Awaitable[Response]]
KEEP_ALIVE_SECONDS = 15.0
MOST_FIELDS = 100
LONGEST_NONCE = 100
KEPT_SIZE_SECONDS = 365 * 24 * 60 * 60
_BACK = re.compile(r"/(answers(/[a-z0-9_.]{1,80})?|findings/[A-Za-z0-9_-]{43}|resume)?")
"""Pages to which the switch for large print may lead back."""


def show(room: Room) -> Endpoint:
    """`GET /`: the greeting, or the conversation so far. Stores nothing."""

    async def endpoint(request: Request) -> Response:
        visitor = Visitor.of(request, room.secure)
        conversation_id = await room.conversation(visitor)
        talk = await run_in_threadpool(_talk, room, conversation_id, line_number(request.query_params.get("before")))
        earlier = conversation_id is not None and bool(request.query_params.get("before"))
        response = room.page(
            request, "chat/page.html", talk=talk, form=room.form(visitor), say=room.form(visitor), earlier=earlier,
            started=conversation_id is not None, hint=request.query_params.get("hint") == "ticks",
            busy=request.query_params.get("hint") == "busy",
        )
        visitor.remember(response, room.secure)
        return response

    return endpoint


def _talk(room: Room, conversation_id: int | None, before: int) -> view.Talk:
    knowledge = room.knowledge()
    if conversation_id is None:
        return view.preview(knowledge, room.clock())
    with room.database.read() as connection:
        if before:
            return view.before(connection, conversation_id, before, knowledge)
        return view.newest(connection, conversation_id, knowledge)


def say(room: Room) -> Endpoint:
    """`POST /say`: take a message or a tap in, answer it, and show the page again (or, to the script, what is new)."""

    async def endpoint(request: Request) -> Response:
        visitor = Visitor.of(request, room.secure)
        form = await request.form(max_files=0, max_fields=MOST_FIELDS)
        if not visitor.known or not room.csrf.check(visitor.secret, _field(form, "csrf")):
            return _stale(room, request, visitor, _field(form, "text"))
        button = chosen(_field(form, "button"), [str(value) for value in form.getlist("tick")])
        if button is None:
            return RedirectResponse("/?hint=ticks#latest", 303)  # the script never sends such a list
        if not _admitted(room, request, _field(form, "text")):
            return _too_many(room, request, visitor, _field(form, "text"))
        accepted = await _take_in(room, visitor, _field(form, "nonce"), _field(form, "text"), button)
        if wants_json(request):
            update = await room.update(visitor, accepted.conversation_id, line_number(_field(form, "after")))
            return _remembered(room, visitor, JSONResponse({**update, "held": accepted.held}))
        return _remembered(room, visitor, RedirectResponse("/?hint=busy#latest" if accepted.held else "/#latest", 303))

    return endpoint


def _admitted(room: Room, request: Request, text: str) -> bool:
    """Whether this network address may send one more message; words of danger always may."""
    address = request.client.host if request.client else ""
    return room.reception.crowd.admits(address) or crisis_kind(room.knowledge(), clean(text)) is not None


def _too_many(room: Room, request: Request, visitor: Visitor, said: str) -> Response:
    response = _remembered(room, visitor, problem(room.templates, room.knowledge(), request, 429, said=said))
    response.headers["Retry-After"] = "60"
    return response


def _field(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _remembered(room: Room, visitor: Visitor, response: Response) -> Response:
    visitor.remember(response, room.secure)
    return response


def _stale(room: Room, request: Request, visitor: Visitor, said: str) -> Response:
    """The form came from a page of another browser, or the cookie is gone; nothing is taken in, nothing is lost.

    The script gets a fresh token and tries once more: another site could not read this answer.
    """
    if wants_json(request):
        return _remembered(room, visitor, JSONResponse({"problem": 403, "csrf": room.csrf.token(visitor.secret)}, 403))
    return _remembered(room, visitor, problem(room.templates, room.knowledge(), request, 403, said=said))


async def _take_in(room: Room, visitor: Visitor, nonce: str, text: str, button: str) -> Accepted:
    """The message, after the greeting that the resident has been reading if it is their first."""
    if await room.conversation(visitor) is None:
        await room.reception.accept(Incoming(CHANNEL, visitor.external_id("start", ""), visitor.secret, "start"))
    external_id = visitor.external_id(nonce[:LONGEST_NONCE], f"{button}\x00{text}")
    if button:
        incoming = Incoming(CHANNEL, external_id, visitor.secret, "button", button=button)
    else:
        incoming = Incoming(CHANNEL, external_id, visitor.secret, "text", text=text)
    return await room.reception.welcome(incoming)


def lines(room: Room) -> Endpoint:
    """`GET /lines?after=`: what is new, for browsers whose stream does not come through."""

    async def endpoint(request: Request) -> Response:
        visitor = Visitor.of(request, room.secure)
        conversation_id = await room.conversation(visitor)
        after = line_number(request.query_params.get("after"))
        if conversation_id is None:
            return JSONResponse({"last": after, "lines": "", "choices": "", "erased": after > 0})
        return JSONResponse(await room.update(visitor, conversation_id, after))

    return endpoint


def events(room: Room) -> Endpoint:
    """`GET /events?after=`: the same as a stream. Without a conversation there is nothing to wait for (204)."""

    async def endpoint(request: Request) -> Response:
        visitor = Visitor.of(request, room.secure)
        conversation_id = await room.conversation(visitor)
        if conversation_id is None:
            return Response(status_code=204)
        after = line_number(request.headers.get("last-event-id") or request.query_params.get("after"))
        body = _stream(room, visitor, conversation_id, after)
        return StreamingResponse(body, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})

    return endpoint


async def _stream(room: Room, visitor: Visitor, conversation_id: int, after: int) -> AsyncIterator[str]:
    yield "retry: 3000\n\n"
    seen = room.live.number
    while not room.live.closed:
        try:
            update = await room.update(visitor, conversation_id, after)
        except AWAY:
            return  # the browser comes back by itself
        if update["last"] > after or update["erased"]:
            after = update["last"]
            yield event(update)
        else:
            yield ": still here\n\n"
        seen = await room.live.wait(seen, KEEP_ALIVE_SECONDS, "conversation", conversation_id)


def size(room: Room) -> Endpoint:
    """`GET /size/large` and `/size/normal`: large print, remembered by the browser."""

    async def endpoint(request: Request) -> Response:
        back = request.query_params.get("back", "/")
        response = RedirectResponse(back if _BACK.fullmatch(back) else "/", 303)
        if request.path_params["size"] == "large":
            response.set_cookie(
                LARGE_COOKIE, "large", max_age=KEPT_SIZE_SECONDS, path="/", samesite="lax", secure=room.secure
            )
        else:
            response.delete_cookie(LARGE_COOKIE, path="/", samesite="lax", secure=room.secure)
        return response

    return endpoint


def leave(room: Room) -> Endpoint:
    """`GET /leave`: a page that says nothing."""

    async def endpoint(request: Request) -> Response:
        return room.page(request, "chat/leave.html")

    return endpoint


def forget_page(room: Room) -> Endpoint:
    """`GET /forget`: what forgetting means, before it is done."""

    async def endpoint(request: Request) -> Response:
        visitor = Visitor.of(request, room.secure)
        response = room.page(request, "chat/forget.html", csrf=room.csrf.token(visitor.secret), done=False)
        visitor.remember(response, room.secure)
        return response

    return endpoint


def forget_it(room: Room) -> Endpoint:
    """`POST /forget`: this browser no longer knows the conversation."""

    async def endpoint(request: Request) -> Response:
        visitor = Visitor.of(request, room.secure)
        form = await request.form(max_files=0, max_fields=MOST_FIELDS)
        if not visitor.known or not room.csrf.check(visitor.secret, _field(form, "csrf")):
            return _stale(room, request, visitor, "")
        response = room.page(request, "chat/forget.html", csrf="", done=True)
        forget(response, room.secure)
        return response

    return endpoint
