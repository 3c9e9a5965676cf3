import pyotp
import pytest
from sqlalchemy import select, text

from bot.errors import InputError
from bot.staff import Door, Passwords, SecondFactor, Sessions
from bot.store import audit
from bot.store.database import Database
from bot.store.keys import Keys
from tests.staff.conftest import PASSWORD, Clock


class Telephone:
    """The app of one person."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self.totp, self.clock = pyotp.TOTP(secret), clock

    def code(self, half_minutes: int = 0) -> str:
        return self.totp.generate_otp(self.totp.timecode(self.clock.now) + half_minutes)


@pytest.fixture
def enrolled(second_factor: SecondFactor, wang: int, clock: Clock) -> tuple[Telephone, list[str]]:
    """小王's telephone and recovery codes; the code of enrolment lies behind."""
    secret, _ = second_factor.begin(wang)
    telephone = Telephone(secret, clock)
    codes = second_factor.confirm(wang, telephone.code())
    clock.move(seconds=60)
    return telephone, codes


def refused(door: Door, staff_id: int, code: str) -> bool:
    try:
        door.enter_code(staff_id, code)
    except InputError:
        return True
    return False


def test_what_is_shown_stays_the_same_until_it_is_confirmed(second_factor: SecondFactor, wang: int, clock: Clock) -> None:
    first, address = second_factor.begin(wang)
    assert second_factor.begin(wang)[0] == first
    assert address.startswith("otpauth://totp/")
    assert f"secret={first}" in address
    for wrong in ("", "000000x", "１２３４５６", "号" * 100):
        with pytest.raises(InputError):
            second_factor.confirm(wang, wrong)
    assert second_factor.left(wang) is None

    assert len(second_factor.confirm(wang, Telephone(first, clock).code())) == 10
    with pytest.raises(InputError, match="已经设过"):
        second_factor.begin(wang)


@pytest.mark.usefixtures("enrolled")
def test_a_password_alone_leads_to_the_second_step(door: Door) -> None:
    assert door.sign_in("wang", PASSWORD).stage == "code"


def test_where_it_is_required_an_account_without_one_sets_it_up_first(
    sqlite: Database, clock: Clock, passwords: Passwords, second_factor: SecondFactor, keys: Keys, wang: int
) -> None:
    assert Door(sqlite, clock, passwords, second_factor, keys.hashes, required=True).sign_in("wang", PASSWORD).stage == "enrol"


def test_a_code_works_once(door: Door, wang: int, enrolled: tuple[Telephone, list[str]]) -> None:
    code = enrolled[0].code()
    door.enter_code(wang, code)

    assert refused(door, wang, code)
    assert refused(door, wang, enrolled[0].code(-1))
    door.enter_code(wang, enrolled[0].code(1))


def test_clocks_may_differ_by_half_a_minute_and_no_more(door: Door, wang: int, enrolled: tuple[Telephone, list[str]], clock: Clock) -> None:
    clock.move(minutes=10)
    assert refused(door, wang, enrolled[0].code(-2))
    assert refused(door, wang, enrolled[0].code(2))
    door.enter_code(wang, enrolled[0].code(-1))


def test_a_recovery_code_works_once_however_it_is_typed(door: Door, wang: int, enrolled: tuple[Telephone, list[str]], second_factor: SecondFactor) -> None:
    code = enrolled[1][0]
    door.enter_code(wang, f" {code.lower().replace('-', ' ')} ")

    assert second_factor.left(wang) == 9
    assert refused(door, wang, code)


def test_fresh_recovery_codes_replace_the_former(door: Door, wang: int, enrolled: tuple[Telephone, list[str]], second_factor: SecondFactor) -> None:
    fresh = second_factor.renew_codes(wang)

    assert refused(door, wang, enrolled[1][0])
    door.enter_code(wang, fresh[0])


def test_five_wrong_codes_lock_and_a_right_password_in_between_forgets_nothing(
    door: Door, wang: int, enrolled: tuple[Telephone, list[str]], clock: Clock
) -> None:
    for _ in range(5):
        assert refused(door, wang, "000000")
        with_password = door.sign_in if _ < 4 else None
        if with_password:
            with_password("wang", PASSWORD)
    assert refused(door, wang, enrolled[0].code())
    clock.move(minutes=1)

    door.enter_code(wang, enrolled[0].code())


def test_taking_it_away_signs_out_and_ends_the_recovery_codes(
    door: Door, sessions: Sessions, second_factor: SecondFactor, wang: int, enrolled: tuple[Telephone, list[str]], sqlite: Database
) -> None:
    token = sessions.open(wang)
    second_factor.take_away("operator", wang)

    assert sessions.find(token) is None
    assert door.sign_in("wang", PASSWORD).stage == "full"
    assert refused(door, wang, enrolled[1][0])
    with sqlite.read() as connection:
        done = connection.execute(select(audit.audit.c.actor, audit.audit.c.action)).all()
    assert ("operator", "second_factor_removed") in [tuple(row) for row in done]


def test_secret_and_recovery_codes_cannot_be_read_from_the_database(sqlite: Database, enrolled: tuple[Telephone, list[str]]) -> None:
    with sqlite.read() as connection:
        stored = str(connection.execute(text("SELECT totp_secret, totp_pending FROM staff")).all())
        stored += str(connection.execute(text("SELECT code_hash FROM recovery_codes")).all())
    assert enrolled[0].totp.secret not in stored
    assert enrolled[1][0].replace("-", "") not in stored


def test_a_code_counts_as_a_proof(door: Door, sessions: Sessions, wang: int, enrolled: tuple[Telephone, list[str]]) -> None:
    who = sessions.find(sessions.open(wang))
    assert who is not None
    assert door.prove(who, enrolled[0].code())
    assert not door.prove(who, enrolled[0].code())
