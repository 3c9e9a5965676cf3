"""Dead letters come back to life, urgent words go first, and what a crash may have repeated is counted."""

import asyncio
import time

from bot.delivery import Pace, Pump, Refused
from bot.store import conversations, outbox
from bot.store.database import Database
from tests.delivery.test_pump import Messenger, clock, counted, pumping, put
from tests.standins.waiting import until


def put_urgent(database: Database, address: str, text: str) -> None:
    with database.write() as connection:
        found = conversations.find(connection, f"hash{address}")
        assert found is not None
        outbox.add(connection, found.id, "telegram", {"text": text}, clock(), urgent=True)


def test_a_dead_letter_is_seen_and_can_be_sent_again_once(database: Database) -> None:
    async def scene() -> None:
        messenger = Messenger()
        messenger.failures["a"] = [Refused("对方停用了机器人")]
        put(database, "a", "1")
        async with pumping(database, messenger):
            await until(lambda: counted(database)["dead"] == 1)
            with database.write() as connection:
                letter = outbox.dead_letters(connection)[0]
                assert letter.problem == "对方停用了机器人"
                assert outbox.send_again(connection, letter.id, clock())
                assert not outbox.send_again(connection, letter.id, clock())
            await until(lambda: messenger.to("a") == ["1"])
            await until(lambda: counted(database) == {"waiting": 0, "dead": 0})

    asyncio.run(scene())


def test_a_crisis_reply_goes_out_before_what_others_and_its_own_chat_wait_for(database: Database) -> None:
    async def scene() -> list[tuple[str, str]]:
        messenger = Messenger()
        for address in ("a", "b", "c", "d"):
            put(database, address, "1", "2")
        put_urgent(database, "d", "danger")
        pump = Pump(
            channel="telegram", sender=messenger, database=database, clock=clock, pace=Pace(per_second=20, seconds_per_address=0)
        )
        running = asyncio.create_task(pump.run())
        await until(lambda: counted(database)["waiting"] == 0)
        await pump.close()
        await running
        return messenger.sent

    sent = asyncio.run(scene())
    assert sent[0] == ("d", "danger")
    assert [text for address, text in sent if address == "d"] == ["danger", "1", "2"]


def test_what_a_crash_may_have_repeated_is_counted(database: Database) -> None:
    async def scene() -> None:
        messenger = Messenger()
        put(database, "a", "1")
        with database.write() as connection:
            outbox.begin(connection, outbox.due(connection, "telegram", clock()), clock())
            assert outbox.repeats(connection) == 0
        async with pumping(database, messenger):  # the process that began is gone
            await until(lambda: counted(database)["waiting"] == 0)
        with database.read() as connection:
            assert outbox.repeats(connection) == 1

    asyncio.run(scene())


def test_an_ordinary_stop_leaves_nothing_that_looks_like_a_repetition(sqlite: Database) -> None:
    async def scene() -> None:
        messenger = Messenger()
        put(sqlite, "a", "1", "2", "3")
        for _ in range(3):
            async with pumping(sqlite, messenger, Pace(per_second=4, seconds_per_address=0.4)):
                await asyncio.sleep(0.3)
        async with pumping(sqlite, messenger):
            await until(lambda: counted(sqlite)["waiting"] == 0)
        assert messenger.to("a") == ["1", "2", "3"]
        with sqlite.read() as connection:
            assert outbox.repeats(connection) == 0

    asyncio.run(scene())


def test_urgent_ones_are_let_through_first_however_long_the_row_is() -> None:
    async def scene() -> list[str]:
        pace = Pace(per_second=200, seconds_per_address=0)
        order: list[str] = []

        async def one(name: str, urgent: bool) -> None:
            await pace.wait(name, urgent=urgent)
            order.append(name)

        waiting = [asyncio.create_task(one(f"{n}", False)) for n in range(50)]
        await asyncio.sleep(0.02)
        started = time.monotonic()
        await one("danger", True)
        assert time.monotonic() - started < 0.2
        await asyncio.gather(*waiting)
        return order

    assert asyncio.run(scene()).index("danger") < 20
