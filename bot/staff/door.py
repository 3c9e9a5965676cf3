"""The door of the console: who gets in, and how long it stays shut after wrong tries.

Tries are counted for the login, for the address they come from, and, in a browser where this login signed in
before, for that browser alone. A wrong login, a wrong password, a closed and a locked account are answered by the
same sentence after the same work, so that nobody learns which logins exist.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.errors import InputError
from bot.privacy import KeyedHash
from bot.staff.logins import normal_login
from bot.staff.passwords import Passwords
from bot.staff.second_factor import SecondFactor
from bot.staff.sessions import SignedIn
from bot.store import audit, lockouts, sessions, staff
from bot.store.database import Database
from bot.store.lockouts import Delay
from bot.store.sessions import Stage

FOR_A_LOGIN = Delay(5, timedelta(minutes=1), timedelta(hours=1))
FOR_AN_ADDRESS = Delay(30, timedelta(minutes=1), timedelta(minutes=15))
"""An office shares one address: more is free, and it is never shut for longer than a quarter of an hour."""
MOST_PROOFS = 5
"""Wrong secrets in one session, after which it ends."""
_REFUSED = "登录名或密码不对。连着输错会锁一会儿，越错锁得越久；忘了密码请找管理员"
_WRONG_CODE = "验证码不对，或已经用过。连着输错会锁一会儿；请等下一个 6 位数再试"


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a try comes from."""

    address: str = ""
    """Network address."""
    browser: str = ""
    """Name of a browser in which this login signed in before (`KnownBrowsers`), else empty."""


ANYWHERE = Caller()


@dataclass(frozen=True, slots=True)
class Admitted:
    """A right password: whose, and what is still to be done before the session is whole."""

    staff_id: int
    stage: Stage


