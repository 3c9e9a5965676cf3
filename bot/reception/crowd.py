"""How many may be served at once, how many may wait, and how much one address may send. Holds numbers only, no words."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Histogram

MOST_ADDRESSES = 10_000
"""Addresses remembered at a time; the one not seen longest is forgotten first."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the program takes on before it says 「请稍等」."""

    at_once: int = 32
    """Turns made at the same time."""
    under_way: int = 200
    """Conversations being answered or waiting for it; beyond these a message is kept and answered when there is room."""
    waiting_each: int = 30
    """Unanswered messages of one person; beyond these, words are kept for staff to read and get no turn of their own."""
    address_burst: int = 120
    """Messages from one network address at once …"""
    address_per_second: float = 4.0
    """… and steadily after that. An office shares one address, so this is far above what one person types."""


class Crowd:
    """Counts who is being served. Used from the event loop, except `full`, which threads may ask."""

    def __init__(self, limits: Limits | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.limits = limits or Limits()
        self.places = asyncio.Semaphore(self.limits.at_once)
        self.under_way = 0
        self.registry = CollectorRegistry()
        self._clock = clock
        self._addresses: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._in = Counter("jinnuan_messages_in", "Messages taken in", ["channel"], registry=self.registry)
        self._out = Counter("jinnuan_messages_out", "Replies made", registry=self.registry)
        self._read = Counter("jinnuan_readings", "Turns by what understood the words", ["source"], registry=self.registry)
        self._crises = Counter("jinnuan_crises", "Turns that answered a crisis", ["label"], registry=self.registry)
        self._held = Counter("jinnuan_messages_held", "Messages answered later because of a crowd", registry=self.registry)
        self._refused = Counter("jinnuan_messages_refused", "Messages refused because their address sent too many", registry=self.registry)
        self._seconds = Histogram("jinnuan_turn_seconds", "From starting on a conversation to its last answer", registry=self.registry)

    @property
    def full(self) -> bool:
        """Whether a further message has to wait."""
        return self.under_way >= self.limits.under_way

    @contextmanager
    def counted(self) -> Iterator[None]:
        """One conversation is being answered."""
        self.under_way += 1
        try:
            with self._seconds.time():
                yield
        finally:
            self.under_way -= 1

    def admits(self, address: str) -> bool:
        """Whether one more message may come from this network address now; counts it if so."""
        now = self._clock()
        left, at = self._addresses.pop(address, (float(self.limits.address_burst), now))
        left = min(float(self.limits.address_burst), left + (now - at) * self.limits.address_per_second)
        admitted = left >= 1
        self._addresses[address] = (left - 1 if admitted else left, now)
        while len(self._addresses) > MOST_ADDRESSES:
            self._addresses.popitem(last=False)
        if not admitted:
            self._refused.inc()
        return admitted

    def taken_in(self, channel: str, *, held: bool) -> None:
        """A message was kept."""
        self._in.labels(channel).inc()
        if held:
            self._held.inc()

    def answered(self, label: str | None, source: str, replies: int) -> None:
        """A turn was committed."""
        self._out.inc(replies)
        self._read.labels(source).inc()
        if label is not None and label.startswith("crisis."):
            self._crises.labels(label).inc()
