import pytest
from sqlalchemy import select

from bot.errors import InputError
from bot.staff import Accounts, Door, Passwords, Sessions
from bot.staff.logins import check_login
from bot.staff.passwords import check_password
from bot.store import audit, staff
from bot.store.database import Database
from tests.conftest import NOW
from tests.staff.conftest import PASSWORD

DISTRICTS = ["河东区", "南开区"]


def test_passwords_are_argon2id(passwords: Passwords) -> None:
    assert Passwords().hash(PASSWORD).startswith("$argon2id$")
    assert passwords.hash(PASSWORD) != passwords.hash(PASSWORD)


@pytest.mark.parametrize("password", [
    "short pass1", "aaaabbbbaaaa", "wang-is-my-name", "password1234", "P@ssw0rd12345", "qwertyuiop123", "1qaz2wsx3edc", "admin123456789",
    "woaini5201314", "tianjin2026!!", "minzhengju123456", "123456789012", "correcthorsebatterystaple", "abcdefghijkl", "密码密码密码密码密码密码",
])
def test_passwords_anybody_would_guess_are_refused(password: str) -> None:
    with pytest.raises(InputError):
        check_password(password, "wang")


@pytest.mark.parametrize("password", [
    PASSWORD, "another long password", "海河边第三棵柳树下见过你", "purple teapot 17 sings", "x9$kQ2!mZr7@Lp", "a" * 3 + "zebra flute cactus" + "b" * 100,
])
def test_long_passwords_of_any_characters_are_taken(password: str) -> None:
    check_password(password, "wang")


@pytest.mark.parametrize("login", ["", "w", "小王", "a b", "-x", "x" * 41, "<b>"])
def test_logins_with_other_characters_are_refused(login: str) -> None:
    with pytest.raises(InputError):
        check_login(login)


def test_a_new_password_ends_every_session(accounts: Accounts, sessions: Sessions, door: Door, wang: int) -> None:
    token = sessions.open(wang)
    accounts.change_password(wang, PASSWORD, "another long password")

    assert sessions.find(token) is None
    assert door.sign_in("wang", "another long password").staff_id == wang
    with pytest.raises(InputError):
        door.sign_in("wang", PASSWORD)


def test_the_old_password_is_asked_for(accounts: Accounts, wang: int) -> None:
    with pytest.raises(InputError, match="现在的密码不对"):
        accounts.change_password(wang, "wrong wrong wrong", "another long password")


def add(sqlite: Database, login: str, role: str) -> int:
    with sqlite.write() as connection:
        return staff.add(connection, login=login, display_name=login, password_hash="x", roles=[role], districts=[], now=NOW)


def test_what_is_longer_than_any_password_may_be_is_not_cut_to_fit(passwords: Passwords) -> None:
    longest = "x" * 200
    assert passwords.fits(longest, passwords.hash(longest))
    assert not passwords.fits(longest + "y", passwords.hash(longest))


def test_nobody_closes_their_own_account(accounts: Accounts, sqlite: Database) -> None:
    admin = add(sqlite, "admin", "administrator")
    with pytest.raises(InputError, match="自己"):
        accounts.set_active(admin, admin, False)


def test_closing_an_account_ends_its_sessions_and_can_be_undone(
    accounts: Accounts, sessions: Sessions, door: Door, sqlite: Database, wang: int
) -> None:
    admin = add(sqlite, "admin", "administrator")
    token = sessions.open(wang)
    accounts.set_active(admin, wang, False)
    assert sessions.find(token) is None

    accounts.set_active(admin, wang, True)
    assert door.sign_in("wang", PASSWORD).staff_id == wang


def test_the_last_administrator_stays(accounts: Accounts, sqlite: Database, wang: int) -> None:
    admin = add(sqlite, "admin", "administrator")
    with pytest.raises(InputError, match="最后一个管理员"):
        accounts.set_active(wang, admin, False)


def actions(sqlite: Database) -> list[tuple[str, str]]:
    with sqlite.read() as connection:
        return [(row.action, row.object) for row in connection.execute(select(audit.audit).order_by(audit.audit.c.id))]


def test_every_change_of_a_role_is_a_row_of_its_own(accounts: Accounts, sqlite: Database, wang: int) -> None:
    admin = add(sqlite, "admin", "administrator")
    accounts.add_unit(admin, "救助科")
    accounts.set_place(admin, wang, ["supervisor"], ["南开区"], 1, DISTRICTS)

    assert actions(sqlite) == [
        ("unit_added", "unit:1"), ("role_taken:hotline", f"staff:{wang}"), ("role_given:supervisor", f"staff:{wang}"),
        ("place_changed", f"staff:{wang}"),
    ]
    with sqlite.read() as connection:
        account = staff.get(connection, wang)
    assert account is not None
    assert (account.roles, account.districts, account.unit_id) == (["supervisor"], ["南开区"], 1)


def test_nobody_changes_their_own_role_and_an_administrator_stays(accounts: Accounts, sqlite: Database, wang: int) -> None:
    admin = add(sqlite, "admin", "administrator")
    with pytest.raises(InputError, match="自己"):
        accounts.set_place(wang, wang, ["administrator"], [], None, DISTRICTS)
    with pytest.raises(InputError, match="最后一个管理员"):
        accounts.set_place(wang, admin, ["hotline"], [], None, DISTRICTS)
    for roles, districts, unit in ((["king"], [], None), ([], [], None), (["hotline"], ["北京市"], None), (["hotline"], [], 99)):
        with pytest.raises(InputError):
            accounts.set_place(admin, wang, roles, districts, unit, DISTRICTS)


def test_units_have_one_name_each_and_can_be_closed(accounts: Accounts, sqlite: Database, wang: int) -> None:
    admin = add(sqlite, "admin", "administrator")
    accounts.add_unit(admin, "救助科")
    for name in ("救助科", " ", "长" * 21):
        with pytest.raises(InputError):
            accounts.add_unit(admin, name)
    accounts.set_unit_active(admin, 1, False)
    with pytest.raises(InputError, match="没有这个科室"):
        accounts.set_place(admin, wang, ["hotline"], [], 1, DISTRICTS)
    with pytest.raises(InputError):
        accounts.set_unit_active(admin, 7, True)
