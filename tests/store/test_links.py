"""Links, further addresses and wrong tries on both kinds of database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import inspect, select, text

from bot.knowledge import Knowledge
from bot.reception import links as carried
from bot.store import addresses, conversations, links, screenings, snapshots, tries
from bot.store.database import Database
from bot.store.keys import Keys
from tests.conftest import NOW

SOON, LATER = NOW + timedelta(hours=1), NOW + timedelta(days=30)


def _conversation(database: Database, address: str = "hash") -> int:
    with database.write() as connection:
        return conversations.create(connection, "web", "secret", address, NOW)


def _screening(database: Database, conversation_id: int) -> int:
    with database.write() as connection:
        snapshots.keep(connection, "v", "{}", NOW)
        return screenings.add(connection, conversation_id, {"cars": 0}, {}, "v", NOW)


def test_a_token_is_long_and_only_its_hash_is_stored(database: Database) -> None:
    conversation_id = _conversation(database)
    with database.write() as connection:
        made = {links.make(connection, "findings", conversation_id=conversation_id, expires_at=SOON, now=NOW) for _ in range(20)}
        stored = " ".join(str(row) for row in connection.execute(select(links.capability_links)))
    assert len(made) == 20
    assert {len(token) for token in made} == {43}
    assert not any(token in stored for token in made)


def test_a_link_opens_its_screening_until_it_expires(database: Database) -> None:
    conversation_id = _conversation(database)
    screening_id = _screening(database, conversation_id)
    with database.write() as connection:
        token = links.make(connection, "findings", conversation_id=conversation_id, screening_id=screening_id, expires_at=LATER, now=NOW)
        found = links.find(connection, token, LATER - timedelta(seconds=1))
        assert found == links.Link("findings", conversation_id, screening_id, LATER, NOW)
        assert links.find(connection, token, LATER) is None
        assert links.find(connection, token[:-1] + "_", NOW) is None
        assert links.find(connection, token, NOW, "resume") is None
        assert screenings.get(connection, screening_id).facts == {"cars": 0}


def test_withdrawing_ends_the_links_of_one_conversation_only(database: Database, keys: Keys) -> None:
    mine, other = _conversation(database), _conversation(database, "other")
    with database.write() as connection:
        gone = links.make(connection, "findings", conversation_id=mine, expires_at=SOON, now=NOW)
        stays = links.make(connection, "findings", conversation_id=other, expires_at=SOON, now=NOW)
        addresses.add(connection, "second", mine, NOW)
        carried.withdraw(connection, mine)
        assert links.find(connection, gone, NOW) is None
        assert links.find(connection, stays, NOW) is not None
        assert conversations.find(connection, "second") is None


def test_expired_links_are_purged(database: Database) -> None:
    conversation_id = _conversation(database)
    with database.write() as connection:
        links.make(connection, "findings", conversation_id=conversation_id, expires_at=SOON, now=NOW)
        links.make(connection, "findings", conversation_id=conversation_id, expires_at=LATER, now=NOW)
        assert links.purge(connection, SOON) == 1
        assert links.purge(connection, SOON) == 0


def test_a_code_leads_a_fresh_address_to_the_conversation_once(database: Database, keys: Keys, knowledge: Knowledge) -> None:
    conversation_id = _conversation(database)
    with database.write() as connection:
        code = carried.resume_code(connection, keys.hashes, knowledge, conversation_id, NOW)
        assert len(code) == carried.CODE_LENGTH
        assert set(code) <= set(carried.LETTERS)
        given = {"code": code, "channel": "web", "caller": "10.0.0.1", "now": NOW}
        assert carried.join(connection, keys.hashes, address="tablet", **given) == "joined"  # type: ignore[arg-type]
        assert carried.join(connection, keys.hashes, address="thief", **given) == "wrong"  # type: ignore[arg-type]
        found = conversations.find(connection, keys.hashes.of("address.web", "tablet"))
        assert found is not None
        assert found.id == conversation_id
        assert conversations.find(connection, keys.hashes.of("address.web", "thief")) is None


def test_a_code_ends_after_a_day_and_when_a_newer_one_is_given(database: Database, keys: Keys, knowledge: Knowledge) -> None:
    conversation_id = _conversation(database)
    with database.write() as connection:
        token = carried.findings_link(connection, knowledge, conversation_id, _first_screening(connection, conversation_id), NOW)
        first = carried.resume_code(connection, keys.hashes, knowledge, conversation_id, NOW)
        second = carried.resume_code(connection, keys.hashes, knowledge, conversation_id, NOW)
        assert links.use(connection, keys.hashes.of("resume", first), NOW) is None
        assert links.use(connection, keys.hashes.of("resume", second), NOW + timedelta(hours=24)) is None
        assert links.use(connection, keys.hashes.of("resume", second), NOW + timedelta(hours=23)) is not None
        assert links.find(connection, token, NOW) is not None, "a code leaves links to findings alone"


def _first_screening(connection, conversation_id: int) -> int:  # type: ignore[no-untyped-def]
    snapshots.keep(connection, "v", "{}", NOW)
    return screenings.add(connection, conversation_id, {}, {}, "v", NOW)


def test_of_several_who_bring_a_code_at_the_same_moment_one_gets_in(database: Database, keys: Keys, knowledge: Knowledge) -> None:
    conversation_id = _conversation(database)
    with database.write() as connection:
        code = carried.resume_code(connection, keys.hashes, knowledge, conversation_id, NOW)

    def bring(number: int) -> str:
        with database.write() as connection:
            return carried.join(connection, keys.hashes, code=code, channel="web", address=f"a{number}", caller=f"c{number}", now=NOW)

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(bring, range(8)))
    assert sorted(outcomes) == ["joined"] + ["wrong"] * 7


def test_five_wrong_tries_shut_the_door_for_an_hour_even_to_the_right_code(database: Database, keys: Keys, knowledge: Knowledge) -> None:
    conversation_id = _conversation(database)
    with database.write() as connection:
        code = carried.resume_code(connection, keys.hashes, knowledge, conversation_id, NOW)

        def bring(code: str, minutes: float, caller: str = "10.0.0.1") -> str:
            now = NOW + timedelta(minutes=minutes)
            return carried.join(connection, keys.hashes, code=code, channel="web", address=f"{minutes}", caller=caller, now=now)

        assert [bring("B" * 8, minute) for minute in range(6)] == ["wrong"] * 5 + ["resting"]
        assert bring(code, 30) == "resting"
        assert bring("C" * 8, 30, caller="10.0.0.2") == "wrong", "others may still try"
        assert bring(code, 4 + 60) == "joined"


def test_a_right_code_costs_no_try(database: Database, keys: Keys, knowledge: Knowledge) -> None:
    conversation_id = _conversation(database)
    with database.write() as connection:
        for number in range(7):
            code = carried.resume_code(connection, keys.hashes, knowledge, conversation_id, NOW)
            given = {"channel": "web", "address": str(number), "caller": "10.0.0.1", "now": NOW}
            assert carried.join(connection, keys.hashes, code=code, **given) == "joined"  # type: ignore[arg-type]


def test_tries_made_at_the_same_moment_are_counted_one_by_one(database: Database) -> None:
    def one(_: int) -> bool:
        with database.write() as connection:
            return tries.take(connection, "who", NOW)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(24))) == tries.MOST
    with database.write() as connection:
        assert tries.purge(connection, NOW + tries.REST) == 1


def test_the_step_to_links_goes_up_and_down_on_filled_tables(database: Database) -> None:
    conversation_id = _conversation(database)
    screening_id = _screening(database, conversation_id)
    with database.write() as connection:
        links.make(connection, "findings", conversation_id=conversation_id, screening_id=screening_id, expires_at=SOON, now=NOW)
        addresses.add(connection, "second", conversation_id, NOW)
        tries.take(connection, "who", NOW)
    database.downgrade("0001")
    assert not {"capability_links", "addresses", "tries"} & set(inspect(database.engine).get_table_names())
    with database.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM conversations")) == 1
    database.upgrade()
    with database.write() as connection:
        assert links.make(connection, "findings", conversation_id=conversation_id, expires_at=SOON, now=NOW)
