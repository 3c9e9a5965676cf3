"""A crowd: crises first, everybody in turn, nobody forgotten, and memory that does not grow."""

import asyncio

from bot.conversation import Reading
from bot.knowledge import Knowledge
from bot.reception import Crowd, Incoming, Limits, Reception
from bot.store import inbound, outbox, transcripts
from bot.store.database import Database
from bot.store.keys import Keys
from bot.understanding import crisis_kind
from tests.conftest import NOW
from tests.standins.waiting import until


class SlowReader:
    """Takes its time with everything that is no crisis, as a busy model does; remembers in which order it was asked."""

    def __init__(self, seconds: float = 0.01) -> None:
        self.seconds = seconds
        self.asked: list[str] = []
        self.open = asyncio.Event()
        self.open.set()

    async def read(self, knowledge: Knowledge, text: str) -> Reading:
        crisis = crisis_kind(knowledge, text)
        if crisis is None:
            await self.open.wait()
            await asyncio.sleep(self.seconds)
        self.asked.append(text)
        return Reading(label=crisis, crisis=crisis, by_pattern=crisis is not None)


def said(database: Database, conversation_id: int, author: str) -> list[str]:
    with database.read() as connection:
        return [line.text for line in transcripts.lines(connection, conversation_id) if line.author == author]


def made(database: Database, knowledge: Knowledge, keys: Keys, reader: SlowReader, limits: Limits) -> Reception:
    return Reception(database, reader, lambda: knowledge, keys.hashes, lambda: NOW, Crowd(limits))


def test_past_capacity_all_but_crises_are_kept_and_told_to_wait_and_then_answered_in_order(
    sqlite: Database, knowledge: Knowledge, keys: Keys
) -> None:
    async def scene() -> None:
        reader = SlowReader()
        reader.open.clear()
        reception = made(sqlite, knowledge, keys, reader, Limits(at_once=1, under_way=2))
        running = [asyncio.create_task(reception.receive(Incoming("telegram", f"{n}", f"a{n}", "text", "低保"))) for n in range(2)]
        await until(lambda: reception.crowd.under_way == 2)
        late = await reception.welcome(Incoming("telegram", "10", "late", "text", "第一句"))
        again = await reception.welcome(Incoming("telegram", "11", "late", "text", "第二句"))
        danger = await reception.welcome(Incoming("telegram", "12", "danger", "text", "我不想活了"))
        assert (late.held, again.held, danger.held) == (True, True, False)
        assert said(sqlite, danger.conversation_id, "bot")
        with sqlite.read() as connection:
            waiting = [row.content["text"] for row in outbox.due(connection, "telegram", NOW) if row.conversation_id == late.conversation_id]
            urgent = outbox.due(connection, "telegram", NOW)[0]
        assert len(waiting) == 1
        assert "请稍等" in waiting[0]
        assert urgent.conversation_id == danger.conversation_id
        reader.open.set()
        await asyncio.gather(*running)
        await reception.resume()
        assert said(sqlite, late.conversation_id, "resident") == ["第一句", "第二句"]
        reception.close()

    asyncio.run(scene())


def test_a_crisis_overtakes_what_its_own_writer_sent_before(sqlite: Database, knowledge: Knowledge, keys: Keys) -> None:
    async def scene() -> None:
        reader = SlowReader()
        reader.open.clear()
        reception = made(sqlite, knowledge, keys, reader, Limits())
        flood = [asyncio.create_task(reception.receive(Incoming("web", f"{n}", "a", "text", f"第{n}句"))) for n in range(10)]
        await asyncio.sleep(0.1)
        conversation_id = await asyncio.wait_for(_urgent(reception), 5)
        assert said(sqlite, conversation_id, "resident") == ["我不想活了"]
        reader.open.set()
        await asyncio.gather(*flood)
        assert said(sqlite, conversation_id, "resident") == ["我不想活了", *(f"第{n}句" for n in range(10))]
        reception.close()

    async def _urgent(reception: Reception) -> int:
        accepted = await reception.accept(Incoming("web", "c", "a", "text", "我不想活了"))
        answering = asyncio.create_task(reception.process(accepted.conversation_id, urgent=True))
        await until(lambda: said(sqlite, accepted.conversation_id, "bot"))
        answering.add_done_callback(lambda task: task.result())
        return accepted.conversation_id

    asyncio.run(scene())


def test_a_flood_from_one_chat_takes_only_its_turn_among_others(sqlite: Database, knowledge: Knowledge, keys: Keys) -> None:
    async def scene() -> list[str]:
        reader = SlowReader()
        reception = made(sqlite, knowledge, keys, reader, Limits(at_once=1))
        flood = [await reception.accept(Incoming("web", f"f{n}", "flood", "text", f"洪{n}")) for n in range(20)]
        others = [await reception.accept(Incoming("web", f"o{n}", f"other{n}", "text", f"旁{n}")) for n in range(3)]
        await asyncio.gather(*(reception.process(item.conversation_id) for item in [flood[0], *others]))
        reception.close()
        return reader.asked

    asked = asyncio.run(scene())
    assert len(asked) == 23
    assert max(asked.index(f"旁{n}") for n in range(3)) <= 6


def test_of_very_many_from_one_person_the_words_are_kept_but_not_each_gets_a_turn(
    sqlite: Database, knowledge: Knowledge, keys: Keys
) -> None:
    async def scene() -> int:
        reader = SlowReader(0)
        reception = made(sqlite, knowledge, keys, reader, Limits(waiting_each=5))
        kept = [await reception.accept(Incoming("web", f"{n}", "a", "text", f"第{n}句")) for n in range(9)]
        assert [item.held for item in kept] == [False] * 5 + [True] * 4
        await reception.process(kept[0].conversation_id)
        reception.close()
        assert len(reader.asked) == 5
        return kept[0].conversation_id

    conversation_id = asyncio.run(scene())
    assert set(said(sqlite, conversation_id, "resident")) == {f"第{n}句" for n in range(9)}
    with sqlite.read() as connection:
        assert inbound.counts(connection) == {"waiting": 0, "set_aside": 0}


def test_one_address_may_send_a_burst_and_then_steadily() -> None:
    moment = 0.0
    crowd = Crowd(Limits(address_burst=3, address_per_second=1.0), lambda: moment)
    assert [crowd.admits("a") for _ in range(4)] == [True, True, True, False]
    assert crowd.admits("b")
    moment = 1.0
    assert [crowd.admits("a") for _ in range(2)] == [True, False]


def test_addresses_are_forgotten_before_they_fill_the_memory() -> None:
    crowd = Crowd()
    for number in range(20_000):
        crowd.admits(str(number))
    assert len(crowd._addresses) == 10_000
