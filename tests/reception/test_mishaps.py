"""A turn that fails blocks nobody: it is tried again, then put aside, and whoever wrote is told."""

import asyncio

import pytest
from sqlalchemy import text

from bot.conversation import Reading
from bot.knowledge import Knowledge
from bot.reception import Incoming, Reception
from bot.store import cases, conversations, inbound, staff, switches, transcripts
from bot.store.database import Database
from bot.store.keys import Keys
from bot.understanding import crisis_kind
from tests.conftest import NOW


class Stumbling:
    """Stumbles over some words, `times` times."""

    def __init__(self, words: str, times: int = 1_000) -> None:
        self.words = words
        self.times = times

    async def read(self, knowledge: Knowledge, text: str) -> Reading:
        if self.words in text and self.times:
            self.times -= 1
            raise ZeroDivisionError(f"never to be logged: {text}")
        crisis = crisis_kind(knowledge, text)
        return Reading(label=crisis, crisis=crisis, by_pattern=crisis is not None)


def lines(database: Database, conversation_id: int) -> list[tuple[str, str]]:
    with database.read() as connection:
        return [(line.author, line.text) for line in transcripts.lines(connection, conversation_id)]


def talk(database: Database, knowledge: Knowledge, keys: Keys, reader: Stumbling, *words: str) -> int:
    reception = Reception(database, reader, lambda: knowledge, keys.hashes, lambda: NOW)

    async def scene() -> int:
        accepted = [await reception.accept(Incoming("telegram", str(n), "a", "text", word)) for n, word in enumerate(words)]
        await reception.process(accepted[0].conversation_id)
        return accepted[0].conversation_id

    try:
        return asyncio.run(scene())
    finally:
        reception.close()


def test_what_fails_again_and_again_is_put_aside_and_the_next_goes_on(
    database: Database, knowledge: Knowledge, keys: Keys, capsys: pytest.CaptureFixture[str]
) -> None:
    conversation_id = talk(database, knowledge, keys, Stumbling("坏"), "坏话一句", "找真人")
    found = lines(database, conversation_id)
    assert [words for author, words in found if author == "resident"] == ["坏话一句", "找真人"]
    sorry = found[1][1]
    assert "出了点问题" in sorry
    assert "12345" in sorry
    with database.read() as connection:
        aside = inbound.those_set_aside(connection)
    assert [(item.conversation_id, item.problem) for item in aside] == [(conversation_id, "ZeroDivisionError")]
    assert "坏话" not in "".join(capsys.readouterr())


def test_a_fault_that_passes_costs_nothing(sqlite: Database, knowledge: Knowledge, keys: Keys) -> None:
    conversation_id = talk(sqlite, knowledge, keys, Stumbling("坏", times=2), "坏话一句")
    assert all("出了点问题" not in words for _, words in lines(sqlite, conversation_id))


def test_a_crisis_whose_turn_fails_still_gets_its_reply_and_its_case(database: Database, knowledge: Knowledge, keys: Keys) -> None:
    conversation_id = talk(database, knowledge, keys, Stumbling("不想活"), "我不想活了")
    with database.read() as connection:
        case = cases.current_of(connection, conversation_id)
    assert case is not None
    assert case.colour == "red"
    assert any("12356" in words for author, words in lines(database, conversation_id) if author == "bot")


def test_a_crisis_gets_the_numbers_even_where_no_case_can_be_opened(sqlite: Database, knowledge: Knowledge, keys: Keys) -> None:
    with sqlite.write() as connection:
        connection.execute(text("CREATE TRIGGER broken BEFORE INSERT ON cases BEGIN SELECT RAISE(ABORT, 'broken'); END"))
    conversation_id = talk(sqlite, knowledge, keys, Stumbling("没有"), "我不想活了")
    assert any("12356" in words for author, words in lines(sqlite, conversation_id) if author == "bot")


def test_a_state_that_cannot_be_read_is_begun_anew(sqlite: Database, knowledge: Knowledge, keys: Keys) -> None:
    conversation_id = talk(sqlite, knowledge, keys, Stumbling("没有"), "找真人")
    with sqlite.write() as connection:
        conversations.save_state(connection, conversation_id, {"turn": "no number"}, 1, NOW)
    reception = Reception(sqlite, Stumbling("没有"), lambda: knowledge, keys.hashes, lambda: NOW)
    asyncio.run(reception.receive(Incoming("telegram", "8", "a", "text", "低保")))
    asyncio.run(reception.receive(Incoming("telegram", "9", "a", "text", "低保")))
    reception.close()
    with sqlite.read() as connection:
        assert len(inbound.those_set_aside(connection)) == 1
    assert lines(sqlite, conversation_id)[-1][0] == "bot"


def test_while_a_channel_is_off_residents_read_why_and_crises_are_answered(
    database: Database, knowledge: Knowledge, keys: Keys
) -> None:
    with database.write() as connection:
        staff_id = staff.add(connection, login="li", display_name="李", password_hash="x", roles=["administrator"], districts=[], now=NOW)
        switches.switch_off(connection, "telegram", "系统升级到今晚八点。", staff_id, NOW)
    conversation_id = talk(database, knowledge, keys, Stumbling("没有"), "我不想活了", "在河东区大直沽街道", "我没事 就是问问", "低保给多少")
    found = lines(database, conversation_id)
    assert found[0][0] == "resident"
    replies = [words for author, words in found if author == "bot"]
    assert any("12356" in words for words in replies)
    assert sum("系统升级到今晚八点。" in words for words in replies) == 1
    with database.write() as connection:
        case = cases.current_of(connection, conversation_id)
        switches.switch_on(connection, "telegram")
        assert switches.reason_off(connection, "telegram") is None
    assert case is not None
    assert case.district == "河东区"
