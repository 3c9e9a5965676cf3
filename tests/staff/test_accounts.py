import pytest
from sqlalchemy import select

from bot.errors import InputError
from bot.staff import Accounts, Passwords, Sessions
from bot.staff.accounts import check_login, check_password
from bot.store import audit, staff
from bot.store.database import Database
from tests.conftest import NOW
from tests.staff.conftest import PASSWORD, Clock


def refusal(accounts: Accounts, login: str, password: str) -> str:
    with pytest.raises(InputError) as problem:
        accounts.sign_in(login, password)
    return str(problem.value)


def test_the_right_password_opens(accounts: Accounts, wang: int) -> None:
    assert accounts.sign_in(" Wang ", PASSWORD) == wang


def test_a_wrong_login_and_a_wrong_password_are_answered_alike(accounts: Accounts, wang: int) -> None:
    assert refusal(accounts, "wang", "wrong wrong wrong") == refusal(accounts, "nobody", PASSWORD)


def test_a_locked_account_is_answered_like_a_wrong_password(accounts: Accounts, wang: int) -> None:
    answers = {refusal(accounts, "wang", "wrong wrong wrong") for _ in range(8)}

    assert answers == {refusal(accounts, "wang", PASSWORD)}


def test_five_wrong_passwords_lock_for_a_minute(accounts: Accounts, wang: int, clock: Clock) -> None:
    for _ in range(5):
        refusal(accounts, "wang", "wrong wrong wrong")
    clock.move(seconds=59)
    refusal(accounts, "wang", PASSWORD)
    clock.move(seconds=1)

    assert accounts.sign_in("wang", PASSWORD) == wang


def test_each_further_wrong_password_locks_twice_as_long_up_to_an_hour(
    accounts: Accounts, wang: int, clock: Clock, sqlite: Database
) -> None:
    waits = []
    for attempt in range(13):
        refusal(accounts, "wang", "wrong wrong wrong")
        with sqlite.read() as connection:
            account = staff.get(connection, wang)
        assert account is not None
        if account.locked_until is not None:
            waits.append(int((account.locked_until - clock.now).total_seconds()) // 60)
            clock.now = account.locked_until
        assert account.failed_attempts == attempt + 1

    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_tries_while_locked_do_not_lengthen_the_lock(accounts: Accounts, wang: int, clock: Clock) -> None:
    for _ in range(20):
        refusal(accounts, "wang", "wrong wrong wrong")
    clock.move(minutes=1)

    assert accounts.sign_in("wang", PASSWORD) == wang


def test_signing_in_forgets_failures(accounts: Accounts, wang: int) -> None:
    for _ in range(3):
        for _ in range(4):
            refusal(accounts, "wang", "wrong wrong wrong")
        assert accounts.sign_in("wang", PASSWORD) == wang


def test_a_closed_account_does_not_open(accounts: Accounts, wang: int, sqlite: Database) -> None:
    with sqlite.write() as connection:
        staff.set_active(connection, wang, False)

    assert refusal(accounts, "wang", PASSWORD) == refusal(accounts, "nobody", PASSWORD)


def test_every_try_leaves_one_audit_row(accounts: Accounts, wang: int, sqlite: Database) -> None:
    refusal(accounts, "wang", "wrong wrong wrong")
    refusal(accounts, "nobody", "wrong wrong wrong")
    accounts.sign_in("wang", PASSWORD)

    with sqlite.read() as connection:
        rows = [(row.actor, row.action) for row in connection.execute(select(audit.audit).order_by(audit.audit.c.id))]
        assert audit.first_broken(connection) is None
    assert rows == [(f"staff:{wang}", "sign_in_failed"), ("staff:nobody", "sign_in_failed"), (f"staff:{wang}", "signed_in")]


def test_a_hash_of_weaker_settings_is_renewed_at_sign_in(sqlite: Database, wang: int, clock: Clock) -> None:
    accounts = Accounts(sqlite, clock, Passwords())
    accounts.sign_in("wang", PASSWORD)

    with sqlite.read() as connection:
        account = staff.get(connection, wang)
    assert account is not None
    assert not accounts.passwords.outdated(account.password_hash)
    assert accounts.sign_in("wang", PASSWORD) == wang


def test_passwords_are_argon2id(passwords: Passwords) -> None:
    assert Passwords().hash(PASSWORD).startswith("$argon2id$")
    assert passwords.hash(PASSWORD) != passwords.hash(PASSWORD)


@pytest.mark.parametrize("password", ["short pass1", "aaaabbbbaaaa", "wang-is-my-name"])
def test_passwords_anybody_would_guess_are_refused(password: str) -> None:
    with pytest.raises(InputError):
        check_password(password, "wang")


@pytest.mark.parametrize("login", ["", "w", "小王", "a b", "-x", "x" * 41, "<b>"])
def test_logins_with_other_characters_are_refused(login: str) -> None:
    with pytest.raises(InputError):
        check_login(login)


def test_a_new_password_ends_every_session(accounts: Accounts, sessions: Sessions, wang: int) -> None:
    token = sessions.open(wang)
    accounts.change_password(wang, PASSWORD, "another long password")

    assert sessions.find(token) is None
    assert accounts.sign_in("wang", "another long password") == wang
    refusal(accounts, "wang", PASSWORD)


def test_the_old_password_is_asked_for(accounts: Accounts, wang: int) -> None:
    with pytest.raises(InputError, match="现在的密码不对"):
        accounts.change_password(wang, "wrong wrong wrong", "another long password")


def add(sqlite: Database, login: str, role: str) -> int:
    with sqlite.write() as connection:
        return staff.add(connection, login=login, display_name=login, password_hash="x", roles=[role], districts=[], now=NOW)


def test_nobody_closes_their_own_account(accounts: Accounts, sqlite: Database) -> None:
    admin = add(sqlite, "admin", "administrator")
    with pytest.raises(InputError, match="自己"):
        accounts.set_active(admin, admin, False)


def test_closing_an_account_ends_its_sessions_and_can_be_undone(
    accounts: Accounts, sessions: Sessions, sqlite: Database, wang: int
) -> None:
    admin = add(sqlite, "admin", "administrator")
    token = sessions.open(wang)
    accounts.set_active(admin, wang, False)
    assert sessions.find(token) is None

    accounts.set_active(admin, wang, True)
    assert accounts.sign_in("wang", PASSWORD) == wang


def test_the_last_administrator_stays(accounts: Accounts, sqlite: Database, wang: int) -> None:
    admin = add(sqlite, "admin", "administrator")
    with pytest.raises(InputError, match="最后一个管理员"):
        accounts.set_active(wang, admin, False)
