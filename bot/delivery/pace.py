"""Spaces sendings so that a messenger's limits are never reached: over all chats, and within one."""

import asyncio
import heapq
import itertools
import time

FORGET_ABOVE = 1_000


class Pace:
    """At most `per_second` sendings in all and one per `seconds_per_address` to one address; urgent ones go first."""

    def __init__(self, *, per_second: float = 30.0, seconds_per_address: float = 1.0) -> None:
        self._gap = 1.0 / per_second
        self._address_gap = seconds_per_address
        self._next = 0.0
        self._next_to: dict[str, float] = {}
        self._row: list[tuple[bool, int, asyncio.Future[None]]] = []
        self._number = itertools.count()
        self._timer: asyncio.TimerHandle | None = None

    async def wait(self, address: str, *, urgent: bool = False) -> None:
        """Wait for the moment at which this address may be written to.

        The chat's own moment is waited for first: a chat that has to wait holds no place in the common row.
        """
        await asyncio.sleep(max(0.0, self._next_to.get(address, 0.0) - time.monotonic()))
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._row, (not urgent, next(self._number), turn))
        self._call_next()
        await turn

    def sent(self, address: str) -> None:
        """Something has just been sent there (or was refused); the next must keep its distance."""
        now = time.monotonic()
        if len(self._next_to) > FORGET_ABOVE:
            self._next_to = {name: moment for name, moment in self._next_to.items() if moment > now}
        self._next_to[address] = now + self._address_gap

    def _call_next(self) -> None:
        """Set the clock for whoever is first in the row when the moment comes, not for whoever is first now."""
        if self._timer is None and self._row:
            delay = max(0.0, self._next - time.monotonic())
            self._timer = asyncio.get_running_loop().call_later(delay, self._admit)

    def _admit(self) -> None:
        self._timer = None
        while self._row:
            turn = heapq.heappop(self._row)[2]
            if not turn.done():  # a cancelled one takes no moment away
                turn.set_result(None)
                self._next = time.monotonic() + self._gap
                break
        self._call_next()
