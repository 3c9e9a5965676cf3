"""Nothing lost, nothing twice: the three steps around a turn, on both kinds of database."""

import asyncio

from sqlalchemy import func, select

from bot.conversation import Reading
from bot.knowledge import Knowledge
from bot.reception import Incoming, Reception
from bot.store import cases, consents, inbound, outbox, transcripts
from bot.store.database import Database
from bot.store.keys import Keys
from bot.understanding import act_in, crisis_kind
from tests.conftest import NOW


class PatternReader:
    """What the words say without a model."""

    async def read(self, knowledge: Knowledge, text: str) -> Reading:
        crisis = crisis_kind(knowledge, text)
        return Reading(crisis=crisis, by_pattern=crisis is not None, act=act_in(knowledge, text))


def reception_for(database: Database, knowledge: Knowledge, keys: Keys) -> Reception:
    return Reception(database, PatternReader(), lambda: knowledge, keys.hashes, lambda: NOW)


def said(database: Database, conversation_id: int, author: str) -> list[str]:
    with database.read() as connection:
        return [line.text for line in transcripts.lines(connection, conversation_id) if line.author == author]


def test_a_message_delivered_twice_is_answered_once(database: Database, knowledge: Knowledge, keys: Keys) -> None:
    reception = reception_for(database, knowledge, keys)

    async def deliver() -> int:
        once = Incoming("telegram", "42", "chat-1", "text", "你好")
        await reception.receive(once)
        return await reception.receive(once)

    conversation_id = asyncio.run(deliver())
    reception.close()
    assert said(database, conversation_id, "resident") == ["你好"]
    with database.read() as connection:
        sent = connection.scalar(select(func.count()).select_from(outbox.outbox))
    assert sent == len(said(database, conversation_id, "bot"))


def test_what_a_crash_left_unanswered_is_answered_at_the_next_start(database: Database, knowledge: Knowledge, keys: Keys) -> None:
    before = reception_for(database, knowledge, keys)
    conversation_id = asyncio.run(before.accept(Incoming("web", "1", "a", "text", "找真人"))).conversation_id
    before.close()
    assert said(database, conversation_id, "bot") == []
    after = reception_for(database, knowledge, keys)
    assert asyncio.run(after.resume()) == 1
    assert asyncio.run(after.resume()) == 0
    after.close()
    assert said(database, conversation_id, "bot")


def test_messages_of_one_person_are_answered_in_their_order(database: Database, knowledge: Knowledge, keys: Keys) -> None:
    reception = reception_for(database, knowledge, keys)
    words = [f"第{number}句" for number in range(12)]

    async def flood() -> int:
        ids = [(await reception.accept(Incoming("web", str(number), "a", "text", word))).conversation_id for number, word in enumerate(words)]
        await asyncio.gather(*(reception.process(conversation_id) for conversation_id in ids))
        return ids[0]

    conversation_id = asyncio.run(flood())
    reception.close()
    assert said(database, conversation_id, "resident") == words
    with database.read() as connection:
        open_rows = connection.scalar(select(func.count()).select_from(inbound.inbound).where(inbound.inbound.c.processed_at.is_(None)))
    assert open_rows == 0


def test_a_crisis_opens_one_red_case_without_consent_and_its_words_are_encrypted(database: Database, knowledge: Knowledge, keys: Keys) -> None:
    reception = reception_for(database, knowledge, keys)

    async def call() -> int:
        await reception.receive(Incoming("web", "1", "a", "text", "我不想活了"))
        return await reception.receive(Incoming("web", "2", "a", "text", "真的不想活了"))

    conversation_id = asyncio.run(call())
    reception.close()
    with database.read() as connection:
        case = cases.current_of(connection, conversation_id)
        count = connection.scalar(select(func.count()).select_from(cases.cases))
        asked = connection.scalar(select(func.count()).select_from(consents.consents))
    assert case is not None
    assert (case.colour, case.kind, case.district, count, asked) == ("red", "crisis", None, 1, 0)


def test_an_identity_number_is_nowhere_in_the_database(sqlite: Database, knowledge: Knowledge, keys: Keys) -> None:
    reception = reception_for(sqlite, knowledge, keys)
    conversation_id = asyncio.run(reception.receive(Incoming("web", "1", "a", "text", "身份证11010519491231002X")))
    reception.close()
    assert "11010519491231002X" not in "".join(said(sqlite, conversation_id, "resident"))
