"""A new key: everything is written anew with it, also when it was stopped half-way, also beside a running program."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Text, select, type_coerce

from bot.errors import StoreError
from bot.privacy import CipherError
from bot.store import conversations, outbox, rotation, transcripts
from bot.store.database import Database
from bot.store.keys import add_key, drop_old_keys, load_keys
from bot.store.rotation import Rotation, sealed_columns
from tests.conftest import NOW


class Place:
    """A key file and the database it belongs to."""

    def __init__(self, folder: Path, url: str) -> None:
        self.file = folder / "keys.json"
        self.url = url
        self._opened: list[Database] = []
        self.database = self.opened()
        self.database.upgrade()

    def opened(self) -> Database:
        self._opened.append(Database(self.url, load_keys(self.file).cipher))
        return self._opened[-1]

    def close(self) -> None:
        if not self.database.is_sqlite:
            self.database.downgrade("base")
        for database in self._opened:
            database.dispose()

    def fill(self, lines: int) -> int:
        with self.database.write() as connection:
            conversation_id = conversations.create(connection, "telegram", "1001", f"hash{lines}", NOW)
            outbox.add(connection, conversation_id, "telegram", {"text": "还没发"}, NOW)
            for number in range(lines):
                transcripts.add(connection, conversation_id, author="resident", text=f"第{number}句", now=NOW)
        return conversation_id

    def prefixes(self) -> set[str]:
        with self.database.read() as connection:
            rows = [
                value for table, column in sealed_columns()
                for value in connection.scalars(select(type_coerce(column, Text)).select_from(table)) if value is not None
            ]
        return {row.partition(".")[0] for row in rows}

    def said(self, database: Database, conversation_id: int) -> list[str]:
        with database.read() as connection:
            return [line.text for line in transcripts.lines(connection, conversation_id, limit=10_000)]


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    url = f"sqlite:///{tmp_path / 'x.sqlite3'}" if request.param == "sqlite" else request.getfixturevalue("postgres_server")
    made = Place(tmp_path, url)
    yield made
    made.close()


def test_everything_is_written_anew_and_reads_as_before(place: Place) -> None:
    conversation_id = place.fill(1_100)
    before = place.said(place.database, conversation_id)
    assert add_key(place.file) == "k2"
    fresh = place.opened()
    told: list[tuple[str, int]] = []
    assert Rotation(fresh).run(lambda column, rows: told.append((column, rows))) > 3_000
    assert place.prefixes() == {"k2"}
    assert place.said(fresh, conversation_id) == before
    assert ("transcript.text", 1_100) in told
    assert drop_old_keys(place.file) == ["k1"]
    assert place.said(place.opened(), conversation_id) == before


def test_what_was_stopped_half_way_goes_on_and_old_keys_read_until_then(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation_id = place.fill(20)
    before = place.said(place.database, conversation_id)
    monkeypatch.setattr(rotation, "AT_ONCE", 7)
    add_key(place.file)
    fresh = place.opened()

    def stop(column: str, rows: int) -> None:
        if column == "transcript.text":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Rotation(fresh).run(stop)
    assert place.prefixes() == {"k1", "k2"}
    assert place.said(fresh, conversation_id) == before
    assert Rotation(fresh).left("k2") > 0
    Rotation(fresh).run(lambda column, rows: None)
    assert Rotation(fresh).left("k2") == 0
    assert place.prefixes() == {"k2"}
    assert place.said(fresh, conversation_id) == before


def test_a_program_that_ran_before_the_rotation_reads_the_new_key_and_then_writes_with_it(place: Place) -> None:
    conversation_id = place.fill(2)
    running = place.database
    add_key(place.file)
    other = place.opened()
    Rotation(other).run(lambda column, rows: None)
    assert place.said(running, conversation_id) == ["第0句", "第1句"]
    place.fill(1)
    assert place.prefixes() == {"k2"}


def test_a_key_that_is_gone_is_named_and_a_damaged_file_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    old = load_keys(file).cipher.encrypt("低保", "x")
    add_key(file)
    drop_old_keys(file)
    with pytest.raises(CipherError, match="k1"):
        load_keys(file).cipher.decrypt(old, "x")
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_text("{")
    with pytest.raises(StoreError, match="备份"):
        add_key(file)
    assert file.read_text() == "{"


def test_the_keys_of_hashes_and_forms_stay(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    before = load_keys(file)
    add_key(file)
    after = load_keys(file)
    assert after.hashes.of("phone", "1") == before.hashes.of("phone", "1")
    assert after.form_secret == before.form_secret
    assert after.cipher.current != before.cipher.current
