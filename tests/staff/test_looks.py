import pytest
from sqlalchemy import func, select

from bot.errors import InputError
from bot.staff import Looks, Sessions, SignedIn
from bot.store import audit, cases, conversations
from bot.store.database import Database
from tests.conftest import NOW
from tests.staff.conftest import Clock

NUMBER = "JN2611-ABCDEF"


@pytest.fixture
def looks(sqlite: Database, clock: Clock) -> Looks:
    with sqlite.write() as connection:
        conversation_id = conversations.create(connection, "web", "secret", "hash", NOW)
        cases.open_case(
            connection, number=NUMBER, conversation_id=conversation_id, screening_id=None, kind="asked", colour="green",
            reason="", signals=[], district="河东区", programmes=[], details={}, phone_hash=None, now=NOW,
        )
    return Looks(sqlite, clock)


@pytest.fixture
def who(sessions: Sessions, wang: int) -> SignedIn:
    found = sessions.find(sessions.open(wang))
    assert found is not None
    return found


def rows(sqlite: Database, action: str) -> int:
    with sqlite.read() as connection:
        return connection.scalar(select(func.count()).select_from(audit.audit).where(audit.audit.c.action == action)) or 0


def test_every_opening_of_a_page_is_written_down(looks: Looks, who: SignedIn, sqlite: Database) -> None:
    looks.opened(who, NUMBER)
    looks.opened(who, NUMBER)

    assert rows(sqlite, "looked") == 2


def test_a_page_that_refreshes_itself_is_one_look_in_ten_minutes(
    looks: Looks, who: SignedIn, sqlite: Database, clock: Clock
) -> None:
    looks.opened(who, NUMBER, by_itself=True)
    clock.move(minutes=9)
    looks.opened(who, NUMBER, by_itself=True)
    assert rows(sqlite, "looked") == 1
    clock.move(minutes=1)
    looks.opened(who, NUMBER, by_itself=True)

    assert rows(sqlite, "looked") == 2


def test_a_contact_is_readable_for_five_minutes_and_written_down(
    looks: Looks, who: SignedIn, sqlite: Database, clock: Clock
) -> None:
    assert not looks.is_unmasked(who, NUMBER)
    looks.unmask(who, NUMBER)
    clock.move(minutes=4, seconds=59)
    assert looks.is_unmasked(who, NUMBER)
    clock.move(seconds=1)

    assert not looks.is_unmasked(who, NUMBER)
    assert rows(sqlite, "unmasked") == 1


def test_nobody_unmasks_a_case_they_cannot_see(looks: Looks, who: SignedIn, sqlite: Database) -> None:
    with pytest.raises(InputError):
        looks.unmask(who, "JN2611-ZZZZZZ")

    assert rows(sqlite, "unmasked") == 0
