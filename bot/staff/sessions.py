"""Sessions in the browser: kept on the server, ended by idling and by age, known by a random token.

Only the SHA-256 of a token is stored: whoever reads the database cannot take over a session.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.casework import Permission, Scope
from bot.errors import InputError
from bot.store import audit, cases, duty, staff
from bot.store import sessions as store
from bot.store.database import Database
from bot.store.sessions import SessionRow, Stage

IDLE = timedelta(minutes=30)
TOTAL = timedelta(hours=12)
HALF = timedelta(minutes=10)
"""How long a right password alone waits for the second factor."""
PROVEN_FOR = timedelta(minutes=5)
"""How long after a secret was given personal data may be taken out without giving one again."""
MOST_SESSIONS = 10
"""Of one account at the same time; one more signs the oldest out."""
OPENED_FOR = timedelta(hours=8)
"""How long a sealed case stays open to somebody who gave a reason."""
_TOUCH_AFTER = timedelta(minutes=1)
"""Use is written down at most once a minute, so that reading a page seldom writes."""
_NAME = 16
"""Letters of a session's stored hash that name it in a list; they open nothing."""


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
    stage: Stage = "full"
    proven_at: datetime | None = None

    def may(self, permission: Permission) -> bool:
        """Whether this person's roles carry `permission`."""
        return self.scope.may(permission)

    def has_proven(self, now: datetime) -> bool:
        """Whether a secret was given so lately that personal data may be taken out."""
        return self.proven_at is not None and now - self.proven_at < PROVEN_FOR


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One line of the list of one's own sessions."""

    name: str
    opened: datetime
    seen: datetime
    browser: str
    this: bool


class Sessions:
    """Opens, finds and ends sessions."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def open(self, staff_id: int, stage: Stage = "full", browser: str = "") -> str:
        """A new session; returns the token for the cookie. Old sessions of anybody are swept on the way."""
        token, now = new_token(), self._clock()
        with self._database.write() as connection:
            store.end_old(connection, now - IDLE, now - TOTAL)
            for row in store.of(connection, staff_id)[MOST_SESSIONS - 1 :]:
                store.end(connection, row.token_hash)
            store.add(connection, hash_token(token), staff_id, stage, browser[:40], now)
        return token

    def complete(self, half: SignedIn, browser: str = "") -> str:
        """A whole session in place of the one that waited for the second factor; returns its new token."""
        with self._database.write() as connection:
            store.end(connection, half.session)
        return self.open(half.id, browser=browser)

    def find(self, token: str, *, used: bool = True) -> SignedIn | None:
        """Who is signed in with a token; None when unknown, idle for too long, too old, or the account is closed.

        Args:
            token: from the cookie.
            used: False for what the page asks by itself, so that an open page alone keeps nobody signed in.
        """
        found = self._find(token, used)
        return found if found is not None and found.stage == "full" else None

    def find_half(self, token: str) -> SignedIn | None:
        """Who gave a right password and still owes the second factor; such a session opens nothing else."""
        found = self._find(token, used=False)
        return found if found is not None and found.stage != "full" else None

    def _find(self, token: str, used: bool) -> SignedIn | None:
        if not token:
            return None
        now, token_hash = self._clock(), hash_token(token)
        with self._database.read() as connection:
            row = store.find(connection, token_hash)
            if row is None or not _is_good(row, now):
                return None
            found = _signed_in(connection, row, now)
        if found is not None and used and now - row.seen_at >= _TOUCH_AFTER:
            with self._database.write() as connection:
                store.touch(connection, token_hash, now)
        return found

    def end(self, who: SignedIn) -> None:
        """Sign this browser out."""
        with self._database.write() as connection:
            store.end(connection, who.session)
            self._noted(connection, who, "signed_out")

    def end_one(self, who: SignedIn, name: str) -> bool:
        """Sign one of one's own browsers out by its name in the list; True when it was this one.

        Raises:
            InputError: it is signed out already.
        """
        with self._database.write() as connection:
            mine = [row for row in store.of(connection, who.id) if row.token_hash.startswith(name) and len(name) == _NAME]
            if not mine:
                raise InputError("这个设备已经退出了。请刷新页面")
            store.end(connection, mine[0].token_hash)
            self._noted(connection, who, "signed_out")
        return mine[0].token_hash == who.session

    def end_all(self, who: SignedIn) -> None:
        """Sign every browser of this person out, this one too."""
        with self._database.write() as connection:
            store.end_of(connection, who.id)
            self._noted(connection, who, "signed_out_everywhere")

    def end_for(self, by: str, staff_id: int) -> None:
        """Sign every browser of somebody else out; `by` is the pseudonym of who does it."""
        with self._database.write() as connection:
            store.end_of(connection, staff_id)
            audit.append(connection, actor=by, action="signed_out_everywhere", thing=f"staff:{staff_id}", now=self._clock())

    def of(self, who: SignedIn) -> list[OpenSession]:
        """Every session of this person that is still good, newest first."""
        now = self._clock()
        with self._database.read() as connection:
            rows = [row for row in store.of(connection, who.id) if row.stage == "full" and _is_good(row, now)]
        return [
            OpenSession(row.token_hash[:_NAME], row.created_at, row.seen_at, row.browser, row.token_hash == who.session) for row in rows
        ]

    def _noted(self, connection: Connection, who: SignedIn, action: str) -> None:
        audit.append(connection, actor=f"staff:{who.id}", action=action, thing=f"staff:{who.id}", now=self._clock())


def _is_good(row: SessionRow, now: datetime) -> bool:
    age = now - row.created_at
    return age < TOTAL and now - row.seen_at < IDLE and (row.stage == "full" or age < HALF)


def _signed_in(connection: Connection, row: SessionRow, now: datetime) -> SignedIn | None:
    account = staff.get(connection, row.staff_id)
    if account is None or not account.active:
        return None
    opened = cases.opened_with_reason(connection, account.id, now - OPENED_FOR)
    scope = Scope.of(account.id, account.roles, account.districts, account.unit_id, opened, on_duty=duty.is_on(connection, account.id, now))
    return SignedIn(
        account.id, account.login, account.display_name, scope, tuple(account.districts), row.token_hash, row.stage, row.proven_at
    )
