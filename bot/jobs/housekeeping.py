"""Once an hour: throws away what is no longer needed to run (ended sessions, sent and processed rows, old changes)."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete

from bot.store import alerts, changes, inbound, leases, links, lockouts, outbox, sessions, tries
from bot.store.database import Database

log = structlog.get_logger()
EVERY_SECONDS = 3600
KEEP_SENT = timedelta(days=7)
"""Sent rows and processed rows hold no words any more; their ids guard against a late second delivery."""
KEEP_CHANGES = timedelta(hours=2)


class Housekeeping:
    """The hourly tidying."""

    def __init__(self, database: Database, holder: str, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._holder = holder
        self._clock = clock

    async def run(self) -> None:
        """Tidy now and every hour until cancelled."""
        while True:
            await asyncio.to_thread(self.tidy)
            await asyncio.sleep(EVERY_SECONDS)

    def tidy(self) -> int:
        """Remove what has served its time; returns how many rows went. Does nothing while another process does it."""
        now = self._clock()
        with self._database.write() as connection:
            if not leases.take(connection, "housekeeping", self._holder, now):
                return 0
            doomed = (
                delete(outbox.outbox).where(outbox.outbox.c.sent_at < now - KEEP_SENT),
                delete(inbound.inbound).where(inbound.inbound.c.processed_at < now - KEEP_SENT),
                delete(alerts.alert_sends).where(alerts.alert_sends.c.settled_at < now - KEEP_SENT),
                delete(changes.changes).where(changes.changes.c.at < now - KEEP_CHANGES, changes.changes.c.id < changes.highest(connection)),
                delete(sessions.sessions).where(sessions.sessions.c.seen_at < now - KEEP_SENT),
            )
            gone = sum(connection.execute(statement).rowcount for statement in doomed)
            gone += links.purge(connection, now) + tries.purge(connection, now) + lockouts.purge(connection, now)
        log.info("tidied", rows=gone)
        return gone
