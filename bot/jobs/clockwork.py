"""What has to be looked at every few seconds, by one process of several."""

import asyncio
from collections.abc import Callable

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import JinnuanError
from bot.store.keeper import LeaseKeeper

log = structlog.get_logger()
EVERY_SECONDS = 5.0


class Clockwork:
    """Calls one function again and again while it holds its lease."""

    def __init__(self, look: Callable[[], object], lease: LeaseKeeper, name: str, every: float = EVERY_SECONDS) -> None:
        """Build it; `every` so many seconds."""
        self._every = every
        self._look = look
        self._lease = lease
        self._name = name

    async def run(self) -> None:
        """Look again and again until cancelled; what cannot be done now is tried again."""
        keeping = asyncio.create_task(self._lease.keep())
        try:
            while True:
                await self._lease.until_held()
                try:
                    await asyncio.to_thread(self._look)
                except (JinnuanError, SQLAlchemyError) as error:
                    log.warning("not_looked_at", part=self._name, error=type(error).__name__)
                await asyncio.sleep(self._every)
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
            await self._lease.release()
