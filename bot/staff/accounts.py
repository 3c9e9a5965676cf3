"""Accounts as administrators and their owners change them: passwords, places (role, district, unit), opening and closing."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bot.casework import ROLES, may
from bot.errors import InputError
from bot.staff.logins import check_name
from bot.staff.passwords import Passwords, check_password, plain
from bot.store import audit, sessions, staff, units
from bot.store.database import Database
from bot.store.staff import StaffRow

_LAST = "这是最后一个管理员，这样改就没人能管账号了。请先邀请另一位"


class Accounts:
    """Everything done to accounts. Methods raise `InputError` with a sentence for staff."""

    def __init__(self, database: Database, clock: Callable[[], datetime], passwords: Passwords | None = None) -> None:
        self._database = database
        self._clock = clock
        self.passwords = passwords or Passwords()

    def change_password(self, staff_id: int, old: str, new: str) -> None:
        """Replace one's own password, and sign every browser out.

        Raises:
            InputError: the old one is wrong, or the new one too weak.
        """
        with self._database.read() as connection:
            account = staff.get(connection, staff_id)
        if account is None or not self.passwords.fits(old, account.password_hash):
            raise InputError("现在的密码不对。请重新输入")
        check_password(new, account.login)
        if plain(new) == plain(old):
            raise InputError("新密码和现在的一样。请换一个")
        fresh = self.passwords.hash(new)
        with self._database.write() as connection:
            replace_password(connection, staff_id, fresh, self._clock())

    def set_active(self, by: int, staff_id: int, active: bool) -> None:
        """Close an account (its sessions end at once) or open it again.

        Raises:
            InputError: no such account, one's own, or the last administrator's.
        """
        with self._database.write() as connection:
            account = self._other(connection, by, staff_id, "停用")
            if not active and not self._another_administrator(connection, staff_id):
                raise InputError(_LAST)
            staff.set_active(connection, staff_id, active)
            if not active:
                sessions.end_of(connection, account.id)
            self._noted(connection, by, "account_opened" if active else "account_closed", f"staff:{staff_id}")

    def set_place(
        self, by: int, staff_id: int, roles: Sequence[str], districts: Sequence[str], unit_id: int | None, known_districts: Sequence[str]
    ) -> None:
        """Give a colleague other roles, districts, another unit; what is open in a browser follows at the next click.

        Raises:
            InputError: no such account, one's own, the last administrator's, or something chosen does not exist.
        """
        kept_roles, kept_districts = chosen(roles, districts, known_districts)
        with self._database.write() as connection:
            account = self._other(connection, by, staff_id, "改")
            if unit_id is not None and unit_id not in {unit.id for unit in units.everyone(connection) if unit.active}:
                raise InputError("没有这个科室。请从列表里选")
            if not may(kept_roles, "manage_staff") and not self._another_administrator(connection, staff_id):
                raise InputError(_LAST)
            staff.set_place(connection, staff_id, kept_roles, kept_districts, unit_id)
            for role in sorted({*account.roles} ^ {*kept_roles}):
                self._noted(connection, by, f"role_{'given' if role in kept_roles else 'taken'}:{role}", f"staff:{staff_id}")
            if account.districts != kept_districts or account.unit_id != unit_id:
                self._noted(connection, by, "place_changed", f"staff:{staff_id}")

    def add_unit(self, by: int, name: str) -> None:
        """A new unit.

        Raises:
            InputError: the name is empty or taken.
        """
        shown = check_name(name, "科室名字")
        try:
            with self._database.write() as connection:
                unit_id = units.add(connection, shown)
                self._noted(connection, by, "unit_added", f"unit:{unit_id}")
        except IntegrityError as error:
            raise InputError("已经有这个科室了。请换一个名字") from error

    def set_unit_active(self, by: int, unit_id: int, active: bool) -> None:
        """Close a unit, so that nothing more is given to it, or open it again.

        Raises:
            InputError: there is none of that id.
        """
        with self._database.write() as connection:
            if not units.set_active(connection, unit_id, active):
                raise InputError("没有这个科室。请刷新页面")
            self._noted(connection, by, "unit_opened" if active else "unit_closed", f"unit:{unit_id}")

    @staticmethod
    def _other(connection: Connection, by: int, staff_id: int, what: str) -> StaffRow:
        account = staff.lock(connection, staff_id)
        if account is None:
            raise InputError("没有这个账号。请刷新页面")
        if by == staff_id:
            raise InputError(f"不能{what}自己的账号。请让另一位管理员来{what}")
        return account

    @staticmethod
    def _another_administrator(connection: Connection, staff_id: int) -> bool:
        others = (row for row in staff.everyone(connection) if row.id != staff_id and row.active)
        return any(may(row.roles, "manage_staff") for row in others)

    def _noted(self, connection: Connection, by: int, action: str, thing: str) -> None:
        audit.append(connection, actor=f"staff:{by}", action=action, thing=thing, now=self._clock())


def chosen(roles: Sequence[str], districts: Sequence[str], known_districts: Sequence[str]) -> tuple[list[str], list[str]]:
    """Roles and districts that somebody ticked, in the order of the lists.

    Raises:
        InputError: no role was chosen, or a role or district does not exist.
    """
    if not roles or any(role not in ROLES for role in roles):
        raise InputError("请至少选一个角色")
    if any(district not in known_districts for district in districts):
        raise InputError("有一个区不在名单里。请从列表里选")
    return [role for role in ROLES if role in roles], [district for district in known_districts if district in districts]


def replace_password(connection: Connection, staff_id: int, password_hash: str, now: datetime) -> None:
    """Put a new password in force and sign every browser of the account out."""
    staff.set_password(connection, staff_id, password_hash)
    sessions.end_of(connection, staff_id)
    audit.append(connection, actor=f"staff:{staff_id}", action="password_changed", thing=f"staff:{staff_id}", now=now)
