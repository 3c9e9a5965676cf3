"""Headers and limits of every response and request, for residents' and staff pages alike."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
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


class Security:
    """ASGI middleware. Wrap the finished application in it, outside of everything else.

    A body that is too large raises `HTTPException(413)` where the endpoint reads it, so that the refusal is
    an ordinary page.
    """

    def __init__(self, app: ASGIApp, *, secure: bool, largest_body: int = LARGEST_BODY) -> None:
        """`secure`: whether pages are reached over https; browsers are then told never to go back."""
        self._app = app
        self._headers = {**HEADERS, "Strict-Transport-Security": HSTS} if secure else HEADERS
        self._largest = largest_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, self._bounded(scope, receive), send_with_headers)

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
