"""SIGKILL at random moments, and outages: every message is answered once, in its order, and no case is lost or doubled."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from bot.store.database import UNREACHABLE
from bot.store.keys import load_keys
from tests.standins.bot_api import BotApi, bot_api
from tests.standins.nlu import Nlu, nlu
from tests.trust.figures import FULL, record
from tests.trust.ledger import Ledger, Told, alike, sent_more_than_once
from tests.trust.program import Program
from tests.trust.proxy import Proxy, proxy
from tests.trust.residents import SCRIPTS, TelegramResident, WebResident

KILLS = 200 if FULL else 20
OUTAGE_SECONDS = 30.0 if FULL else 3.0
SEED = 20261124
PARALLEL = 4


@dataclass
class Town:
    """The program, what stands around it, and everybody who ever spoke with it."""

    program: Program
    api: BotApi
    nlu: Nlu
    ledger: Ledger
    web: list[tuple[int, str]] = field(default_factory=list)
    telegram: list[tuple[int, str]] = field(default_factory=list)

    async def speak_on_the_web(self, script: int) -> None:
        resident = WebResident(self.program.url)
        self.web.append((script, resident.address))
        await resident.speak(SCRIPTS[script])

    async def speak_on_telegram(self, script: int) -> None:
        resident = TelegramResident(self.api, 1_000 + len(self.telegram))
        self.telegram.append((script, resident.address))
        await resident.speak(SCRIPTS[script], self._answered)

    async def _answered(self, address: str, count: int) -> None:
        await self.until(lambda: self.ledger.processed("telegram", address) >= count)

    async def until(self, condition: Callable[[], bool], seconds: float = 120) -> None:
        async with asyncio.timeout(seconds):
            while True:
                with contextlib.suppress(*UNREACHABLE):
                    if await asyncio.to_thread(condition):
                        return
                await asyncio.sleep(0.03)

    async def progress(self, turns: int) -> None:
        """Wait until so many more messages have had their turn: a slow machine is killed as busily as a quick one."""
        wanted = self.ledger.answered() + turns
        await self.until(lambda: self.ledger.answered() >= wanted)

    async def keep_speaking(self, over: asyncio.Event) -> None:
        """Residents come and go, some on each channel, until it is over; whoever has begun ends."""

        async def line(speak: Callable[[int], Awaitable[None]], first: int) -> None:
            script = first
            while not over.is_set():
                await speak(script % len(SCRIPTS))
                script += 1

        lines = [line(self.speak_on_the_web, n) for n in range(PARALLEL)] + [line(self.speak_on_telegram, n) for n in range(PARALLEL)]
        await asyncio.gather(*lines)

    async def settled(self) -> None:
        """Everything taken in has had its turn, everything said has gone out."""
        await self.until(lambda: self.ledger.open() == {"waiting": 0, "set_aside": 0, "unsent": 0, "dead": 0}, 300)

    def sent_to(self, address: str) -> list[str]:
        """What went out to a chat, case numbers made alike."""
        return [alike(item.text) for item in self.api.to(int(address))]


@dataclass(frozen=True)
class Expected:
    """What every script leads to without crashes."""

    told: dict[tuple[str, int], Told]
    sent: dict[int, list[str]]
    """Per script what goes out by Telegram."""


@asynccontextmanager
async def town(folder: Path, database: str = "", inner: str = "") -> AsyncIterator[Town]:
    """`inner`: where the ledger reaches the database when `database` leads through something that is cut."""
    await asyncio.to_thread(folder.mkdir)
    async with bot_api() as api, nlu() as service:
        assert service.url is not None
        load_keys(folder / "keys.json")
        program = Program(data=folder, nlu=service.url, telegram=api.url, database=database)
        ledger = Ledger(inner or database, folder)
        await program.start()
        try:
            await program.up()
            yield Town(program, api, service, ledger)
        finally:
            await program.stop()
            ledger.database.dispose()


async def reference(folder: Path) -> Expected:
    """Every script on every channel, spoken once, without any crash."""
    async with town(folder) as quiet:
        await asyncio.gather(*(quiet.speak_on_the_web(n) for n in range(len(SCRIPTS))), *(quiet.speak_on_telegram(n) for n in range(len(SCRIPTS))))
        await quiet.settled()
        assert quiet.ledger.repeats() == 0
        spoken = [("web", *item) for item in quiet.web] + [("telegram", *item) for item in quiet.telegram]
        return Expected(
            {(channel, script): quiet.ledger.told(channel, address) for channel, script, address in spoken},
            {script: quiet.sent_to(address) for script, address in quiet.telegram},
        )


async def killed_again_and_again(town: Town, kills: int, chance: random.Random) -> None:
    over = asyncio.Event()
    talking = asyncio.create_task(town.keep_speaking(over))
    while town.program.kills < kills:
        if chance.random() < 0.85:
            await town.progress(chance.randint(1, 8))
        await asyncio.sleep(chance.uniform(0.0, 0.3))  # else it dies on its way up
        await town.program.kill()
        await town.program.start()
        assert not talking.done(), talking.result()
    await town.program.up()
    over.set()
    await talking
    await town.settled()


def fresh(url: str) -> None:
    """Take every table away, whoever's keys they were filled with."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()