class Door:
    """Checks passwords and codes. Methods raise `InputError` with a sentence for staff."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], passwords: Passwords, second_factor: SecondFactor, hashes: KeyedHash,
        *, required: bool = False,
    ) -> None:
        """`required`: whether every account must have a second factor."""
        self._database = database
        self._clock = clock
        self._passwords = passwords
        self._second_factor = second_factor
        self._hashes = hashes
        self.required = required

    def sign_in(self, login: str, password: str, caller: Caller = ANYWHERE) -> Admitted:
        """Whose login and password these are.

        Raises:
            InputError: they are not, or the account is closed or locked; always the same sentence. Or this address
                had too many wrong tries; then nothing was looked at.
        """
        name = normal_login(login)[:40]
        self._address_is_open(caller)
        with self._database.read() as connection:
            account = staff.by_login(connection, name)
        fits = self._passwords.fits(password, account.password_hash if account else None)
        staff_id = account.id if account else None
        admitted = self._settle(staff_id, name, fits, caller)
        if admitted is None or account is None:
            raise InputError(_REFUSED)
        if self._passwords.outdated(account.password_hash):
            renewed = self._passwords.hash(password)
            with self._database.write() as connection:
                staff.set_password(connection, account.id, renewed)
        return admitted

    def enter_code(self, staff_id: int, code: str, caller: Caller = ANYWHERE) -> None:
        """The second step.

        Raises:
            InputError: the code is wrong or used, or the login locked.
        """
        now = self._clock()
        with self._database.write() as connection:
            account = staff.lock(connection, staff_id)
            opens = account is not None and account.active
            if account is not None:
                keys = self._keys(account.login, caller)
                opens = opens and not self._shut(connection, keys, now) and self._second_factor.check(connection, account, code)
                self._count(connection, keys, opens, now, whole=True)
            _noted(connection, staff_id, "signed_in" if opens else "code_failed", now)
        if not opens:
            raise InputError(_WRONG_CODE)

    def prove(self, who: SignedIn, secret: str) -> bool:
        """Whether `secret` is this person's password or the code of their second factor; five wrong ones end the session."""
        now, key = self._clock(), self._hashes.of("lockout.session", who.session)
        with self._database.read() as connection:
            account = staff.get(connection, who.id)
        fits = self._passwords.fits(secret, account.password_hash if account else None)
        with self._database.write() as connection:
            account = staff.lock(connection, who.id)
            right = account is not None and account.active and (fits or self._second_factor.check(connection, account, secret))
            _noted(connection, who.id, "proved" if right else "proof_failed", now)
            if right:
                lockouts.forget(connection, key)
                sessions.prove(connection, who.session, now)
            elif lockouts.fail(connection, key, FOR_A_LOGIN, now) >= MOST_PROOFS:
                sessions.end(connection, who.session)
        return right

    def locked(self, logins: list[str]) -> set[str]:
        """Which of these are shut for strangers' browsers at this moment."""
        with self._database.read() as connection:
            shut = lockouts.locked(connection, self._clock())
        return {login for login in logins if self._login_key(login) in shut}

    def unlock(self, by: str, login: str) -> None:
        """Forget the wrong tries for a login.

        Raises:
            InputError: there is no such account.
        """
        name = normal_login(login)
        with self._database.write() as connection:
            account = staff.by_login(connection, name)
            if account is None:
                raise InputError("没有这个登录名。请查一下写法")
            lockouts.forget(connection, self._login_key(name))
            audit.append(connection, actor=by, action="unlocked", thing=f"staff:{account.id}", now=self._clock())

    def _settle(self, staff_id: int | None, login: str, fits: bool, caller: Caller) -> Admitted | None:
        """What the door does; whatever it is, one transaction with the same statements, for the sake of equal work."""
        now, keys = self._clock(), self._keys(login, caller)
        with self._database.write() as connection:
            account = None if staff_id is None else staff.lock(connection, staff_id)
            has_code = account is not None and account.totp_secret is not None
            shut = self._shut(connection, keys, now) or account is None or not account.active
            opens = fits and not shut
            self._count(connection, keys, opens, now, whole=not has_code)
            done = "password_right" if has_code else "signed_in"
            _noted(connection, staff_id, done if opens else "sign_in_failed", now)
        if not opens or staff_id is None:
            return None
        return Admitted(staff_id, "code" if has_code else "enrol" if self.required else "full")

    def _address_is_open(self, caller: Caller) -> None:
        if caller.browser or not caller.address:
            return
        now = self._clock()
        with self._database.read() as connection:
            until = lockouts.locked_until(connection, self._address_key(caller), now)
        if until is not None:
            minutes = -(-int((until - now).total_seconds()) // 60)
            raise InputError(f"从这个网络连着输错太多次。请过 {minutes} 分钟再试；平常用的电脑不受影响")

    def _keys(self, login: str, caller: Caller) -> list[tuple[str, Delay]]:
        """What a failed try is counted for; the first is what shuts the account."""
        if caller.browser:
            return [(self._hashes.of("lockout.browser", f"{caller.browser}\x00{login}"), FOR_A_LOGIN)]
        keys = [(self._login_key(login), FOR_A_LOGIN)]
        return [*keys, (self._address_key(caller), FOR_AN_ADDRESS)] if caller.address else keys

    def _login_key(self, login: str) -> str:
        return self._hashes.of("lockout.login", login)

    def _address_key(self, caller: Caller) -> str:
        return self._hashes.of("lockout.address", caller.address)

    @staticmethod
    def _shut(connection: Connection, keys: list[tuple[str, Delay]], now: datetime) -> bool:
        return lockouts.locked_until(connection, keys[0][0], now) is not None

    @staticmethod
    def _count(connection: Connection, keys: list[tuple[str, Delay]], opens: bool, now: datetime, *, whole: bool) -> None:
        """Failures add up; a whole sign-in forgets those of the login. A right password alone forgets nothing: the code may be guessed next."""
        shut = lockouts.locked_until(connection, keys[0][0], now) is not None
        if opens:
            if whole:
                lockouts.forget(connection, keys[0][0])
            return
        for index, (key, delay) in enumerate(keys):
            if index or not shut:  # tries while it is shut do not keep it shut for longer
                lockouts.fail(connection, key, delay, now)


def _noted(connection: Connection, staff_id: int | None, action: str, now: datetime) -> None:
    name = "staff:nobody" if staff_id is None else f"staff:{staff_id}"
    audit.append(connection, actor=name, action=action, thing=name, now=now)
