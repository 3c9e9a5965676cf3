"""Every few seconds: late answers, deputies, silent owners. One process of several does it."""

import asyncio

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import StoreError
from bot.reception.desk import Watch
from bot.store.keeper import LeaseKeeper

log = structlog.get_logger()
EVERY_SECONDS = 5.0


class DeskWatch:
    """Looks at the desk's clock while it holds the lease."""

    def __init__(self, watch: Watch, lease: LeaseKeeper) -> None:
        self._watch = watch
        self._lease = lease

    async def run(self) -> None:
        """Look every five seconds until cancelled; a database that is away is tried again."""
        keeping = asyncio.create_task(self._lease.keep())
        try:
            while True:
                await self._lease.until_held()
                try:
                    await asyncio.to_thread(self._watch.look)
                except (StoreError, SQLAlchemyError) as error:
                    log.warning("desk_not_watched", error=type(error).__name__)
                await asyncio.sleep(EVERY_SECONDS)
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
            await self._lease.release()
