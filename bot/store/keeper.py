"""Keeps one lease renewed, so that its owner knows at any moment whether it may work. Takes no lease by force."""

import asyncio
import secrets
import time
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import StoreError
from bot.store import leases
from bot.store.database import Database

RENEW_SECONDS = 3.0
MARGIN_SECONDS = 1.0
"""Work stops this long before the lease runs out in the database, so that two holders never overlap."""
log = structlog.get_logger()


class LeaseKeeper:
    """Holds the lease `name` for as long as `keep` runs and the database agrees."""

    def __init__(self, database: Database, name: str, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._name = name
        self._clock = clock
        self._holder = secrets.token_hex(16)
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
