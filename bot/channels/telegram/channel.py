"""Joins what Telegram needs: connection, poller, sender and the pump that empties the outbox."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from telegram import Bot

from bot.channels.telegram.connection import connect
from bot.channels.telegram.poller import Condition, Poller
from bot.channels.telegram.sender import TelegramSender
from bot.channels.telegram.updates import CHANNEL
from bot.channels.telegram.wording import TelegramPart
from bot.delivery import Pump
from bot.errors import SettingsError
from bot.reception import Reception
from bot.store.database import Database

log = structlog.get_logger()


class Telegram:
    """The whole channel. `run` in a task of its own; `close` at an orderly stop. A fault here stops nothing else."""

    def __init__(
        self, *, token: str, api: str, reception: Reception, database: Database, clock: Callable[[], datetime]
    ) -> None:
        self._bot: Bot | None = None
        self._work: asyncio.Task[None] | None = None
        self._closed = False
        try:
            self._bot = connect(token, api)
        except SettingsError as error:
            log.error("telegram_off", problem=f"{error}。Telegram 没有开,其他部分照常")
            return
        self._pump: Pump[TelegramPart] = Pump(channel=CHANNEL, sender=TelegramSender(self._bot), database=database, clock=clock)
        self._poller = Poller(
            bot=self._bot, reception=reception, database=database, clock=clock, after_turn=self._pump.wake
        )

    @property
    def condition(self) -> Condition:
        """`connecting`, `on`, or `off` for good (until the next start) because the token is wrong."""
        return "off" if self._bot is None else self._poller.condition

    def wake(self) -> None:
        """Something was put into the outbox by somebody else than the poller: send at once."""
        if self._bot is not None:
            self._pump.wake()

    async def run(self) -> None:
        """Poll and send until `close` (or until cancelled); returns early only if the token is wrong."""
        if self._bot is None or self._closed:
            return
        self._work = asyncio.create_task(self._serve())
        try:
            await asyncio.wait({self._work})
        finally:
            self._work.cancel()
        if not self._work.cancelled():
            self._work.result()

    async def close(self) -> None:
        """Take in nothing more, finish turns and sendings under way, give the leases back."""
        self._closed = True
        if self._bot is None:
            return
        if self._work is not None:
            self._work.cancel()
            await asyncio.wait({self._work})
        await self._poller.close()
        await self._pump.close()
        await self._bot.shutdown()

    async def _serve(self) -> None:
        if await self._poller.sign_in():
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pump.run())
                group.create_task(self._poller.run())
