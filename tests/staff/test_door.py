import time
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
from sqlalchemy import select

from bot.errors import InputError
from bot.staff import Caller, Door, KnownBrowsers, Passwords, SecondFactor, Sessions
from bot.store import audit, staff
from bot.store.database import Database
from bot.store.keys import Keys
from tests.staff.conftest import PASSWORD, Clock

WRONG = "wrong wrong wrong"
ANYWHERE = Caller()


def refusal(door: Door, login: str, password: str, caller: Caller = ANYWHERE) -> str:
    with pytest.raises(InputError) as problem:
        door.sign_in(login, password, caller)
    return str(problem.value)


def test_the_right_password_opens(door: Door, wang: int) -> None:
    admitted = door.sign_in(" Wang ", PASSWORD)
    assert (admitted.staff_id, admitted.stage) == (wang, "full")


def test_a_wrong_login_and_a_wrong_password_are_answered_alike(door: Door, wang: int) -> None:
    assert refusal(door, "wang", WRONG) == refusal(door, "nobody", PASSWORD)


def test_a_locked_account_is_answered_like_a_wrong_password_and_like_a_login_that_does_not_exist(door: Door, wang: int) -> None:
    answers = {refusal(door, login, WRONG) for _ in range(8) for login in ("wang", "nobody")}
    assert answers == {refusal(door, "wang", PASSWORD)}


@pytest.mark.usefixtures("wang")
def test_both_refusals_take_the_same_work(sqlite: Database, clock: Clock, second_factor: SecondFactor, keys: Keys) -> None:
    passwords = Passwords()
    door = Door(sqlite, clock, passwords, second_factor, keys.hashes)
    with sqlite.write() as connection:
        staff.set_password(connection, 1, passwords.hash(PASSWORD))

    def shortest(login: str) -> float:
        times = []
        for _ in range(3):
            begun = time.process_time()  # the work, whatever else the machine does at the moment
            refusal(door, login, WRONG)
            times.append(time.process_time() - begun)
        return min(times)

    known, unknown = shortest("wang"), shortest("nobody")
    assert 0.5 < known / unknown < 2


def test_five_wrong_passwords_lock_for_a_minute(door: Door, wang: int, clock: Clock) -> None:
    for _ in range(5):
        refusal(door, "wang", WRONG)
    assert door.locked(["wang", "li"]) == {"wang"}
    clock.move(seconds=59)
    refusal(door, "wang", PASSWORD)
    clock.move(seconds=1)

    assert door.sign_in("wang", PASSWORD).staff_id == wang


def test_each_further_wrong_password_locks_twice_as_long_up_to_an_hour(door: Door, wang: int, clock: Clock) -> None:
    waits = []
    for _ in range(13):
        refusal(door, "wang", WRONG)
        minutes = 0
        while door.locked(["wang"]):
            clock.move(minutes=1)
            minutes += 1
        waits.append(minutes)

    assert waits == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_tries_while_locked_do_not_lengthen_the_lock(door: Door, wang: int, clock: Clock) -> None:
    for _ in range(20):
        refusal(door, "wang", WRONG)
    clock.move(minutes=1)

    assert door.sign_in("wang", PASSWORD).staff_id == wang


def test_of_many_guesses_at_the_same_moment_no_more_count_than_one_after_the_other(door: Door, wang: int) -> None:
    def guess(password: str) -> bool:
        try:
            return door.sign_in("wang", password).staff_id == wang
        except InputError:
            return False

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(guess, [WRONG] * 16))
    assert not guess(PASSWORD)


def test_signing_in_forgets_failures(door: Door, wang: int) -> None:
    for _ in range(3):
        for _ in range(4):
            refusal(door, "wang", WRONG)
        assert door.sign_in("wang", PASSWORD).staff_id == wang


def test_a_flood_from_strangers_does_not_shut_out_the_usual_computer(door: Door, known: KnownBrowsers, wang: int) -> None:
    usual = Caller("10.0.0.1", known.name(known.remember("", "wang"), "wang"))
    for number in range(40):
        refusal(door, "wang", WRONG, Caller(f"10.0.1.{number}"))
    refusal(door, "wang", PASSWORD, Caller("10.0.2.1"))

    assert door.sign_in("wang", PASSWORD, usual).staff_id == wang


def test_an_address_is_shut_after_thirty_failures_for_a_quarter_of_an_hour_at_most(door: Door, wang: int, clock: Clock) -> None:
    office = Caller("10.0.0.1")
    for number in range(30):
        refusal(door, f"login{number}", WRONG, office)
    assert "从这个网络" in refusal(door, "wang", PASSWORD, office)
    assert door.sign_in("wang", PASSWORD, Caller("10.0.0.2")).staff_id == wang
    for number in range(8):
        clock.move(minutes=15)
        assert "从这个网络" not in refusal(door, f"other{number}", WRONG, office)
    clock.move(minutes=15)

    assert door.sign_in("wang", PASSWORD, office).staff_id == wang


