import pytest

from bot.errors import InputError
from bot.staff import Door, Invitations, Sessions
from bot.store import staff
from bot.store.database import Database
from tests.staff.conftest import PASSWORD, Clock

DISTRICTS = ["和平区", "河东区"]


def account(sqlite: Database, staff_id: int) -> staff.StaffRow:
    with sqlite.read() as connection:
        found = staff.get(connection, staff_id)
    assert found is not None
    return found


def test_the_first_link_makes_an_administrator(invitations: Invitations, door: Door, sqlite: Database) -> None:
    token = invitations.first_administrator()
    assert token is not None
    staff_id = invitations.accept(token, "小李", "Li", PASSWORD)

    assert account(sqlite, staff_id).roles == ["administrator"]
    assert door.sign_in("li", PASSWORD).staff_id == staff_id
    assert invitations.first_administrator() is None


def test_each_start_replaces_the_first_link(invitations: Invitations) -> None:
    first, second = invitations.first_administrator(), invitations.first_administrator()
    assert first is not None and second is not None

    assert invitations.find(first) is None
    assert invitations.find(second) is not None


def test_a_link_works_once(invitations: Invitations) -> None:
    token = invitations.first_administrator()
    assert token is not None
    invitations.accept(token, "小李", "li", PASSWORD)

    with pytest.raises(InputError, match="用过"):
        invitations.accept(token, "小张", "zhang", PASSWORD)


def test_a_link_ends_after_a_day(invitations: Invitations, clock: Clock) -> None:
    token = invitations.first_administrator()
    assert token is not None
    clock.move(hours=23, minutes=59)
    assert invitations.find(token) is not None
    clock.move(minutes=1)

    assert invitations.find(token) is None
    with pytest.raises(InputError):
        invitations.accept(token, "小李", "li", PASSWORD)


def test_roles_and_districts_come_from_the_invitation(invitations: Invitations, sqlite: Database, wang: int) -> None:
    token = invitations.invite(wang, ["supervisor", "hotline"], ["河东区"], DISTRICTS)
    made = account(sqlite, invitations.accept(token, "小赵", "zhao", PASSWORD))

    assert (made.roles, made.districts) == (["hotline", "supervisor"], ["河东区"])


@pytest.mark.parametrize(("name", "login", "password"), [
    ("", "li", PASSWORD), ("李" * 21, "li", PASSWORD), ("小李\n", "l", PASSWORD), ("小李", "李", PASSWORD), ("小李", "li", "short"),
    ("小李", "wang", PASSWORD),
], ids=["no name", "long name", "short login", "login in characters", "short password", "login taken"])
def test_a_refused_form_leaves_the_link_good(
    invitations: Invitations, wang: int, name: str, login: str, password: str
) -> None:
    token = invitations.invite(wang, ["hotline"], [], DISTRICTS)
    with pytest.raises(InputError):
        invitations.accept(token, name, login, password)

    assert invitations.find(token) is not None


@pytest.mark.parametrize(("roles", "districts"), [([], []), (["king"], []), (["hotline"], ["北京市"])])
def test_only_roles_and_districts_that_exist_are_given(
    invitations: Invitations, wang: int, roles: list[str], districts: list[str]
) -> None:
    with pytest.raises(InputError):
        invitations.invite(wang, roles, districts, DISTRICTS)


def test_an_invitation_can_be_withdrawn_once(invitations: Invitations, wang: int) -> None:
    token = invitations.invite(wang, ["hotline"], [], DISTRICTS)
    [row] = invitations.open()
    invitations.withdraw(wang, row.token_hash)

    assert invitations.find(token) is None
    with pytest.raises(InputError):
        invitations.withdraw(wang, row.token_hash)


def test_a_link_gives_a_new_password_once_and_signs_out(
    invitations: Invitations, sessions: Sessions, door: Door, wang: int
) -> None:
    token, session = invitations.new_password(None, wang), sessions.open(wang)
    with pytest.raises(InputError, match="至少要"):
        invitations.set_password(token, "short")
    invitations.set_password(token, "quite unlike the former")

    assert sessions.find(session) is None
    assert door.sign_in("wang", "quite unlike the former").staff_id == wang
    with pytest.raises(InputError, match="用过"):
        invitations.set_password(token, "unlike it once again")


def test_a_link_for_a_password_makes_no_account_and_the_other_way_round(invitations: Invitations, wang: int) -> None:
    with pytest.raises(InputError):
        invitations.accept(invitations.new_password(wang, wang), "小李", "li", PASSWORD)
    with pytest.raises(InputError):
        invitations.set_password(invitations.invite(wang, ["hotline"], [], DISTRICTS), "unlike it once again")


def test_the_operator_makes_a_further_administrator_and_the_former_link_ends(invitations: Invitations, sqlite: Database, wang: int) -> None:
    first, second = invitations.administrator(), invitations.administrator()

    assert invitations.find(first) is None
    assert account(sqlite, invitations.accept(second, "小李", "li", PASSWORD)).roles == ["administrator"]
