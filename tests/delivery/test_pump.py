"""The pump: in order per conversation, paced, retried, and no conversation waits for another."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from bot.delivery import Content, Pace, Pump, Refused, TryLater
from bot.delivery.pump import LONGEST_PAUSE_SECONDS, pause_after
from bot.store import conversations, outbox
from bot.store.database import Database
from tests.standins.waiting import until


def clock() -> datetime:
    return datetime.now(UTC)


class Messenger:
    """A channel that fails as told: per address a list of errors for the next sendings."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.tries: Counter[str] = Counter()
        self.failures: dict[str, list[Exception]] = {}
        self.slow: dict[str, float] = {}
        self.at: dict[str, list[float]] = {}

    def parts(self, content: Content) -> Sequence[str]:
        return str(content["text"]).split("|")

    async def send(self, address: str, part: str) -> None:
        self.tries[address] += 1
        await asyncio.sleep(self.slow.get(address, 0))
        if self.failures.get(address):
            raise self.failures[address].pop(0)
        self.sent.append((address, part))
        self.at.setdefault(address, []).append(time.monotonic())

    def to(self, address: str) -> list[str]:
        return [part for name, part in self.sent if name == address]


def put(database: Database, address: str, *texts: str, channel: str = "telegram") -> None:
    """Queue texts for one conversation, which is made if need be."""
    with database.write() as connection:
        found = conversations.find(connection, f"hash{address}")
        key = found.id if found else conversations.create(connection, channel, address, f"hash{address}", clock())
        for words in texts:
            outbox.add(connection, key, channel, {"text": words}, clock())


def counted(database: Database) -> dict[str, int]:
    with database.read() as connection:
        return outbox.counts(connection)


def execute(database: Database, statement: str) -> Any:
    with database.write() as connection:
        result = connection.execute(text(statement))
        return result.all() if result.returns_rows else None


@asynccontextmanager
async def pumping(database: Database, messenger: Messenger, pace: Pace | None = None) -> AsyncIterator[Pump[str]]:
    quick = pace or Pace(per_second=1_000, seconds_per_address=0)
    pump = Pump(channel="telegram", sender=messenger, database=database, clock=clock, pace=quick, chance=lambda: 0.0)
    running = asyncio.create_task(pump.run())
    try:
        yield pump
    finally:
        await pump.close()
        await running


def test_messages_of_a_conversation_go_out_in_order(database: Database) -> None:
    async def scene() -> None:
        messenger = Messenger()
        messenger.slow["a"] = 0.01
        for number in range(5):
            put(database, "a", f"{number}")
            put(database, "b", f"{number}")
        async with pumping(database, messenger):
            await until(lambda: len(messenger.sent) == 10)
            await until(lambda: counted(database) == {"waiting": 0, "dead": 0})
        assert messenger.to("a") == messenger.to("b") == ["0", "1", "2", "3", "4"]

    asyncio.run(scene())


class SlowReading(Pump[str]):
    """What is due is old news by the time it is looked at."""

    def _due(self) -> list[outbox.OutboxRow]:
        rows = super()._due()
        time.sleep(0.2)
        return rows


def test_what_was_sent_while_the_outbox_was_being_read_is_not_sent_again(database: Database) -> None:
    async def scene() -> None:
        messenger = Messenger()
        messenger.slow["a"] = 0.3
        put(database, "a", "0", "1")
        pace = Pace(per_second=1_000, seconds_per_address=0)
        pump = SlowReading(channel="telegram", sender=messenger, database=database, clock=clock, pace=pace)
        running = asyncio.create_task(pump.run())
        await until(lambda: counted(database) == {"waiting": 0, "dead": 0})
        await asyncio.sleep(0.8)
        await pump.close()
        await running
        assert messenger.to("a") == ["0", "1"]

    asyncio.run(scene())


