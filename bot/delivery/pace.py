"""Spaces sendings so that a messenger's limits are never reached: over all chats, and within one."""

import asyncio
import time

FORGET_ABOVE = 1_000


class Pace:
    """At most `per_second` sendings in all and one per `seconds_per_address` to one address."""

    def __init__(self, *, per_second: float = 30.0, seconds_per_address: float = 1.0) -> None:
        self._gap = 1.0 / per_second
        self._address_gap = seconds_per_address
        self._next = 0.0
        self._next_to: dict[str, float] = {}

    async def wait(self, address: str) -> None:
        """Wait for the moment at which this address may be written to.

        The chat's own moment is waited for first: a chat that has to wait holds no place in the common row.
        """
        await _sleep_until(self._next_to.get(address, 0.0))
        moment = max(time.monotonic(), self._next)
        self._next = moment + self._gap
        await _sleep_until(moment)

    def sent(self, address: str) -> None:
        """Something has just been sent there (or was refused); the next must keep its distance."""
        now = time.monotonic()
        if len(self._next_to) > FORGET_ABOVE:
            self._next_to = {name: moment for name, moment in self._next_to.items() if moment > now}
        self._next_to[address] = now + self._address_gap


async def _sleep_until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - time.monotonic()))
