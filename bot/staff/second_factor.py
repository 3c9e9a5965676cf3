"""The second factor: a code of six digits from an app (TOTP, RFC 6238), and recovery codes for a lost telephone."""

import hmac
import re
import secrets
from collections.abc import Callable
from datetime import datetime

import pyotp
from sqlalchemy import Connection

from bot.errors import InputError
from bot.privacy import KeyedHash
from bot.store import audit, sessions, staff
from bot.store.database import Database
from bot.store.staff import StaffRow

ISSUER = "津暖工作台"
RECOVERY_CODES = 10
_LETTERS = "BCDFGHJKMNPQRSTVWXYZ23456789"
_STEPS = (0, -1, 1)
"""A code is good in its own half minute and the ones beside it: clocks differ and people type slowly."""


class SecondFactor:
    """Sets up, checks and takes away second factors. Methods raise `InputError` with a sentence for staff."""

    def __init__(self, database: Database, clock: Callable[[], datetime], hashes: KeyedHash) -> None:
        self._database = database
        self._clock = clock
        self._hashes = hashes

    def begin(self, staff_id: int) -> tuple[str, str]:
        """(secret in Base32, `otpauth://` address) to be shown; the same until it is confirmed.

        Raises:
            InputError: the account has a second factor already.
        """
        with self._database.write() as connection:
            account = self._account(connection, staff_id)
            if account.totp_secret is not None:
                raise InputError("已经设过验证器。换手机请用恢复码登录后重设，或请管理员重置")
            secret = account.totp_pending or pyotp.random_base32()
            staff.set_pending(connection, staff_id, secret)
        return secret, pyotp.TOTP(secret).provisioning_uri(name=account.login, issuer_name=ISSUER)

    def confirm(self, staff_id: int, code: str) -> list[str]:
        """Put the shown one in force; returns the recovery codes, which nobody can read again.

        Raises:
            InputError: the code does not fit what was shown.
        """
        with self._database.write() as connection:
            account = self._account(connection, staff_id)
            step = None if account.totp_pending is None else self._step(account.totp_pending, code)
            if step is None:
                raise InputError("6 位数对不上。请看手机上最新的一个；手机的时间要准")
            staff.set_second_factor(connection, staff_id, account.totp_pending, step)
            audit.append(connection, actor=f"staff:{staff_id}", action="second_factor_set", thing=f"staff:{staff_id}", now=self._clock())
            return self._fresh_codes(connection, staff_id)

    def check(self, connection: Connection, account: StaffRow, code: str) -> bool:
        """Whether the code is right, in the caller's transaction; it is spent then, and no other time."""
        if account.totp_secret is None:
            return False
        given = re.sub(r"[\s-]", "", code).upper()
        if re.fullmatch(r"[0-9]{6}", given):
            step = self._step(account.totp_secret, given)
            return step is not None and staff.spend_step(connection, account.id, step)
        right = staff.spend_recovery_code(connection, account.id, self._hash(account.id, given[:40]))
        if right:
            now = self._clock()
            audit.append(connection, actor=f"staff:{account.id}", action="recovery_code_used", thing=f"staff:{account.id}", now=now)
        return right

    def renew_codes(self, staff_id: int) -> list[str]:
        """Fresh recovery codes in place of all earlier ones.

        Raises:
            InputError: the account has no second factor.
        """
        with self._database.write() as connection:
            if self._account(connection, staff_id).totp_secret is None:
                raise InputError("还没有设验证器。请先设好")
            audit.append(connection, actor=f"staff:{staff_id}", action="recovery_codes_renewed", thing=f"staff:{staff_id}", now=self._clock())
            return self._fresh_codes(connection, staff_id)

    def left(self, staff_id: int) -> int | None:
        """How many recovery codes were not used yet; None without a second factor."""
        with self._database.read() as connection:
            has = self._account(connection, staff_id).totp_secret is not None
            return staff.recovery_codes_left(connection, staff_id) if has else None

    def take_away(self, by: str, staff_id: int) -> None:
        """Remove it, for a new telephone or a lost one; every browser of the account is signed out.

        Args:
            by: pseudonym of who does it, for example `staff:3` or `operator`.
            staff_id: whose.
        """
        with self._database.write() as connection:
            self._account(connection, staff_id)
            staff.set_second_factor(connection, staff_id, None)
            sessions.end_of(connection, staff_id)
            audit.append(connection, actor=by, action="second_factor_removed", thing=f"staff:{staff_id}", now=self._clock())

    @staticmethod
    def _account(connection: Connection, staff_id: int) -> StaffRow:
        account = staff.lock(connection, staff_id)
        if account is None:
            raise InputError("没有这个账号。请刷新页面")
        return account

    def _step(self, secret: str, code: str) -> int | None:
        """The half minute that the code belongs to, or None."""
        totp = pyotp.TOTP(secret)
        now = totp.timecode(self._clock())
        given = re.sub(r"\s", "", code)
        found = [now + by for by in _STEPS if hmac.compare_digest(totp.generate_otp(now + by).encode(), given.encode())]
        return found[0] if found else None

    def _fresh_codes(self, connection: Connection, staff_id: int) -> list[str]:
        codes = ["".join(secrets.choice(_LETTERS) for _ in range(12)) for _ in range(RECOVERY_CODES)]
        staff.set_recovery_codes(connection, staff_id, [self._hash(staff_id, code) for code in codes])
        return [f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in codes]

    def _hash(self, staff_id: int, code: str) -> str:
        return self._hashes.of("staff.recovery_code", f"{staff_id}\x00{code}")
