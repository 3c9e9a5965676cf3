"""Going on at another device: eight letters, shown there, make this browser speak in the same conversation."""

import ipaddress
import secrets
import unicodedata
from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.channels.web.findings import QUIET
from bot.channels.web.room import CHANNEL, Room
from bot.channels.web.visitor import Visitor
from bot.reception import links
from bot.web.pages import problem

Endpoint = Callable[[Request], Awaitable[Response]]
STATUS = {"": 200, "form": 400, "wrong": 400, "resting": 429}
IPV6_NETWORK = 64
"""Bits of an IPv6 address that belong to one household; the rest anyone changes at will."""


def ask(room: Room) -> Endpoint:
    """`GET /resume`: where the code goes."""

    async def endpoint(request: Request) -> Response:
        return await _page(room, request, Visitor.of(request, room.secure), "")

    return endpoint


def join(room: Room) -> Endpoint:
    """`POST /resume`: with a right code this browser gets a fresh secret and the conversation; else it may try again."""

    async def endpoint(request: Request) -> Response:
        visitor = Visitor.of(request, room.secure)
        form = await request.form(max_files=0, max_fields=4)
        given = {name: value for name, value in form.items() if isinstance(value, str)}
        if not visitor.known or not room.csrf.check(visitor.secret, given.get("csrf", "")):
            refused = problem(room.templates, room.knowledge(), request, 403)
            visitor.remember(refused, room.secure)
            return refused
        code = letters(given.get("code", ""))
        if len(code) != links.CODE_LENGTH:
            return await _page(room, request, visitor, "form")
        fresh = Visitor(secrets.token_urlsafe(32), True)  # never one that somebody could have put into this browser
        outcome = await run_in_threadpool(_join, room, code, fresh.secret, caller(request))
        if outcome != "joined":
            return await _page(room, request, visitor, outcome)
        response = RedirectResponse("/#latest", 303)
        fresh.remember(response, room.secure)
        return response

    return endpoint


def letters(text: str) -> str:
    """A code as people type it: small, full-width, with spaces or a hyphen between."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text[:100]).upper() if sign in links.LETTERS)


def caller(request: Request) -> str:
    """Who tries, as far as the network tells: an IPv4 address, or the network of an IPv6 one."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address.packed, IPV6_NETWORK), strict=False))


def _join(room: Room, code: str, address: str, who: str) -> links.Outcome:
    with room.database.write() as connection:
        return links.join(
            connection, room.reception.hashes, code=code, channel=CHANNEL, address=address, caller=who, now=room.clock()
        )


async def _page(room: Room, request: Request, visitor: Visitor, trouble: str) -> Response:
    replaces = await room.conversation(visitor) is not None
    response = room.page(
        request, "resume/page.html", STATUS[trouble], csrf=room.csrf.token(visitor.secret), trouble=trouble, replaces=replaces,
        hours=room.knowledge().retention.resume_code_hours,
    )
    response.headers.update(QUIET)
    visitor.remember(response, room.secure)
    return response
