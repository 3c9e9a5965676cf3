"""Accounts: passwords (argon2id), sign-in with lock-out and growing delay, opening and closing.

A failed sign-in is answered the same way, after the same work, whether the login does not exist, the
password is wrong, the account is closed or locked, so that nobody learns which logins exist.
"""

import re
import threading
import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import Connection

from bot.errors import InputError
from bot.staff.roles import may
from bot.store import audit, staff
from bot.store.database import Database
from bot.store.staff import StaffRow

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
FREE_ATTEMPTS = 5
"""So many wrong passwords in a row cost nothing; each one after that locks, twice as long as the last."""
FIRST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(hours=1)

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_REFUSED = "登录名或密码不对。连着输错会锁一会儿,越错锁得越久;忘了密码请找管理员"


class Passwords:
    """Hashes and checks passwords; at most two at a time, because each takes 64 MiB for a moment."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._room = threading.Semaphore(2)
        self._nobody = self._hasher.hash("no account has this password")

    def hash(self, password: str) -> str:
        """The argon2id hash of a password."""
        with self._room:
            return self._hasher.hash(_plain(password))

    def fits(self, password: str, password_hash: str | None) -> bool:
        """Whether the password is right; without a hash the same work is done, and the answer is no."""
        with self._room:
            try:
                self._hasher.verify(password_hash or self._nobody, _plain(password))
            except (VerifyMismatchError, InvalidHashError):
                return False
        return password_hash is not None

    def outdated(self, password_hash: str) -> bool:
        """Whether the hash was made with weaker settings than today's."""
        return self._hasher.check_needs_rehash(password_hash)


class Accounts:
    """Everything done to accounts. Methods raise `InputError` with a sentence for staff."""

    def __init__(self, database: Database, clock: Callable[[], datetime], passwords: Passwords | None = None) -> None:
        self._database = database
        self._clock = clock
        self.passwords = passwords or Passwords()

    def sign_in(self, login: str, password: str) -> int:
        """The id of the account whose login and password these are.

        Raises:
            InputError: they are not, or the account is closed or locked; always the same sentence.
        """
        with self._database.read() as connection:
            account = staff.by_login(connection, normal_login(login)[:40])
        fits = self.passwords.fits(password[:LONGEST_PASSWORD], account.password_hash if account else None)
        if not self._settle(account.id if account else None, fits) or account is None:
            raise InputError(_REFUSED)
        if self.passwords.outdated(account.password_hash):
            renewed = self.passwords.hash(password)
            with self._database.write() as connection:
                staff.set_password(connection, account.id, renewed)
        return account.id

    def _settle(self, staff_id: int | None, fits: bool) -> bool:
        """Whether the door opens; a refusal writes one audit row whatever its cause, for the sake of equal work."""
        now = self._clock()
        with self._database.write() as connection:
            account = None if staff_id is None else staff.lock(connection, staff_id)
            shut = account is None or not account.active or is_locked(account, now)
            if account is not None and not shut:
                failed = 0 if fits else account.failed_attempts + 1
                staff.note_attempts(connection, account.id, failed, _locked_until(failed, now))
            opens = fits and not shut
            _noted(connection, staff_id, "signed_in" if opens else "sign_in_failed", now)
            return opens

    def change_password(self, staff_id: int, old: str, new: str) -> None:
        """Replace one's own password, and sign every browser out.

        Raises:
            InputError: the old one is wrong, or the new one too weak.
        """
        with self._database.read() as connection:
            account = staff.get(connection, staff_id)
        if account is None or not self.passwords.fits(old[:LONGEST_PASSWORD], account.password_hash):
            raise InputError("现在的密码不对。请重新输入")
        check_password(new, account.login)
        if _plain(new) == _plain(old):
            raise InputError("新密码和现在的一样。请换一个")
        fresh = self.passwords.hash(new)
        now = self._clock()
        with self._database.write() as connection:
            staff.set_password(connection, staff_id, fresh)
            staff.end_sessions_of(connection, staff_id)
            _noted(connection, staff_id, "password_changed", now)

    def set_active(self, by: int, staff_id: int, active: bool) -> None:
        """Close an account (its sessions end at once) or open it again.

        Raises:
            InputError: no such account, one's own, or the last administrator's.
        """
        now = self._clock()
        with self._database.write() as connection:
            account = staff.lock(connection, staff_id)
            if account is None:
                raise InputError("没有这个账号。请刷新页面")
            if by == staff_id and not active:
                raise InputError("不能停用自己的账号。请让另一位管理员来停")
            if not active and not self._another_administrator(connection, staff_id):
                raise InputError("这是最后一个管理员,停用后就没人能管账号了。请先邀请另一位")
            staff.set_active(connection, staff_id, active)
            if not active:
                staff.end_sessions_of(connection, staff_id)
            audit.append(
                connection, actor=f"staff:{by}", action="account_opened" if active else "account_closed",
                thing=f"staff:{staff_id}", now=now,
            )

    @staticmethod
    def _another_administrator(connection: Connection, staff_id: int) -> bool:
        others = (row for row in staff.everyone(connection) if row.id != staff_id and row.active)
        return any(may(row.roles, "manage_staff") for row in others)


def normal_login(login: str) -> str:
    """A login as it is stored: without spaces around it, small letters."""
    return unicodedata.normalize("NFKC", login).strip().lower()


def check_login(login: str) -> str:
    """The normal form of a login that a new account may have.

    Raises:
        InputError: it has other characters, or a wrong length.
    """
    normal = normal_login(login)
    if not _LOGIN.fullmatch(normal):
        raise InputError("登录名要 2 到 40 个字符,只能用小写字母、数字、点、横线,例如 wang.li")
    return normal


def check_password(password: str, login: str) -> None:
    """Refuse a password that is too short or that anybody would guess.

    Raises:
        InputError: says what to change.
    """
    plain = _plain(password)
    if len(plain) < SHORTEST_PASSWORD:
        raise InputError(f"密码至少要 {SHORTEST_PASSWORD} 个字符。可以用几个不相干的词连起来")
    if len(plain) > LONGEST_PASSWORD:
        raise InputError(f"密码最多 {LONGEST_PASSWORD} 个字符")
    if len(set(plain)) < 5 or normal_login(login) in plain.lower():
        raise InputError("这个密码太好猜。请不要用重复的字符,也不要带登录名")


def is_locked(account: StaffRow, now: datetime) -> bool:
    """Whether sign-in is shut for a while after too many wrong passwords."""
    return account.locked_until is not None and now < account.locked_until


def _locked_until(failed: int, now: datetime) -> datetime | None:
    if failed < FREE_ATTEMPTS:
        return None
    doubled: int = 1 << min(failed - FREE_ATTEMPTS, 10)
    return now + min(FIRST_LOCK * doubled, LONGEST_LOCK)


def _plain(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def _noted(connection: Connection, staff_id: int | None, action: str, now: datetime) -> None:
    name = "staff:nobody" if staff_id is None else f"staff:{staff_id}"
    audit.append(connection, actor=name, action=action, thing=name, now=now)
