"""Tables on both kinds of database."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from bot.errors import StoreError
from bot.store import changes, conversations, inbound, leases, outbox, transcripts
from bot.store.database import Database
from bot.store.keys import Keys, load_keys
from tests.conftest import NOW


def _conversation(database: Database) -> int:
    with database.write() as connection:
        return conversations.create(connection, "web", "whispered", "hash", NOW)


def test_migrations_go_up_and_down_on_a_filled_database(database: Database) -> None:
    conversation_id = _conversation(database)
    with database.write() as connection:
        transcripts.add(connection, conversation_id, author="resident", text="低保", now=NOW)
    database.downgrade("base")
    assert set(inspect(database.engine).get_table_names()) == {"alembic_version"}
    database.upgrade()
    assert "cases" in inspect(database.engine).get_table_names()


def test_a_database_of_a_newer_program_is_refused_with_one_sentence(sqlite: Database) -> None:
    with sqlite.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="更新版本"):
        sqlite.upgrade()


def test_a_message_delivered_twice_is_kept_once(database: Database) -> None:
    conversation_id = _conversation(database)
    given = {"channel": "web", "external_id": "7", "conversation_id": conversation_id, "token": "ab", "content": {"text": "低保"}, "now": NOW}
    with database.write() as connection:
        first = inbound.add(connection, **given)  # type: ignore[arg-type]
        second = inbound.add(connection, **given)  # type: ignore[arg-type]
    assert first is not None
    assert second is None


def test_words_lie_encrypted_in_the_file(tmp_path: Path, keys: Keys) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.sqlite3'}", keys.cipher)
    database.upgrade()
    conversation_id = _conversation(database)
    with database.write() as connection:
        transcripts.add(connection, conversation_id, author="resident", text="我妈瘫在床上", now=NOW)
        assert transcripts.lines(connection, conversation_id)[0].text == "我妈瘫在床上"
    database.dispose()
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert "瘫在床上".encode() not in stored
    assert b"whispered" not in stored


def test_the_outbox_gives_one_message_a_conversation_in_order(database: Database) -> None:
    conversation_id = _conversation(database)
    with database.write() as connection:
        for word in ("一", "二"):
            outbox.add(connection, conversation_id, "telegram", {"text": word}, NOW)
        first = outbox.due(connection, "telegram", NOW)
        assert [row.content["text"] for row in first] == ["一"]
        outbox.postpone(connection, first[0].id, NOW + timedelta(seconds=9), "429")
        assert outbox.due(connection, "telegram", NOW) == []
        outbox.mark_sent(connection, first[0].id, NOW)
        assert [row.content["text"] for row in outbox.due(connection, "telegram", NOW)] == ["二"]


def test_a_lease_belongs_to_one_holder_until_it_runs_out(database: Database) -> None:
    with database.write() as connection:
        assert leases.take(connection, "poller", "a", NOW)
        assert not leases.take(connection, "poller", "b", NOW)
        assert leases.take(connection, "poller", "a", NOW + timedelta(seconds=9))
        assert leases.take(connection, "poller", "b", NOW + timedelta(seconds=30))
        leases.release(connection, "b")
        assert leases.take(connection, "poller", "a", NOW + timedelta(seconds=31))


def test_changes_are_counted_up(database: Database) -> None:
    with database.write() as connection:
        changes.note(connection, "case", 5, NOW)
        number = changes.highest(connection)
        changes.note(connection, "conversation", 6, NOW)
        assert changes.since(connection, number) == [(number + 1, "conversation", 6)]


def test_keys_are_made_once_and_damaged_ones_are_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    sealed = load_keys(file).cipher.encrypt("低保", "x")
    assert load_keys(file).cipher.decrypt(sealed, "x") == "低保"
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_text(json.dumps({"keys": {}}))
    with pytest.raises(StoreError, match="备份"):
        load_keys(file)
    assert json.loads(file.read_text()) == {"keys": {}}