def test_only_messages_of_its_own_channel_are_sent(sqlite: Database) -> None:
    async def scene() -> None:
        messenger = Messenger()
        put(sqlite, "w", "…", channel="wechat")
        put(sqlite, "t", "…")
        async with pumping(sqlite, messenger):
            await until(lambda: messenger.sent)
            await asyncio.sleep(0.3)
        assert messenger.sent == [("t", "…")]

    asyncio.run(scene())


def test_a_chat_that_asks_for_a_pause_keeps_no_other_waiting_and_loses_nothing(sqlite: Database) -> None:
    async def scene() -> None:
        messenger = Messenger()
        messenger.failures["busy"] = [TryLater("慢一点", after=1.0)]
        put(sqlite, "busy", "1", "2")
        put(sqlite, "free", "1", "2", "3")
        async with pumping(sqlite, messenger):
            await until(lambda: len(messenger.to("free")) == 3)
            assert messenger.tries["busy"] == 1
            await until(lambda: messenger.to("busy") == ["1", "2"])
        assert messenger.at["busy"][0] - messenger.at["free"][0] > 0.9

    asyncio.run(scene())


def test_a_slow_chat_keeps_no_other_waiting(sqlite: Database) -> None:
    async def scene() -> None:
        messenger = Messenger()
        messenger.slow["slow"] = 1.0
        put(sqlite, "slow", "1")
        put(sqlite, "quick", *"12345")
        async with pumping(sqlite, messenger):
            await until(lambda: len(messenger.to("quick")) == 5, 0.9)
            assert messenger.to("slow") == []

    asyncio.run(scene())


def test_what_can_never_be_sent_becomes_a_dead_letter_and_is_counted(sqlite: Database) -> None:
    async def scene() -> None:
        messenger = Messenger()
        messenger.failures["gone"] = [Refused("对方停用了机器人")]
        put(sqlite, "gone", "1", "2")
        async with pumping(sqlite, messenger):
            await until(lambda: counted(sqlite) == {"waiting": 0, "dead": 1})
        assert messenger.to("gone") == ["2"]
        assert execute(sqlite, "select problem from outbox where dead_at is not null") == [("对方停用了机器人",)]

    asyncio.run(scene())


def test_a_failure_is_tried_again_later_and_the_words_stay_whole(sqlite: Database) -> None:
    async def scene() -> None:
        messenger = Messenger()
        messenger.failures["a"] = [TryLater("网断了")]
        put(sqlite, "a", "1")
        async with pumping(sqlite, messenger):
            await until(lambda: messenger.to("a") == ["1"])
        assert messenger.tries["a"] == 2

    asyncio.run(scene())


def test_pauses_double_up_to_a_minute_and_are_spread() -> None:
    assert [pause_after(attempts, 1.0) for attempts in range(4)] == [1, 2, 4, 8]
    assert pause_after(50, 1.0) == LONGEST_PAUSE_SECONDS
    assert pause_after(3, 0.0) == 4.0


def test_parts_already_sent_are_not_sent_again(sqlite: Database) -> None:
    class Halfway(Messenger):
        async def send(self, address: str, part: str) -> None:
            if part == "二" and not self.tries["二"]:
                self.tries["二"] += 1
                raise TryLater("网断了", after=0.1)
            await super().send(address, part)

    async def scene() -> None:
        messenger = Halfway()
        put(sqlite, "a", "一|二|三")
        async with pumping(sqlite, messenger):
            await until(lambda: counted(sqlite)["waiting"] == 0)
        assert messenger.to("a") == ["一", "二", "三"]

    asyncio.run(scene())


