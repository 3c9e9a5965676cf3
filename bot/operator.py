"""Commands of whoever runs the program: the first administrator, a lost telephone or password, the audit log.

They need the key file and the database, so being able to run them is being allowed to. Each leaves an audit row
in the name of `operator`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from bot import app as house
from bot.errors import InputError
from bot.settings import Settings, load_settings
from bot.staff import Accounts, Door, Invitations, SecondFactor, Sessions
from bot.staff.logins import normal_login
from bot.store import audit, staff
from bot.store.database import Database
from bot.store.keys import Keys
from bot.store.staff import StaffRow

OPERATOR = "operator"
Login = Annotated[str, typer.Argument(help="The login name.")]

staff_cli = typer.Typer(no_args_is_help=True, help="Staff accounts: the first administrator, lost passwords and telephones.")
audit_cli = typer.Typer(no_args_is_help=True, help="The audit log: verify it, note its head.")


@contextmanager
def _accounts(settings: Settings) -> Iterator[tuple[Database, Keys, Accounts]]:
    with house.opened(settings) as (database, keys):
        yield database, keys, Accounts(database, house.now)


def _account(database: Database, login: str) -> StaffRow:
    with database.read() as connection:
        found = staff.by_login(connection, normal_login(login))
    if found is None:
        raise InputError(f"没有登录名「{login}」。用 jinnuan staff list 看有哪些")
    return found


@staff_cli.command("list")
def list_staff() -> None:
    """Lists every account: login, roles, whether it is open and has a second factor."""
    with house.opened(load_settings()) as (database, _), database.read() as connection:
        for account in staff.everyone(connection):
            state = "可用" if account.active else "已停用"
            factor = "设了验证器" if account.totp_secret else "没设验证器"
            print(f"{account.login}  {'、'.join(account.roles)}  {state}  {factor}")


@staff_cli.command("invite-administrator")
def invite_administrator() -> None:
    """Prints a one-time link (24 hours) that makes an administrator; an unused earlier one stops working."""
    settings = load_settings()
    with _accounts(settings) as (database, _, accounts):
        token = Invitations(database, accounts, house.now).administrator()
    print(f"建管理员的链接（只能用一次，24 小时内有效）：\n{settings.site}/console/join/{token}")


@staff_cli.command("password-link")
def password_link(login: Login) -> None:
    """Prints a one-time link (24 hours) with which an account gets a new password; its second factor stays."""
    settings = load_settings()
    with _accounts(settings) as (database, _, accounts):
        token = Invitations(database, accounts, house.now).new_password(None, _account(database, login).id)
    print(f"重设密码的链接（只能用一次，24 小时内有效）：\n{settings.site}/console/join/{token}")


@staff_cli.command("reset-second-factor")
def reset_second_factor(login: Login) -> None:
    """Takes a lost second factor away and signs every browser of the account out."""
    with house.opened(load_settings()) as (database, keys):
        SecondFactor(database, house.now, keys.hashes).take_away(OPERATOR, _account(database, login).id)
    print(f"「{login}」的验证器已重置，所有设备都退出了。下次登录时重设。")


@staff_cli.command("sign-out")
def sign_out(
    login: Annotated[str, typer.Argument(help="The login name; left out: everybody.")] = "",
) -> None:
    """Signs every browser of one account, or of all accounts, out at once."""
    with house.opened(load_settings()) as (database, _):
        with database.read() as connection:
            everyone = staff.everyone(connection)
        chosen = [_account(database, login)] if login else everyone
        for account in chosen:
            Sessions(database, house.now).end_for(OPERATOR, account.id)
    print(f"{len(chosen)} 个账号的所有设备都退出了。")


@staff_cli.command("unlock")
def unlock(login: Login) -> None:
    """Opens an account again that wrong passwords have locked."""
    with _accounts(load_settings()) as (database, keys, accounts):
        second_factor = SecondFactor(database, house.now, keys.hashes)
        Door(database, house.now, accounts.passwords, second_factor, keys.hashes).unlock(OPERATOR, login)
    print(f"「{login}」解锁了。")


@audit_cli.command("verify")
def verify(
    noted: Annotated[str, typer.Option("--head", help="A head that `audit head` printed earlier and was kept elsewhere.")] = "",
) -> None:
    """Verifies the chain of the audit log; exit status 2 when a row was changed or taken out, naming the first."""
    with house.opened(load_settings()) as (database, _), database.read() as connection:
        broken = audit.first_broken(connection)
        held = not noted or audit.holds(connection, noted)
    if broken is not None:
        raise InputError(f"审计记录从第 {broken} 行起对不上：有人改过或删过。请保留数据库并立即上报")
    if not held:
        raise InputError("审计记录里没有当时记下的那一行：末尾被截掉过，或全部被重写过。请保留数据库并立即上报")
    print("审计记录完整，没有被改动。")


@audit_cli.command("head")
def head() -> None:
    """Prints how many rows there are and the hash of the newest; keep it elsewhere, and give it to `audit verify --head` later."""
    with house.opened(load_settings()) as (database, _), database.read() as connection:
        rows, newest = audit.head(connection)
    print(f"{rows} {newest}")