@pytest.mark.timeout(14_400 if FULL else 900)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"] if FULL else ["sqlite"])
def test_after_kills_at_random_moments_everything_stands_as_without(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue("postgres_server") if kind == "postgresql" else ""
    if url:
        fresh(url)

    async def scene() -> None:
        expected = await reference(tmp_path / "quiet")
        started = time.monotonic()
        async with town(tmp_path / "killed", url) as killed:
            await killed_again_and_again(killed, KILLS, random.Random(SEED))
            for channel, all_of in (("web", killed.web), ("telegram", killed.telegram)):
                for script, address in all_of:
                    assert killed.ledger.told(channel, address) == expected.told[channel, script], (channel, script)
            repeated = sum(sent_more_than_once(expected.sent[script], killed.sent_to(address)) for script, address in killed.telegram)
            counted = killed.ledger.repeats()
            assert repeated <= counted
            assert repeated <= KILLS * PARALLEL  # at most the one message that each chat had under way
            record(f"crash_{kind}", {
                "kills": killed.program.kills, "conversations": len(killed.web) + len(killed.telegram),
                "messages": sum(len(SCRIPTS[script]) for script, _ in killed.web + killed.telegram),
                "telegram_sent": len(killed.api.sent), "repeated": repeated, "repeats_counted": counted,
                "seconds": round(time.monotonic() - started),
            })

    try:
        asyncio.run(scene())
    finally:
        if url:
            fresh(url)


@pytest.mark.timeout(1200)
def test_nlu_database_and_telegram_may_each_be_away_and_nothing_is_lost(tmp_path: Path, postgres_server: str) -> None:
    fresh(postgres_server)

    async def scene() -> None:
        async with proxy(postgres_server, tmp_path) as cut, town(tmp_path / "away", cut.url, postgres_server) as away:
            over = asyncio.Event()
            talking = asyncio.create_task(away.keep_speaking(over))
            await outages(away, cut)
            over.set()
            await talking
            await away.settled()
            for channel, all_of in (("web", away.web), ("telegram", away.telegram)):
                for script, address in all_of:
                    told = away.ledger.told(channel, address)
                    assert told.said == list(SCRIPTS[script])
                    assert told.all_answered
                    assert len(told.cases) <= 1
                    assert len(told.cases) == 1 or script not in {1, 2}
            record("outages", {
                "seconds_each": OUTAGE_SECONDS, "conversations": len(away.web) + len(away.telegram),
                "messages": sum(len(SCRIPTS[script]) for script, _ in away.web + away.telegram),
            })

    try:
        asyncio.run(scene())
    finally:
        fresh(postgres_server)


async def outages(town: Town, cut: Proxy) -> None:
    """One after the other, with a breath between."""
    await asyncio.sleep(1)
    town.nlu.mode = "broken"
    await asyncio.sleep(OUTAGE_SECONDS)
    town.nlu.mode = "good"
    await asyncio.sleep(1)
    town.api.down = True
    await asyncio.sleep(OUTAGE_SECONDS)
    town.api.down = False
    await asyncio.sleep(1)
    cut.away()
    await asyncio.sleep(OUTAGE_SECONDS)
    cut.back()
    await asyncio.sleep(1)
