"""Browsers in which somebody signed in before: their tries are counted apart.

Whoever floods the door with wrong passwords shuts it for strangers' browsers only; a colleague at the usual
computer still gets in, and an office behind one address is never shut out as a whole.
"""

import re
import secrets

from bot.privacy import KeyedHash

MOST_LOGINS = 8
"""Of one browser; a computer that a whole shift shares knows them all."""
KEPT_DAYS = 180
_COOKIE = re.compile(r"[A-Za-z0-9_-]{22}(\.[0-9a-f]{64}){1,8}")


class KnownBrowsers:
    """Makes and reads the cookie of a browser."""

    def __init__(self, hashes: KeyedHash) -> None:
        self._hashes = hashes

    def name(self, cookie: str, login: str) -> str:
        """A name for this browser if `login` signed in here before, else empty."""
        if not _COOKIE.fullmatch(cookie):
            return ""
        nonce, *marks = cookie.split(".")
        mark = self._mark(nonce, login)
        return nonce if any(secrets.compare_digest(mark, given) for given in marks) else ""

    def remember(self, cookie: str, login: str) -> str:
        """The cookie with `login` added."""
        nonce, *marks = cookie.split(".") if _COOKIE.fullmatch(cookie) else [secrets.token_urlsafe(16)]
        mark = self._mark(nonce, login)
        kept = [mark, *(given for given in marks if given != mark)][:MOST_LOGINS]
        return ".".join([nonce, *kept])

    def _mark(self, nonce: str, login: str) -> str:
        return self._hashes.of("staff.known_browser", f"{nonce}\x00{login}")
