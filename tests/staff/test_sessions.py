import pytest
from sqlalchemy import select

from bot.errors import InputError
from bot.staff import Door, Sessions, hash_token
from bot.store import sessions as store
from bot.store import staff
from bot.store.database import Database
from tests.conftest import NOW
from tests.staff.conftest import PASSWORD, Clock


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
        stored = [row.token_hash for row in connection.execute(select(store.sessions))]
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
    assert sessions.of(other) == []


def test_old_sessions_are_swept_when_somebody_signs_in(sessions: Sessions, wang: int, clock: Clock, sqlite: Database) -> None:
    sessions.open(wang)
    clock.move(hours=1)
    sessions.open(wang)

    with sqlite.read() as connection:
        assert len(store.of(connection, wang)) == 1


def test_a_right_password_alone_opens_nothing_and_waits_ten_minutes(sessions: Sessions, wang: int, clock: Clock) -> None:
    token = sessions.open(wang, "code")
    assert sessions.find(token) is None
    half = sessions.find_half(token)
    assert half is not None
    clock.move(minutes=10)

    assert sessions.find_half(token) is None


def test_the_whole_session_has_another_token_than_the_half_one(sessions: Sessions, wang: int) -> None:
    token = sessions.open(wang, "code")
    half = sessions.find_half(token)
    assert half is not None
    whole = sessions.complete(half, "Firefox，Linux")

    assert sessions.find_half(token) is None
    who = sessions.find(whole)
    assert who is not None
    assert [(item.browser, item.this) for item in sessions.of(who)] == [("Firefox，Linux", True)]


def test_one_of_the_own_browsers_is_ended_by_its_name_and_nobody_elses(sessions: Sessions, wang: int, sqlite: Database) -> None:
    who, other = sessions.find(sessions.open(wang)), sessions.open(wang)
    assert who is not None
    [name] = [item.name for item in sessions.of(who) if not item.this]
    with sqlite.write() as connection:
        stranger = staff.add(connection, login="li", display_name="小李", password_hash="x", roles=["hotline"], districts=[], now=NOW)
    thief = sessions.find(sessions.open(stranger))
    assert thief is not None
    for wanted in (name, "", "x" * 16):
        with pytest.raises(InputError):
            sessions.end_one(thief, wanted)
    assert sessions.find(other) is not None

    assert not sessions.end_one(who, name)
    assert sessions.find(other) is None


def test_a_secret_given_counts_for_five_minutes(sessions: Sessions, door: Door, wang: int, clock: Clock) -> None:
    token = sessions.open(wang)
    clock.move(minutes=5)
    who = sessions.find(token)
    assert who is not None
    assert not who.has_proven(clock.now)
    assert not door.prove(who, "wrong wrong wrong")
    assert door.prove(who, PASSWORD)

    again = sessions.find(token)
    assert again is not None
    assert again.has_proven(clock.now)


def test_five_wrong_secrets_end_the_session(sessions: Sessions, door: Door, wang: int) -> None:
    token = sessions.open(wang)
    who = sessions.find(token)
    assert who is not None
    for _ in range(5):
        assert not door.prove(who, "wrong wrong wrong")

    assert sessions.find(token) is None


def test_the_eleventh_browser_signs_the_oldest_out(sessions: Sessions, wang: int, clock: Clock) -> None:
    tokens = []
    for _ in range(11):
        tokens.append(sessions.open(wang))
        clock.move(seconds=1)

    assert [sessions.find(token) is not None for token in tokens] == [False, *[True] * 10]


def test_an_administrator_signs_somebody_out(sessions: Sessions, wang: int) -> None:
    token = sessions.open(wang)
    sessions.end_for("staff:9", wang)

    assert sessions.find(token) is None