def test_the_usual_computer_of_one_is_a_strangers_for_another(known: KnownBrowsers) -> None:
    cookie = known.remember("", "wang")
    assert known.name(cookie, "wang")
    assert known.name(cookie, "li") == ""
    assert known.name(known.remember(cookie, "li"), "wang") == known.name(cookie, "wang")
    for forged in ("", "x", cookie[:-1] + "0" * 2, cookie.split(".")[0], "号" * 50):
        assert known.name(forged, "wang") == ""
    for number in range(20):
        cookie = known.remember(cookie, f"login{number}")
    assert len(cookie.split(".")) == 9


def test_a_computer_that_guesses_is_locked_for_itself(door: Door, known: KnownBrowsers, wang: int) -> None:
    usual = Caller("10.0.0.1", known.name(known.remember("", "wang"), "wang"))
    for _ in range(5):
        refusal(door, "wang", WRONG, usual)
    refusal(door, "wang", PASSWORD, usual)

    assert door.sign_in("wang", PASSWORD, Caller("10.0.0.1")).staff_id == wang


def test_an_administrator_or_the_operator_opens_the_door_again(door: Door, wang: int) -> None:
    for _ in range(8):
        refusal(door, "wang", WRONG)
    door.unlock("operator", "Wang")

    assert door.sign_in("wang", PASSWORD).staff_id == wang
    with pytest.raises(InputError):
        door.unlock("operator", "nobody")


def test_a_closed_account_does_not_open(door: Door, wang: int, sqlite: Database) -> None:
    with sqlite.write() as connection:
        staff.set_active(connection, wang, False)

    assert refusal(door, "wang", PASSWORD) == refusal(door, "nobody", PASSWORD)


def test_every_try_leaves_one_audit_row(door: Door, wang: int, sqlite: Database) -> None:
    refusal(door, "wang", WRONG)
    refusal(door, "nobody", WRONG)
    door.sign_in("wang", PASSWORD)

    with sqlite.read() as connection:
        rows = [(row.actor, row.action) for row in connection.execute(select(audit.audit).order_by(audit.audit.c.id))]
        assert audit.first_broken(connection) is None
    assert rows == [(f"staff:{wang}", "sign_in_failed"), ("staff:nobody", "sign_in_failed"), (f"staff:{wang}", "signed_in")]


def test_a_hash_of_weaker_settings_is_renewed_at_sign_in(
    sqlite: Database, wang: int, clock: Clock, second_factor: SecondFactor, keys: Keys
) -> None:
    passwords = Passwords()
    door = Door(sqlite, clock, passwords, second_factor, keys.hashes)
    door.sign_in("wang", PASSWORD)

    with sqlite.read() as connection:
        account = staff.get(connection, wang)
    assert account is not None
    assert not passwords.outdated(account.password_hash)
    assert door.sign_in("wang", PASSWORD).staff_id == wang


def test_the_whole_way_in_is_the_same_on_both_kinds_of_database(database: Database, clock: Clock, passwords: Passwords, keys: Keys) -> None:
    second_factor = SecondFactor(database, clock, keys.hashes)
    door, sessions = Door(database, clock, passwords, second_factor, keys.hashes), Sessions(database, clock)
    with database.write() as connection:
        wang = staff.add(
            connection, login="wang", display_name="小王", password_hash=passwords.hash(PASSWORD), roles=["hotline"], districts=[], now=clock.now,
        )
    secret, _ = second_factor.begin(wang)
    totp = pyotp.TOTP(secret)
    codes = second_factor.confirm(wang, totp.at(clock.now))
    for _ in range(5):
        refusal(door, "wang", WRONG, Caller("10.0.0.1"))
    refusal(door, "wang", PASSWORD, Caller("10.0.0.1"))
    clock.move(minutes=1)
    assert door.sign_in("wang", PASSWORD).stage == "code"
    half = sessions.find_half(sessions.open(wang, "code"))
    assert half is not None
    door.enter_code(wang, totp.at(clock.now))
    who = sessions.find(sessions.complete(half))
    assert who is not None
    assert door.prove(who, codes[0])
    assert not door.prove(who, codes[0])
    assert [item.this for item in sessions.of(who)] == [True]
    second_factor.take_away("operator", wang)
    assert door.sign_in("wang", PASSWORD).stage == "full"
    with database.read() as connection:
        assert audit.first_broken(connection) is None
