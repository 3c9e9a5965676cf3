"""Every night: throws away what was kept long enough. Every hour: finishes erasures that waited for a case to be closed."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, Connection, exists, func, select
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import JinnuanError
from bot.knowledge import Knowledge
from bot.reception.erasing import Erasing
from bot.store import cases, conversations, erasing, erasures, leases, screenings
from bot.store.database import Database
from bot.store.tombstones import Journal

log = structlog.get_logger()
LOOK_SECONDS = 3600
NIGHT_HOUR = 3
"""Local hour from which on the night's work is done, once a day."""
AT_ONCE = 200
"""Conversations removed in one transaction, so that nobody waits long for the writer."""
TOMBSTONE_MARGIN = timedelta(days=30)
"""Receipts in the database outlive the journal, so that what the journal forgot is never applied again."""


class RetentionKeeper:
    """Keeps the days of policies/retention.yaml; of several processes one does, by lease."""

    def __init__(
        self, database: Database, knowledge: Callable[[], Knowledge], erasing_wishes: Erasing, journal: Journal, holder: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._knowledge = knowledge
        self._wishes = erasing_wishes
        self._journal = journal
        self._holder = holder
        self._clock = clock
        self._last_night: datetime | None = None

    async def run(self) -> None:
        """Look now and every hour until cancelled; a failure is logged and the next hour tries again."""
        while True:
            try:
                await asyncio.to_thread(self.look)
            except (JinnuanError, SQLAlchemyError) as error:
                log.error("retention_failed", error=type(error).__name__)
            await asyncio.sleep(LOOK_SECONDS)

    def look(self) -> None:
        """Finish erasures; at the first look of a night (and after a start) purge. Nothing while another process does it."""
        now = self._clock()
        with self._database.write() as connection:
            if not leases.take(connection, "retention", self._holder, now):
                return
        finished = self._wishes.finish(self._database, self._knowledge(), now)
        if finished:
            log.info("erasures_finished", count=finished)
        if self._last_night is None or (now.hour >= NIGHT_HOUR and now.date() > self._last_night.date()):
            gone = self.purge()
            self._last_night = now
            log.info("purged", **gone)

    def purge(self) -> dict[str, int]:
        """Remove what has been kept long enough; returns how much went, by kind."""
        now, days = self._clock(), self._knowledge().retention
        before_talk = now - timedelta(days=days.conversation_days)
        gone = {
            "screenings": self._screenings(now - timedelta(days=days.screening_days)),
            "cases": self._cases(now - timedelta(days=days.case_days), before_talk),
            "contents": self._contents(before_talk, now),
            "conversations": self._conversations(before_talk, now - timedelta(days=days.receipt_days), now),
        }
        forgotten = now - timedelta(days=days.tombstone_days)
        gone["tombstones"] = self._journal.forget(forgotten)
        with self._database.write() as connection:
            gone["receipts"] = erasures.purge(connection, forgotten - TOMBSTONE_MARGIN)
        return gone

    def _screenings(self, before: datetime) -> int:
        old = select(screenings.screenings.c.conversation_id).where(screenings.screenings.c.at < before).distinct()
        count = 0
        with self._database.write() as connection:
            for conversation_id in list(connection.scalars(old)):
                count += erasing.erase_screenings(connection, conversation_id, before)
        return count

    def _cases(self, before: datetime, before_talk: datetime) -> int:
        """Cases that were closed long ago and about which nobody has spoken since."""
        talk = conversations.conversations
        quiet = exists().where(talk.c.id == cases.cases.c.conversation_id, talk.c.updated_at < before_talk)
        old = select(cases.cases.c.id).where(cases.cases.c.status == "closed", cases.cases.c.closed_at < before, quiet)
        with self._database.write() as connection:
            return erasing.remove_cases(connection, connection.scalars(old))

    def _contents(self, before: datetime, now: datetime) -> int:
        """What was said in conversations of which only a closed case is still kept."""
        talk = conversations.conversations
        closed = exists().where(cases.cases.c.conversation_id == talk.c.id)
        with self._database.write() as connection:
            found = list(connection.scalars(select(talk.c.id).where(talk.c.updated_at < before, closed, ~_open_case(), talk.c.owner_id.is_(None))))
            return sum(erasing.erase_contents(connection, conversation_id) for conversation_id in found)

    def _conversations(self, before: datetime, erased_before: datetime, now: datetime) -> int:
        """Conversations without a case, and those that hold nothing but the receipt of an erasure."""
        count = 0
        while True:
            with self._database.write() as connection:
                doomed = self._doomed(connection, before, erased_before)
                for conversation_id in doomed:
                    erasing.remove(connection, conversation_id, now)
            count += len(doomed)
            if len(doomed) < AT_ONCE:
                return count

    def _doomed(self, connection: Connection, before: datetime, erased_before: datetime) -> list[int]:
        talk = conversations.conversations
        any_case = exists().where(cases.cases.c.conversation_id == talk.c.id)
        old = (func.coalesce(talk.c.updated_at, talk.c.created_at) < before) | (talk.c.erased_at < erased_before)
        return list(connection.scalars(select(talk.c.id).where(old, ~any_case).order_by(talk.c.id).limit(AT_ONCE)))


def _open_case() -> ColumnElement[bool]:
    """Whether the conversation of the query around it has a case that is not closed."""
    return exists().where(cases.cases.c.conversation_id == conversations.conversations.c.id, cases.cases.c.status != "closed")
