"""Who writes: a secret in a cookie, nothing else. Whoever has it reads the conversation; nobody is asked a name."""

import hashlib
import re
import secrets
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

COOKIE = "jinnuan_visitor"
KEPT_SECONDS = 180 * 24 * 60 * 60
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


def cookie_name(secure: bool) -> str:
    """Name of the cookie; under https one that no other host can set."""
    return f"__Host-{COOKIE}" if secure else COOKIE


@dataclass(frozen=True, slots=True)
class Visitor:
    """One browser. `known` is False when it brought no usable cookie; the secret is then fresh."""

    secret: str
    known: bool

    @classmethod
    def of(cls, request: Request, secure: bool) -> "Visitor":
        """The visitor behind a request; `secure`: whether the page is reached over https."""
        given = request.cookies.get(cookie_name(secure), "")
        if _SECRET.fullmatch(given):
            return cls(given, True)
        return cls(secrets.token_urlsafe(32), False)

    def remember(self, response: Response, secure: bool) -> None:
        """Let the browser keep the secret for another 180 days."""
        response.set_cookie(
            cookie_name(secure), self.secret, max_age=KEPT_SECONDS, path="/", httponly=True, samesite="lax", secure=secure
        )

    def external_id(self, nonce: str, content: str) -> str:
        """The unique id of one message.

        The form's nonce makes a double submit the same message; the content is part of it, because a form
        that came back with the browser's «back» keeps its nonce and may carry new words.
        """
        whole = "\x00".join((self.secret, nonce, content))
        return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


def forget(response: Response, secure: bool) -> None:
    """Make the browser forget who it was."""
    response.delete_cookie(cookie_name(secure), path="/", httponly=True, samesite="lax", secure=secure)


def new_nonce() -> str:
    """A nonce for a form."""
    return secrets.token_urlsafe(16)
