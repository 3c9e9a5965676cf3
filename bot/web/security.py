"""Headers and limits of every response and request, for residents' and staff pages alike."""

import secrets
from collections.abc import Collection
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 128 * 1024
"""Bytes. 10,000 emoji, sent by a plain form, take 120,000; nothing longer is of use."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Set where a response does not set its own; static files set their own Cache-Control."""

HSTS = "max-age=31536000; includeSubDomains"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
ANY_HOST = ("/health/",)
"""Asked for by machines under whatever name they know; these pages hold no link and no person."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_WRONG_HOST = "这个地址打不开这里的页面。请用公布的网址再试。"
_CROSS_SITE = "这个请求来自别的网站，没有收。请从这里的页面再做一次。"


def hosts_of(public_url: str) -> frozenset[str]:
    """The names under which pages may be asked for: that of the public address, and this computer itself."""
    return LOOPBACK | {_name(urlsplit(public_url).netloc)}


def _name(host: str) -> str:
    """A host without its port, in small letters."""
    name, _, port = host.lower().rpartition(":")
    return name if name and port.isdigit() else host.lower()


class Security:
    """ASGI middleware. Wrap the finished application in it, outside of everything else.

    A body that is too large raises `HTTPException(413)` where the endpoint reads it, so that the refusal is
    an ordinary page.
    """

    def __init__(
        self, app: ASGIApp, *, secure: bool, largest_body: int = LARGEST_BODY, hosts: Collection[str] | None = None
    ) -> None:
        """Wrap `app`.

        Args:
            app: the finished application.
            secure: whether pages are reached over https; browsers are then told never to go back.
            largest_body: bytes.
            hosts: names under which pages may be asked for (`hosts_of`); None for any. Links are made from the
                settings and never from the request, so that a wrong name here shows only the own page.
        """
        self._app = app
        self._headers = {**HEADERS, "Strict-Transport-Security": HSTS} if secure else HEADERS
        self._largest = largest_body
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        number = secrets.token_hex(8)
        # Every log line of this request carries the number, and so does the answer: staff can name it.
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=number)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = number
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, send_with_headers)
            return
        await self._app(scope, self._bounded(scope, receive), send_with_headers)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        """What a request is answered that no page of ours sent, or that asks for another site; None for all others."""
        headers = Headers(scope=scope)
        named = self._hosts is None or str(scope["path"]).startswith(ANY_HOST)
        if not named and _name(headers.get("host", "")) not in (self._hosts or ()):
            return PlainTextResponse(_WRONG_HOST, 421)
        # Browsers say where a form comes from; programs such as a messenger's servers say nothing.
        if scope["method"] not in SAFE_METHODS and headers.get("sec-fetch-site") in {"cross-site", "same-site"}:
            return PlainTextResponse(_CROSS_SITE, 403)
        return None

    def _bounded(self, scope: Scope, receive: Receive) -> Receive:
        announced = Headers(scope=scope).get("content-length", "")
        size = int(announced) if announced.isascii() and announced.isdigit() and len(announced) < 15 else 0
        too_large = size > self._largest or len(announced) >= 15
        taken = 0

        async def receive_bounded() -> Message:
            nonlocal taken
            if too_large:
                raise HTTPException(413)
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._largest:
                raise HTTPException(413)
            return message

        return receive_bounded
