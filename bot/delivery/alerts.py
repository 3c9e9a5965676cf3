"""Sends alarms out of the house: one pump a sender, so that a dead one never delays another.

What goes out names a case by number, colour and link; there is no way for a resident's words to get here.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.delivery.sender import Refused, TryLater
from bot.errors import StoreError
from bot.knowledge import Knowledge
from bot.knowledge.duty import TextKind, worded
from bot.store import alerts
from bot.store.alerts import SendRow
from bot.store.database import Database
from bot.store.keeper import LeaseKeeper

POLL_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 60.0
MOST_ATTEMPTS = 30
"""About half an hour of trying; by then the next steps have long been called."""
AT_ONCE = 20
log = structlog.get_logger()


class AlertSender(Protocol):
    """One way out of the house."""

    name: str
    """`webhook`, `telegram` or `sms`."""
    text: TextKind
    """Which text of policies/duty.yaml it carries."""

    async def send(self, target: str, text: str) -> None:
        """Send one text; `target` is a mobile number where the sender reaches one person, else empty.

        Raises:
            Refused: it can never be sent.
            TryLater: it may go out later.
        """
        ...

    async def close(self) -> None:
        """Give connections back."""
        ...


def pause_after(attempts: int) -> float:
    """Seconds until the next try after so many failed ones: doubling from two, capped."""
    return min(LONGEST_PAUSE_SECONDS, 2.0 ** min(attempts + 1, 10))


class AlertPump:
    """Sends what is due through one sender; of several processes only the holder of the lease works."""

    def __init__(
        self, *, sender: AlertSender, database: Database, knowledge: Callable[[], Knowledge], clock: Callable[[], datetime], site: str
    ) -> None:
        """Build it; `site` is the root of all links."""
        self._sender = sender
        self._database = database
        self._knowledge = knowledge
        self._clock = clock
        self._site = site
        self._lease = LeaseKeeper(database, f"alarm.{sender.name}", clock)

    async def run(self) -> None:
        """Send until cancelled; survives every failure of network and database."""
        keeping = asyncio.create_task(self._lease.keep())
        try:
            while True:
                if self._lease.held:
                    await asyncio.gather(*(self._deliver(row) for row in await asyncio.to_thread(self._due)))
                await asyncio.sleep(POLL_SECONDS)
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
            await self._lease.release()
            await self._sender.close()

    def _due(self) -> list[SendRow]:
        try:
            with self._database.read() as connection:
                return alerts.due(connection, self._sender.name, self._clock(), AT_ONCE)
        except (StoreError, SQLAlchemyError) as error:
            log.warning("alarms_unreadable", sender=self._sender.name, error=type(error).__name__)
            return []

    async def _deliver(self, row: SendRow) -> None:
        try:
            await self._sender.send(row.target, self._text(row))
        except TryLater as problem:
            await self._put_off(row, problem)
        except Refused as problem:
            await self._settle(row, "dead", str(problem))
        else:
            await self._settle(row, "sent", "")

    async def _put_off(self, row: SendRow, problem: TryLater) -> None:
        log.warning("alarm_not_sent", sender=self._sender.name, number=row.number, attempts=row.attempts + 1, problem=str(problem))
        if row.attempts + 1 >= MOST_ATTEMPTS:
            await self._settle(row, "dead", str(problem))
            return
        until = self._clock() + timedelta(seconds=problem.after if problem.after is not None else pause_after(row.attempts))
        await self._note(lambda connection: alerts.postpone(connection, row.id, until, str(problem)))

    async def _settle(self, row: SendRow, outcome: str, problem: str) -> None:
        await self._note(lambda connection: alerts.settle(connection, row.id, outcome, problem, self._clock()))

    async def _note(self, change: Callable[[Connection], None]) -> None:
        try:
            await asyncio.to_thread(self._write, change)
        except (StoreError, SQLAlchemyError) as error:  # it is tried again: better one alarm twice than none
            log.warning("alarm_not_noted", sender=self._sender.name, error=type(error).__name__)

    def _write(self, change: Callable[[Connection], None]) -> None:
        with self._database.write() as connection:
            change(connection)

    def _text(self, row: SendRow) -> str:
        knowledge = self._knowledge()
        waited = max(0, int((self._clock() - row.raised_at).total_seconds()) // 60)
        return worded(knowledge.duty.texts[self._sender.text], {
            "number": row.number, "colour": knowledge.messages.names["colour"][row.colour], "minutes": str(waited),
            "step": next((step.name for step in knowledge.duty.steps if step.who == row.step), row.step), "link": f"{self._site}/console/cases/{row.number}",
        })
