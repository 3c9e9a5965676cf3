"""Fetches updates by long polling. An update is confirmed only after its messages are committed."""

import asyncio
import random
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any, Literal

import structlog
from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot, CallbackQuery, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.channels.telegram.updates import WANTED, incoming
from bot.errors import StoreError
from bot.reception import Reception
from bot.store.database import Database
from bot.store.keeper import LeaseKeeper

LONG_POLL_SECONDS = 20
LONGEST_PAUSE_SECONDS = 30.0
STOP_SECONDS = 5.0
LEASE = "telegram.poller"
log = structlog.get_logger()
Condition = Literal["connecting", "on", "off"]


class Poller:
    """Our own loop instead of the library's Updater, which confirms updates before they are kept anywhere."""

    def __init__(
        self, *, bot: Bot, reception: Reception, database: Database, clock: Callable[[], datetime],
        after_turn: Callable[[], None], first_pause: float = 1.0,
    ) -> None:
        self._bot = bot
        self._reception = reception
        self._after_turn = after_turn
        self._lease = LeaseKeeper(database, LEASE, clock)
        self._offset: int | None = None
        self._failures = 0
        self._first_pause = first_pause
        self._tasks: set[asyncio.Task[None]] = set()
        self.condition: Condition = "connecting"

    async def sign_in(self) -> bool:
        """Ask the server who we are, as long as it takes; False if it does not take the token."""
        while True:
            try:
                await self._bot.initialize()
                return True
            except InvalidToken:
                self.condition = "off"
                log.error("telegram_off", problem="Telegram 不认 TELEGRAM_BOT_TOKEN 这个令牌,Telegram 没有开。请核对令牌和 "
                          "TELEGRAM_API_BASE_URL 后重新启动;网页和其他部分照常")
                return False
            except TelegramError as error:
                await self._pause(error)

    async def run(self) -> None:
        """Poll while the lease is ours; ends only when cancelled. Call after `sign_in`."""
        keeping = asyncio.create_task(self._lease.keep())
        try:
            while True:
                await self._lease.until_held()
                await self._fetch()
        finally:
            keeping.cancel()

    async def close(self) -> None:
        """Let turns under way end (for a few seconds) and give the lease back. Call after `run` was cancelled."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=STOP_SECONDS)
        for task in list(self._tasks):
            task.cancel()  # what is unanswered stands in the database and is taken up at the next start
        await self._lease.release()

    async def _fetch(self) -> None:
        try:
            updates = await self._bot.get_updates(offset=self._offset, timeout=LONG_POLL_SECONDS, allowed_updates=WANTED)
        except TelegramError as error:
            await self._pause(error)
            return
        if self._failures or self.condition != "on":
            self.condition = "on"
            log.info("telegram_on")
        self._failures = 0
        for update in updates:
            if not await self._keep(update):
                return

    async def _keep(self, update: Update) -> bool:
        """Commit what is in one update, then raise the offset; False if it could not be kept."""
        if update.callback_query is not None:
            self._start(self._answer_tap(update.callback_query))
        try:
            for item in incoming(update):
                accepted = await self._reception.accept(item)
                if accepted.held:
                    self._after_turn()  # the reception takes it up when there is room; a word about that goes out now
                else:
                    self._start(self._process(accepted.conversation_id, urgent=accepted.urgent))
        except (StoreError, SQLAlchemyError) as error:
            await self._pause(error)
            return False
        self._offset = update.update_id + 1
        return True

    async def _process(self, conversation_id: int, *, urgent: bool) -> None:
        """Answer one conversation; while the database is away, try again: the resident is waiting."""
        failures = 0
        while True:
            try:
                await self._reception.process(conversation_id, urgent=urgent)
                self._after_turn()
                return
            except (StoreError, SQLAlchemyError) as error:
                failures += 1
                log.warning("turn_put_off", conversation=conversation_id, error=type(error).__name__)
                await asyncio.sleep(self._length(failures))

    async def _answer_tap(self, query: CallbackQuery) -> None:
        """Stop the little clock on the tapped button at once; nothing depends on whether that works."""
        try:
            await self._bot.answer_callback_query(query.id)
        except TelegramError as error:
            log.debug("tap_not_acknowledged", error=type(error).__name__)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            # The text of an unforeseen error may quote the resident; only its kind goes to the log.
            log.error("turn_failed", error=type(error).__name__)

    async def _pause(self, error: Exception) -> None:
        """Say once per row of failures what is wrong, then wait: doubling, capped, spread."""
        self._failures += 1
        if self._failures == 1:
            log.warning("telegram_interrupted", error=type(error).__name__, problem=_explained(error))
        self.condition = "connecting"
        if isinstance(error, Conflict) and self._failures == 1:
            await self._drop_webhook()
        asked = error.retry_after if isinstance(error, RetryAfter) else 0
        seconds = asked if isinstance(asked, int | float) else asked.total_seconds()
        await asyncio.sleep(max(float(seconds), self._length(self._failures)))

    async def _drop_webhook(self) -> None:
        """A webhook left over from earlier keeps everybody from polling."""
        try:
            await self._bot.delete_webhook(drop_pending_updates=False)
        except TelegramError as error:
            log.debug("webhook_not_dropped", error=type(error).__name__)

    def _length(self, failures: int) -> float:
        longest = min(LONGEST_PAUSE_SECONDS, self._first_pause * 2.0 ** min(failures - 1, 10))
        return longest * (0.5 + random.random() / 2)  # noqa: S311 - spreads retries, guards nothing


def _explained(error: Exception) -> str:
    if isinstance(error, Conflict):
        return "另有程序用同一个令牌收 Telegram 消息,或设着 webhook。请停掉另一个;这边会一直重试"
    if isinstance(error, InvalidToken):
        return "Telegram 不再认这个令牌。请核对 TELEGRAM_BOT_TOKEN 后重新启动;这边会一直重试"
    if isinstance(error, TelegramError):
        return "Telegram 连不上,会一直重试;网页和其他部分照常"
    return "数据库写不进去,收到的 Telegram 消息先不确认,会一直重试"
