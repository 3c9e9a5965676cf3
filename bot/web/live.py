"""One poller per process over the table of changes; open pages wait for it instead of asking the database.

Numbers are those of the table. On PostgreSQL a smaller number may be committed after a larger one, so the
poller goes past a gap only when it had two seconds to fill (a transaction that was rolled back never does).
"""

import asyncio
from collections import deque
from itertools import pairwise

import structlog
from sqlalchemy.exc import OperationalError

from bot.errors import StoreError
from bot.store import changes
from bot.store.database import Database

log = structlog.get_logger()
POLL_SECONDS = 0.25
GAP_SECONDS = 2.0
LONGEST_PAUSE_SECONDS = 5.0
REMEMBERED = 5_000
REMEMBERED_AT_START = 500
Change = tuple[int, str, int | None]


class Live:
    """Wakes whoever waits when something changed. Start `run` as a task; `close` lets all waiters go."""

    def __init__(
        self, database: Database, *, poll_seconds: float = POLL_SECONDS, gap_seconds: float = GAP_SECONDS
    ) -> None:
        self._database = database
        self._poll_seconds = poll_seconds
        self._gap_seconds = gap_seconds
        self._recent: deque[Change] = deque(maxlen=REMEMBERED)
        self._oldest = 0
        self._gap_since: float | None = None
        self._news = asyncio.Event()
        self.number = 0
        """The newest change that was announced."""
        self.closed = False
        """True once the program ends: streams then end too."""

    async def run(self) -> None:
        """Poll until `close` or cancellation. A database that is away is waited for, longer and longer."""
        started = False
        pause = self._poll_seconds
        while not self.closed:
            try:
                if not started:
                    await asyncio.to_thread(self._begin)
                    started = True
                else:
                    self._announce(await asyncio.to_thread(self._since, self.number))
                pause = self._poll_seconds
            except (StoreError, OperationalError) as problem:
                if pause == self._poll_seconds:
                    log.warning("live_database_away", problem=type(problem).__name__)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            await asyncio.sleep(pause)

    def close(self) -> None:
        """End: everybody who waits is woken and finds `closed` set."""
        self.closed = True
        self._news.set()

    async def wait(self, after: int, seconds: float, kind: str | None = None, reference: int | None = None) -> int:
        """Wait until there is a change after `after`, of `kind` and about `reference` where given.

        Returns the number of the newest change known, also when so many `seconds` passed without one.
        """
        deadline = asyncio.get_running_loop().time() + seconds
        while not self.closed and not self._concerns(after, kind, reference):
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                break
            try:
                await asyncio.wait_for(self._news.wait(), left)
            except TimeoutError:
                break
        return max(self.number, after)

    def changes_since(self, number: int) -> list[Change]:
        """Remembered changes after `number` as (number, kind, reference), oldest first."""
        return [change for change in self._recent if change[0] > number]

    def _concerns(self, after: int, kind: str | None, reference: int | None) -> bool:
        if after >= self.number:
            return False
        if after < self._oldest:
            return True  # what happened in between is no longer remembered: better to wake for nothing
        found = reversed(self._recent)
        newer = (change for change in found if change[0] > after)
        return any(kind in (None, change[1]) and reference in (None, change[2]) for change in newer)

    def _begin(self) -> None:
        """Start at the newest change, knowing some before it: pages may have been open since before a restart."""
        with self._database.read() as connection:
            newest = changes.highest(connection)
            self._oldest = max(0, newest - REMEMBERED_AT_START)
            self._recent.extend(change for change in changes.since(connection, self._oldest) if change[0] <= newest)
        self.number = newest

    def _since(self, number: int) -> list[Change]:
        with self._database.read() as connection:
            return changes.since(connection, number)

    def _announce(self, found: list[Change]) -> None:
        ready = self._before_gap(found)
        if not ready:
            return
        if len(self._recent) + len(ready) > REMEMBERED:
            self._oldest = ready[0][0] if len(ready) >= REMEMBERED else self._recent[len(ready) - 1][0]
        self._recent.extend(ready)
        self.number = ready[-1][0]
        news, self._news = self._news, asyncio.Event()
        news.set()

    def _before_gap(self, found: list[Change]) -> list[Change]:
        """What may be announced: everything up to the first gap that may still be filled."""
        if self._database.is_sqlite or not found:
            return found
        numbers = [self.number, *(change[0] for change in found)]
        whole = next((index for index, (first, second) in enumerate(pairwise(numbers)) if second != first + 1), None)
        if whole is None:
            self._gap_since = None
            return found
        now = asyncio.get_running_loop().time()
        self._gap_since = now if self._gap_since is None or whole > 0 else self._gap_since
        if now - self._gap_since < self._gap_seconds:
            return found[:whole]
        self._gap_since = None
        return found
