from sqlalchemy import select

from bot.staff import Sessions, hash_token
from bot.store import staff
from bot.store.database import Database
from tests.staff.conftest import Clock


def test_a_token_finds_its_person(sessions: Sessions, wang: int) -> None:
    who = sessions.find(sessions.open(wang))

    assert who is not None
    assert (who.id, who.display_name) == (wang, "小王")
    assert who.may("work_cases")
    assert not who.may("manage_staff")
    assert who.scope.districts == frozenset({"河东区"})


def test_unknown_and_empty_tokens_find_nobody(sessions: Sessions, wang: int) -> None:
    token = sessions.open(wang)

    assert sessions.find("") is None
    assert sessions.find(token + "x") is None
    assert sessions.find(hash_token(token)) is None


def test_only_the_hash_of_a_token_is_stored(sessions: Sessions, wang: int, sqlite: Database) -> None:
    token = sessions.open(wang)

    with sqlite.read() as connection:
        stored = [row.token_hash for row in connection.execute(select(staff.sessions))]
    assert stored == [hash_token(token)]
    assert token not in stored


def test_thirty_idle_minutes_end_a_session(sessions: Sessions, wang: int, clock: Clock) -> None:
    token = sessions.open(wang)
    clock.move(minutes=29)
    assert sessions.find(token) is not None
    clock.move(minutes=29, seconds=59)
    assert sessions.find(token) is not None
    clock.move(minutes=30)

    assert sessions.find(token) is None


def test_an_open_page_alone_keeps_nobody_signed_in(sessions: Sessions, wang: int, clock: Clock) -> None:
    token = sessions.open(wang)
    for _ in range(29):
        clock.move(minutes=1)
        assert sessions.find(token, used=False) is not None
    clock.move(minutes=1)

    assert sessions.find(token, used=False) is None


def test_twelve_hours_end_a_session_however_busy(sessions: Sessions, wang: int, clock: Clock) -> None:
    token = sessions.open(wang)
    for _ in range(47):
        clock.move(minutes=15)
        assert sessions.find(token) is not None
    clock.move(minutes=15)

    assert sessions.find(token) is None


def test_one_browser_or_all_of_them_can_be_signed_out(sessions: Sessions, wang: int) -> None:
    first, second, third = (sessions.open(wang) for _ in range(3))
    who = sessions.find(first)
    assert who is not None
    sessions.end(who)
    assert sessions.find(first) is None
    assert sessions.find(second) is not None

    other = sessions.find(second)
    assert other is not None
    sessions.end_all(other)
    assert sessions.find(third) is None
    assert sessions.of(wang) == []


def test_old_sessions_are_swept_when_somebody_signs_in(sessions: Sessions, wang: int, clock: Clock, sqlite: Database) -> None:
    sessions.open(wang)
    clock.move(hours=1)
    sessions.open(wang)

    with sqlite.read() as connection:
        assert len(staff.sessions_of(connection, wang)) == 1
