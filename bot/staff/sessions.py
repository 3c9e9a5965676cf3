"""Sessions in the browser: kept on the server, ended by idling and by age, known by a random token.

Only the SHA-256 of a token is stored: whoever reads the database cannot take over a session.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.casework import Scope
from bot.staff.roles import Permission, may
from bot.store import audit, staff
from bot.store.database import Database

IDLE = timedelta(minutes=30)
TOTAL = timedelta(hours=12)
_TOUCH_AFTER = timedelta(minutes=1)
"""Use is written down at most once a minute, so that reading a page seldom writes."""


def hash_token(token: str) -> str:
    """What is stored of a token of 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """256 random bits, fit for an address or a cookie."""
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who uses this browser."""

    id: int
    login: str
    display_name: str
    scope: Scope
    districts: tuple[str, ...]
    session: str
    """Stored hash of the session's token; forms are bound to it."""

    def may(self, permission: Permission) -> bool:
        """Whether this person's roles carry `permission`."""
        return may(self.scope.roles, permission)


class Sessions:
    """Opens, finds and ends sessions."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def open(self, staff_id: int) -> str:
        """A new session; returns the token for the cookie. Old sessions of anybody are swept on the way."""
        token, now = new_token(), self._clock()
        with self._database.write() as connection:
            staff.end_old_sessions(connection, now - IDLE, now - TOTAL)
            staff.open_session(connection, hash_token(token), staff_id, now)
        return token

    def find(self, token: str, *, used: bool = True) -> SignedIn | None:
        """Who is behind a token; None when unknown, idle for too long, too old, or the account is closed.

        Args:
            token: from the cookie.
            used: False for what the page asks by itself, so that an open page alone keeps nobody signed in.
        """
        if not token:
            return None
        now, token_hash = self._clock(), hash_token(token)
        with self._database.read() as connection:
            found = staff.session(connection, token_hash)
            account = staff.get(connection, found[0]) if found else None
        if found is None or account is None or not account.active:
            return None
        _, created_at, seen_at = found
        if now - created_at >= TOTAL or now - seen_at >= IDLE:
            return None
        if used and now - seen_at >= _TOUCH_AFTER:
            with self._database.write() as connection:
                staff.touch_session(connection, token_hash, now)
        scope = Scope.of(account.id, account.roles, account.districts)
        return SignedIn(account.id, account.login, account.display_name, scope, tuple(account.districts), token_hash)

    def end(self, who: SignedIn) -> None:
        """Sign this browser out."""
        with self._database.write() as connection:
            staff.end_session(connection, who.session)
            audit.append(
                connection, actor=f"staff:{who.id}", action="signed_out", thing=f"staff:{who.id}", now=self._clock()
            )

    def end_all(self, who: SignedIn) -> None:
        """Sign every browser of this person out, this one too."""
        with self._database.write() as connection:
            staff.end_sessions_of(connection, who.id)
            audit.append(
                connection, actor=f"staff:{who.id}", action="signed_out_everywhere", thing=f"staff:{who.id}",
                now=self._clock(),
            )

    def of(self, staff_id: int) -> list[tuple[datetime, datetime]]:
        """(opened, last used) of each session of an account that is still good, newest first."""
        now = self._clock()
        with self._database.read() as connection:
            found = staff.sessions_of(connection, staff_id)
        return [(opened, seen) for opened, seen in found if now - opened < TOTAL and now - seen < IDLE]
