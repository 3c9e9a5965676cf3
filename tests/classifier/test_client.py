"""The client bears every fault of the service, and its breaker opens and closes by itself."""

import asyncio
import json
import socket

import pytest

from bot.classifier import Client, Parsed
from bot.classifier.client import FAILURES_UNTIL_OPEN, PROBE_EVERY_SECONDS
from bot.errors import ClassifierError
from bot.knowledge import Knowledge
from tests.standins.nlu import Mode, nlu


class Clock:
    """Seconds that pass only when told."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


async def fails(client: Client, known: frozenset[str] | None = None) -> str:
    with pytest.raises(ClassifierError) as problem:
        await client.parse("低保要什么材料", known)
    return str(problem.value)


def test_labels_come_best_first_over_one_connection() -> None:
    async def scene() -> None:
        async with nlu() as service:
            client = Client(lambda: service.url, Clock())
            for _ in range(3):
                parsed = await client.parse("低保要什么材料")
            assert parsed == Parsed((("ask.dibao.documents", 0.9), ("ask.dibao.apply", 0.06), ("oos", 0.04)))
            assert len(service.connections) == 1
            assert client.problem == ""
            await client.close()

    asyncio.run(scene())


@pytest.mark.parametrize("mode", ["slow", "garbage", "nested", "shapeless", "unknown", "broken"])
def test_whatever_the_service_answers_is_at_worst_a_failure(mode: Mode, knowledge: Knowledge) -> None:
    async def scene() -> None:
        async with nlu() as service:
            service.mode = mode
            client = Client(lambda: service.url, Clock())
            assert await fails(client, knowledge.labels.known)
            assert not await client.answers() or mode == "unknown"
            assert client.problem
            service.mode = "good"
            assert (await client.parse("低保要什么材料", knowledge.labels.known)).ranking
            assert client.problem == ""
            await client.close()

    asyncio.run(scene())


def test_a_text_without_words_has_no_label_and_is_no_failure() -> None:
    async def scene() -> None:
        async with nlu() as service:
            service.mode = "wordless"
            client = Client(lambda: service.url, Clock())
            for _ in range(FAILURES_UNTIL_OPEN + 1):
                assert await client.parse("😭") == Parsed(())
            assert client.state == "closed"
            await client.close()

    asyncio.run(scene())


def test_three_failures_open_the_breaker_and_one_good_probe_closes_it() -> None:
    async def scene() -> None:
        clock = Clock()
        async with nlu() as service:
            service.mode = "broken"
            client = Client(lambda: service.url, clock)
            for _ in range(FAILURES_UNTIL_OPEN):
                await fails(client)
            assert client.state == "open"
            asked = len(service.asked)
            await fails(client)
            assert len(service.asked) == asked, "an open breaker asks nobody"

            clock.seconds += PROBE_EVERY_SECONDS
            results = await asyncio.gather(*(client.parse("低保") for _ in range(5)), return_exceptions=True)
            assert all(isinstance(result, ClassifierError) for result in results)
            assert len(service.asked) == asked + 1, "one probe at a time"

            service.mode = "good"
            clock.seconds += PROBE_EVERY_SECONDS
            assert (await client.parse("低保")).ranking
            asked = len(service.asked)
            await asyncio.gather(*(client.parse("低保") for _ in range(5)))
            assert len(service.asked) == asked + 5, "closed again: everybody is answered"
            await client.close()

    asyncio.run(scene())


def test_a_dead_service_fails_at_once_and_a_slow_one_within_its_time() -> None:
    async def scene() -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            dead = f"http://127.0.0.1:{probe.getsockname()[1]}"
        loop = asyncio.get_running_loop()
        client = Client(lambda: dead, Clock())
        started = loop.time()
        await fails(client)
        assert loop.time() - started < 1
        await client.close()
        async with nlu() as service:
            service.mode = "slow"
            client = Client(lambda: service.url, Clock())
            started = loop.time()
            await fails(client)
            assert 1.5 < loop.time() - started < 3
            await client.close()

    asyncio.run(scene())


def test_a_service_that_is_still_starting_does_not_open_the_breaker() -> None:
    async def scene() -> None:
        url: list[str | None] = [None]
        client = Client(lambda: url[0], Clock())
        for _ in range(FAILURES_UNTIL_OPEN + 1):
            assert await fails(client) == "语言模型还在启动"
        assert not await client.answers()
        async with nlu() as service:
            url[0] = service.url
            assert (await client.parse("低保")).ranking
            await client.close()

    asyncio.run(scene())


def test_staff_read_how_the_service_really_stands() -> None:
    async def scene() -> None:
        url: list[str | None] = [None]
        client = Client(lambda: url[0], Clock())
        assert client.condition == "语言模型还在启动"
        await fails(client)
        async with nlu() as service:
            url[0] = service.url
            assert client.condition == "还没有问过它"
            await client.parse("低保")
            assert client.condition == "正常"
            url[0] = None
            assert client.condition == "停了，正在重新启动"
            url[0] = service.url
        await fails(client)
        assert client.condition == "语言模型没有应答"
        await client.close()

    asyncio.run(scene())


def test_only_the_beginning_of_a_very_long_text_is_sent() -> None:
    async def scene() -> None:
        async with nlu() as service:
            client = Client(lambda: service.url, Clock())
            await client.parse("低保" * 5_000)
            assert len(json.dumps(service.asked[0])) < 10_000
            await client.close()

    asyncio.run(scene())
