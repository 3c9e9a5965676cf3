"""One-time links that make accounts: the first administrator's at start, all others by an administrator."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from bot.errors import InputError
from bot.staff.accounts import Accounts, check_login, check_password
from bot.staff.roles import ROLES, may
from bot.staff.sessions import hash_token, new_token
from bot.store import audit, staff
from bot.store.database import Database
from bot.store.staff import InvitationRow

INVITATION_HOURS = 24
LONGEST_NAME = 20
_SPENT = "这个链接已经用过,或过了 24 小时。请找管理员重发一个"


class Invitations:
    """Gives out links and turns them into accounts. Methods raise `InputError` with a sentence for staff."""

    def __init__(self, database: Database, accounts: Accounts, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._accounts = accounts
        self._clock = clock

    def first_administrator(self) -> str | None:
        """A fresh token for the first administrator, or None when there is an account already.

        Called at each start; the token of the start before is withdrawn.
        """
        token, now = new_token(), self._clock()
        with self._database.write() as connection:
            if staff.count(connection):
                return None
            staff.withdraw_unused_invitations(connection)
            expires_at = now + timedelta(hours=INVITATION_HOURS)
            staff.add_invitation(connection, hash_token(token), ["administrator"], [], expires_at)
        return token

    def invite(self, by: int, roles: Sequence[str], districts: Sequence[str], known_districts: Sequence[str]) -> str:
        """A token for one new account with these roles and districts.

        Raises:
            InputError: no role was chosen, or a role or district does not exist.
        """
        if not roles or any(role not in ROLES for role in roles):
            raise InputError("请至少选一个角色")
        if any(district not in known_districts for district in districts):
            raise InputError("有一个区不在名单里。请从列表里选")
        token, now = new_token(), self._clock()
        with self._database.write() as connection:
            staff.add_invitation(
                connection, hash_token(token), [role for role in ROLES if role in roles],
                [district for district in known_districts if district in districts],
                now + timedelta(hours=INVITATION_HOURS), invited_by=by,
            )
            audit.append(
                connection, actor=f"staff:{by}", action="invited", thing=f"invitation:{hash_token(token)[:12]}", now=now
            )
        return token

    def find(self, token: str) -> InvitationRow | None:
        """The invitation behind a token, if it could still be used."""
        with self._database.read() as connection:
            return staff.invitation(connection, hash_token(token), self._clock())

    def open(self) -> list[InvitationRow]:
        """Invitations nobody has used yet."""
        with self._database.read() as connection:
            return staff.open_invitations(connection, self._clock())

    def withdraw(self, by: int, token_hash: str) -> None:
        """Make a link useless before anybody uses it.

        Raises:
            InputError: it was used or withdrawn meanwhile.
        """
        with self._database.write() as connection:
            if not staff.withdraw_invitation(connection, token_hash):
                raise InputError("这个邀请已经用掉或撤回了")
            audit.append(
                connection, actor=f"staff:{by}", action="invitation_withdrawn", thing=f"invitation:{token_hash[:12]}",
                now=self._clock(),
            )

    def accept(self, token: str, display_name: str, login: str, password: str) -> int:
        """Spend a link: a new account; returns its id.

        Raises:
            InputError: the link is spent, the login taken, the name or password not fit; the link stays good.
        """
        if self.find(token) is None:
            raise InputError(_SPENT)
        name = display_name.strip()
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            raise InputError(f"请写一个名字,最多 {LONGEST_NAME} 个字。居民会看到它,例如「小王」")
        login = check_login(login)
        check_password(password, login)
        password_hash, now = self._accounts.passwords.hash(password), self._clock()
        try:
            with self._database.write() as connection:
                given = staff.use_invitation(connection, hash_token(token), now)
                if given is None:
                    raise InputError(_SPENT)
                roles, districts = given
                staff_id = staff.add(
                    connection, login=login, display_name=name, password_hash=password_hash, roles=roles,
                    districts=districts, now=now,
                )
                audit.append(
                    connection, actor=f"staff:{staff_id}", action="joined",
                    thing=f"invitation:{hash_token(token)[:12]}", now=now,
                )
        except IntegrityError as error:
            raise InputError("这个登录名有人用了。请换一个") from error
        if may(roles, "manage_staff"):
            self._withdraw_first(now)
        return staff_id

    def _withdraw_first(self, now: datetime) -> None:
        """Once there is an administrator, no link that came from a start may make another one."""
        with self._database.write() as connection:
            for row in staff.open_invitations(connection, now):
                if row.invited_by is None:
                    staff.withdraw_invitation(connection, row.token_hash)
