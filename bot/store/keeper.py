"""Keeps one lease renewed, so that its owner knows at any moment whether it may work.

A lease is taken before it has run out only from a process of this machine that is certainly dead.
"""

import asyncio
import hashlib
import os
import secrets
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import StoreError
from bot.store import leases
from bot.store.database import Database

RENEW_SECONDS = 3.0
MARGIN_SECONDS = 1.0
"""Work stops this long before the lease runs out in the database, so that two holders never overlap."""
log = structlog.get_logger()


def _machine() -> str:
    """This running kernel and its process numbers; never the same for two machines or two containers."""
    try:
        facts = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii") + str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        facts = secrets.token_hex(16)
    return hashlib.sha256(facts.encode()).hexdigest()[:16]


_MACHINE = _machine()


def new_holder() -> str:
    """A name for one holder in this process: `machine:process:random`, at most 64 characters."""
    return f"{_MACHINE}:{os.getpid()}:{secrets.token_hex(8)}"


def is_dead(holder: str) -> bool:
    """Whether the holder is a process of this machine that no longer runs; False whenever that is not certain."""
    machine, _, rest = holder.partition(":")
    number = rest.partition(":")[0]
    if machine != _MACHINE or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


class LeaseKeeper:
    """Holds the lease `name` for as long as `keep` runs and the database agrees."""

    def __init__(self, database: Database, name: str, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._name = name
        self._clock = clock
        self._holder = new_holder()
        self._until = 0.0
        self._taken = asyncio.Event()

    @property
    def held(self) -> bool:
        """Whether the lease is certainly ours at this moment."""
        return time.monotonic() < self._until

    async def keep(self) -> None:
        """Take the lease as soon as it is free and renew it; ends only when cancelled."""
        while True:
            asked_at = time.monotonic()
            if await asyncio.to_thread(self._take):
                self._until = asked_at + leases.LEASE_SECONDS - MARGIN_SECONDS
                self._taken.set()
            else:
                self._taken.clear()
            await asyncio.sleep(RENEW_SECONDS)

    async def until_held(self) -> None:
        """Wait until the lease is ours."""
        while not self.held:
            self._taken.clear()
            await self._taken.wait()

    async def release(self) -> None:
        """Give the lease back at an orderly stop, so that another process need not wait for it to run out."""
        self._until = 0.0
        await asyncio.to_thread(self._release)

    def _take(self) -> bool:
        try:
            with self._database.write() as connection:
                if leases.take(connection, self._name, self._holder, self._clock()):
                    return True
                holder = leases.holder_of(connection, self._name)
                if holder is None or not is_dead(holder):
                    return False
                log.info("lease_of_a_dead_process_taken", lease=self._name)
                leases.release(connection, holder)
                return leases.take(connection, self._name, self._holder, self._clock())
        except (StoreError, SQLAlchemyError) as error:
            log.warning("lease_not_renewed", lease=self._name, error=type(error).__name__)
            return False

    def _release(self) -> None:
        try:
            with self._database.write() as connection:
                leases.release(connection, self._holder)
        except (StoreError, SQLAlchemyError) as error:
            log.warning("lease_not_released", lease=self._name, error=type(error).__name__)
