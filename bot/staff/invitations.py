"""One-time links: they make accounts (the first administrator's at start, all others by an administrator) or give a new password."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from bot.casework import may
from bot.errors import InputError
from bot.staff.accounts import Accounts, chosen, replace_password
from bot.staff.logins import check_login, check_name
from bot.staff.passwords import check_password
from bot.staff.sessions import hash_token, new_token
from bot.store import audit, invitations, staff
from bot.store.database import Database
from bot.store.invitations import InvitationRow

INVITATION_HOURS = 24
_SPENT = "这个链接已经用过，或过了 24 小时。请找管理员重发一个"


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
        with self._database.read() as connection:
            if staff.count(connection):
                return None
        return self.administrator()

    def administrator(self) -> str:
        """A fresh token for an administrator, asked for by whoever runs the program; an unused earlier one is withdrawn."""
        token, now = new_token(), self._clock()
        with self._database.write() as connection:
            invitations.withdraw_given_by_nobody(connection)
            invitations.add(connection, hash_token(token), ["administrator"], [], now + timedelta(hours=INVITATION_HOURS))
            audit.append(connection, actor="operator", action="invited", thing=_name(hash_token(token)), now=now)
        return token

    def invite(self, by: int, roles: Sequence[str], districts: Sequence[str], known_districts: Sequence[str]) -> str:
        """A token for one new account with these roles and districts.

        Raises:
            InputError: no role was chosen, or a role or district does not exist.
        """
        kept_roles, kept_districts = chosen(roles, districts, known_districts)
        token, now = new_token(), self._clock()
        with self._database.write() as connection:
            expires_at = now + timedelta(hours=INVITATION_HOURS)
            invitations.add(connection, hash_token(token), kept_roles, kept_districts, expires_at, invited_by=by)
            audit.append(connection, actor=f"staff:{by}", action="invited", thing=_name(hash_token(token)), now=now)
        return token

    def new_password(self, by: int | None, staff_id: int) -> str:
        """A token with which an account gets a new password; the second factor stays.

        Args:
            by: the administrator, None for whoever runs the program.
            staff_id: whose password.

        Raises:
            InputError: there is no such account, or it is closed.
        """
        token, now = new_token(), self._clock()
        with self._database.write() as connection:
            account = staff.get(connection, staff_id)
            if account is None or not account.active:
                raise InputError("没有这个账号，或它已停用。请先恢复")
            expires_at = now + timedelta(hours=INVITATION_HOURS)
            invitations.add(connection, hash_token(token), [], [], expires_at, invited_by=by, staff_id=staff_id)
            actor = "operator" if by is None else f"staff:{by}"
            audit.append(connection, actor=actor, action="password_link_made", thing=f"staff:{staff_id}", now=now)
        return token

    def find(self, token: str) -> InvitationRow | None:
        """The link behind a token, if it could still be used."""
        with self._database.read() as connection:
            return invitations.find(connection, hash_token(token), self._clock())

    def open(self) -> list[InvitationRow]:
        """Links nobody has used yet."""
        with self._database.read() as connection:
            return invitations.usable(connection, self._clock())

    def withdraw(self, by: int, token_hash: str) -> None:
        """Make a link useless before anybody uses it.

        Raises:
            InputError: it was used or withdrawn meanwhile.
        """
        with self._database.write() as connection:
            if not invitations.withdraw(connection, token_hash):
                raise InputError("这个邀请已经用掉或撤回了")
            now = self._clock()
            audit.append(connection, actor=f"staff:{by}", action="invitation_withdrawn", thing=_name(token_hash), now=now)

    def accept(self, token: str, display_name: str, login: str, password: str) -> int:
        """Spend a link: a new account; returns its id.

        Raises:
            InputError: the link is spent, the login taken, the name or password not fit; the link stays good.
        """
        found = self.find(token)
        if found is None or found.staff_id is not None:
            raise InputError(_SPENT)
        name, login = check_name(display_name), check_login(login)
        check_password(password, login)
        password_hash, now = self._accounts.passwords.hash(password), self._clock()
        try:
            with self._database.write() as connection:
                given = invitations.use(connection, hash_token(token), now)
                if given is None:
                    raise InputError(_SPENT)
                staff_id = staff.add(
                    connection, login=login, display_name=name, password_hash=password_hash, roles=given.roles,
                    districts=given.districts, now=now,
                )
                if may(given.roles, "manage_staff"):  # from now on no link of a start may make another one
                    invitations.withdraw_given_by_nobody(connection)
                audit.append(connection, actor=f"staff:{staff_id}", action="joined", thing=_name(hash_token(token)), now=now)
        except IntegrityError as error:
            raise InputError("这个登录名有人用了。请换一个") from error
        return staff_id

    def set_password(self, token: str, password: str) -> None:
        """Spend a link: a new password, and every browser of the account is signed out.

        Raises:
            InputError: the link is spent, or the password not fit; the link stays good then.
        """
        found = self.find(token)
        with self._database.read() as connection:
            account = None if found is None or found.staff_id is None else staff.get(connection, found.staff_id)
        if account is None or not account.active:
            raise InputError(_SPENT)
        check_password(password, account.login)
        password_hash, now = self._accounts.passwords.hash(password), self._clock()
        with self._database.write() as connection:
            if invitations.use(connection, hash_token(token), now) is None:
                raise InputError(_SPENT)
            replace_password(connection, account.id, password_hash, now)


def _name(token_hash: str) -> str:
    return f"invitation:{token_hash[:12]}"