def test_a_message_that_cannot_be_noted_as_sent_is_not_sent_again(sqlite: Database) -> None:
    class Breaking(Messenger):
        async def send(self, address: str, part: str) -> None:
            await super().send(address, part)
            await asyncio.to_thread(execute, sqlite, "alter table outbox rename to away")

    async def scene() -> None:
        messenger = Breaking()
        put(sqlite, "a", "1")
        async with pumping(sqlite, messenger):
            await until(lambda: messenger.sent)
            await asyncio.sleep(0.8)
            await asyncio.to_thread(execute, sqlite, "alter table away rename to outbox")
            await until(lambda: counted(sqlite)["waiting"] == 0)
        assert messenger.to("a") == ["1"]

    asyncio.run(scene())


def test_an_unforeseen_error_rests_its_conversation_and_nobody_elses(sqlite: Database) -> None:
    async def scene() -> None:
        messenger = Messenger()
        messenger.failures["odd"] = [ZeroDivisionError()]
        put(sqlite, "odd", "1")
        async with pumping(sqlite, messenger):
            await until(lambda: messenger.tries["odd"] == 1)
            put(sqlite, "plain", "1")
            await until(lambda: messenger.to("plain") == ["1"])
            await asyncio.sleep(0.6)
        assert messenger.tries["odd"] == 1
        assert counted(sqlite) == {"waiting": 1, "dead": 0}

    asyncio.run(scene())


def test_what_is_put_in_is_sent_at_once_when_woken_and_soon_when_not(sqlite: Database) -> None:
    async def scene() -> None:
        messenger = Messenger()
        async with pumping(sqlite, messenger) as pump:
            await asyncio.sleep(0.5)
            started = time.monotonic()
            put(sqlite, "a", "1")
            await until(lambda: messenger.to("a") == ["1"], 1)
            put(sqlite, "a", "2")
            pump.wake()
            await until(lambda: messenger.to("a") == ["1", "2"], 1)
            assert messenger.at["a"][0] - started < 0.5

    asyncio.run(scene())


def test_of_two_processes_only_one_sends_and_the_other_takes_over(sqlite: Database) -> None:
    async def scene() -> None:
        first, second = Messenger(), Messenger()
        async with pumping(sqlite, second):
            await asyncio.sleep(0.3)
            async with pumping(sqlite, first):
                await asyncio.sleep(0.3)
                put(sqlite, "a", "1", "2")
                await until(lambda: len(second.sent) == 2)
                assert first.sent == []
        async with pumping(sqlite, first):
            put(sqlite, "a", "3")
            await until(lambda: first.to("a") == ["3"])

    asyncio.run(scene())


def test_a_sending_under_way_ends_before_the_pump_stops(sqlite: Database) -> None:
    async def scene() -> None:
        messenger = Messenger()
        messenger.slow["a"] = 0.5
        put(sqlite, "a", "1", "2")
        async with pumping(sqlite, messenger):
            await until(lambda: messenger.tries["a"])
        assert messenger.to("a") == ["1"]
        assert counted(sqlite)["waiting"] == 1

    asyncio.run(scene())


@pytest.mark.parametrize(("addresses", "seconds"), [(1, 0.8), (20, 0.19)])
def test_the_pace_is_kept_to_one_chat_and_over_all_chats(addresses: int, seconds: float) -> None:
    async def scene() -> float:
        pace = Pace(per_second=100, seconds_per_address=0.2)

        async def send(count: int, address: str) -> None:
            for _ in range(count):
                await pace.wait(address)
                pace.sent(address)

        started = time.monotonic()
        await asyncio.gather(*(send(5 if addresses == 1 else 1, str(number)) for number in range(addresses)))
        return time.monotonic() - started

    assert seconds <= asyncio.run(scene()) < seconds + 0.3


def test_a_chat_that_waits_its_turn_delays_no_other_chat() -> None:
    async def scene() -> float:
        pace = Pace(per_second=100, seconds_per_address=2)
        pace.sent("busy")
        waiting = asyncio.create_task(pace.wait("busy"))
        await asyncio.sleep(0)
        started = time.monotonic()
        await pace.wait("free")
        waiting.cancel()
        return time.monotonic() - started

    assert asyncio.run(scene()) < 0.5
