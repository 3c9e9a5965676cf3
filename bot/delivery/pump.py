"""Takes due messages from the outbox of one channel and has them sent, until it is told to stop."""

import asyncio
import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.delivery.pace import Pace
from bot.delivery.sender import Part, Refused, Sender, TryLater
from bot.errors import StoreError
from bot.store import outbox
from bot.store.database import Database
from bot.store.keeper import LeaseKeeper

POLL_SECONDS = 0.25
MOST_AT_ONCE = 100
KEPT_FOR_URGENT = 20
"""Further places that only urgent messages take, so that they never wait for a slow crowd."""
LONGEST_PAUSE_SECONDS = 60.0
MOST_ATTEMPTS = 2_000
"""About a day at the longest pause; after that a message is of no use to anybody any more."""
REST_SECONDS = 60.0
"""How long a conversation rests after an error that nobody foresaw."""
STOP_SECONDS = 5.0
log = structlog.get_logger()


def pause_after(attempts: int, chance: float) -> float:
    """Seconds until the next try after `attempts` failed ones: doubling, capped, spread by `chance` (0 to 1)."""
    longest = min(LONGEST_PAUSE_SECONDS, 2.0 ** min(attempts, 10))
    return longest * (0.5 + chance / 2)


class Pump(Generic[Part]):
    """Sends the outbox of `channel` through `sender`; of several processes only the holder of the lease works.

    One message per conversation is under way at a time, so that order holds; a conversation that has to
    wait (its chat is slow, or asks for a pause) keeps no other waiting.
    """

    def __init__(
        self, *, channel: str, sender: Sender[Part], database: Database, clock: Callable[[], datetime],
        pace: Pace | None = None, chance: Callable[[], float] = random.random,
    ) -> None:
        self._channel = channel
        self._sender = sender
        self._database = database
        self._clock = clock
        self._pace = pace or Pace()
        self._chance = chance
        self._lease = LeaseKeeper(database, f"{channel}.sender", clock)
        self._woken = asyncio.Event()
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._parts_sent: dict[int, int] = {}
        self._resting: dict[int, float] = {}
        self._stopping = False

    def wake(self) -> None:
        """Something was put into the outbox: look at once instead of at the next poll."""
        self._woken.set()

    async def run(self) -> None:
        """Send until `close`; survives every failure of network and database."""
        keeping = asyncio.create_task(self._lease.keep())
        try:
            while not self._stopping:
                self._woken.clear()
                if self._lease.held:
                    await self._start_due()
                await self._wait_for_work()
        finally:
            keeping.cancel()

    async def close(self) -> None:
        """Let sendings under way end (for a few seconds), start no more, give the lease back."""
        self._stopping = True
        self.wake()
        if self._busy:
            await asyncio.wait(self._busy.values(), timeout=STOP_SECONDS)
        for task in list(self._busy.values()):
            task.cancel()
        await self._lease.release()

    async def _wait_for_work(self) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._woken.wait()
        except TimeoutError:
            return

    async def _start_due(self) -> None:
        # What was under way when the reading began may have gone out before it ended: its row is old news then.
        under_way = set(self._busy)
        rows = await asyncio.to_thread(self._due)
        chosen = self._chosen([row for row in rows if row.conversation_id not in under_way and not self._rests(row.conversation_id)])
        if not chosen or not await asyncio.to_thread(self._written, lambda connection: outbox.begin(connection, chosen, self._clock())):
            return
        for row in chosen:
            if row.begun:
                log.warning("message_repeated", channel=self._channel, outbox=row.id)
            task = asyncio.create_task(self._deliver(row))
            self._busy[row.conversation_id] = task
            task.add_done_callback(lambda task, row=row: self._ended(task, row))  # type: ignore[misc]

    def _chosen(self, rows: list[outbox.OutboxRow]) -> list[outbox.OutboxRow]:
        free = 0 if self._stopping else max(0, MOST_AT_ONCE - len(self._busy))
        reserve = 0 if self._stopping else max(0, MOST_AT_ONCE + KEPT_FOR_URGENT - len(self._busy))
        urgent = [row for row in rows if row.urgent][:reserve]
        return urgent + [row for row in rows if not row.urgent][: max(0, free - len(urgent))]

    def _due(self) -> list[outbox.OutboxRow]:
        try:
            with self._database.read() as connection:
                return outbox.due(connection, self._channel, self._clock(), limit=2 * MOST_AT_ONCE + len(self._resting))
        except (StoreError, SQLAlchemyError) as error:
            log.warning("outbox_unreadable", channel=self._channel, error=type(error).__name__)
            return []

    def _rests(self, conversation_id: int) -> bool:
        if self._resting.get(conversation_id, 0.0) > time.monotonic():
            return True
        self._resting.pop(conversation_id, None)
        return False

    def _ended(self, task: asyncio.Task[None], row: outbox.OutboxRow) -> None:
        self._busy.pop(row.conversation_id, None)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            # The text of an unforeseen error may quote what was to be sent; only its kind goes to the log.
            log.error("delivery_failed", channel=self._channel, outbox=row.id, error=type(error).__name__)
            self._resting[row.conversation_id] = time.monotonic() + REST_SECONDS
        self.wake()

    async def _deliver(self, row: outbox.OutboxRow) -> None:
        parts = self._sender.parts(row.content)
        for part in parts[self._parts_sent.get(row.id, 0) :]:
            await self._pace.wait(row.address, urgent=row.urgent)
            if not self._lease.held or self._stopping:
                return await self._let_go(row)
            try:
                await self._sender.send(row.address, part)
            except TryLater as problem:
                return await self._put_off(row, problem)
            except Refused as problem:
                return await self._bury(row, str(problem))
            finally:
                self._pace.sent(row.address)
            self._parts_sent[row.id] = self._parts_sent.get(row.id, 0) + 1
        await self._settle(row, lambda connection: outbox.mark_sent(connection, row.id, self._clock()))

    async def _let_go(self, row: outbox.OutboxRow) -> None:
        """Somebody else will send it; a message of which nothing went out is no repetition there."""
        if not self._parts_sent.get(row.id):
            await asyncio.to_thread(self._written, lambda connection: outbox.not_begun(connection, row.id))

    async def _put_off(self, row: outbox.OutboxRow, problem: TryLater) -> None:
        if row.attempts + 1 >= MOST_ATTEMPTS:
            return await self._bury(row, str(problem))
        pause = problem.after if problem.after is not None else pause_after(row.attempts, self._chance())
        until = self._clock() + timedelta(seconds=pause)
        if problem.after is not None:  # the chat itself asks for a pause: not even an urgent message may go there now
            self._resting[row.conversation_id] = time.monotonic() + pause
        await self._settle(row, lambda connection: outbox.postpone(connection, row.id, until, str(problem)), whole=False)

    async def _bury(self, row: outbox.OutboxRow, problem: str) -> None:
        log.warning("message_undeliverable", channel=self._channel, outbox=row.id, problem=problem)
        await self._settle(row, lambda connection: outbox.bury(connection, row.id, self._clock(), problem))

    async def _settle(self, row: outbox.OutboxRow, change: Callable[[Connection], None], *, whole: bool = True) -> None:
        """Write what became of a message. As long as this fails, the conversation stays busy: nothing is sent twice."""
        attempts = 0
        while not await asyncio.to_thread(self._written, change):
            await asyncio.sleep(pause_after(attempts, self._chance()))
            attempts += 1
        if whole:
            self._parts_sent.pop(row.id, None)

    def _written(self, change: Callable[[Connection], None]) -> bool:
        try:
            with self._database.write() as connection:
                change(connection)
        except (StoreError, SQLAlchemyError) as error:
            log.warning("outbox_not_written", channel=self._channel, error=type(error).__name__)
            return False
        return True
