"""Holds the knowledge in force and swaps in a changed, valid one; keeps the old one otherwise.

The truth is the newest revision of the desk once there is one, else the files.
"""

import asyncio
import itertools
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import StoreError
from bot.knowledge import Fault, Knowledge, PolicyFaults, build
from bot.knowledge.checks import SINGLE_FILES
from bot.publishing.files import fingerprint, load, read_folder
from bot.store import revisions, snapshots
from bot.store.database import Database

log = structlog.get_logger()
LOOK_EVERY_SECONDS = 0.25
FILES_EVERY = 4
"""The files are looked at each so many looks."""


class Shelf:
    """The knowledge of this process."""

    def __init__(self, folder: Path, today: Callable[[], date], database: Database | None = None) -> None:
        """Load what is in force.

        Args:
            folder: the policy files.
            database: where the desk publishes; None where the files alone are the truth.

        Raises:
            PolicyFaults: there is no valid knowledge to start with.
        """
        self._folder = folder
        self._today = today
        self._database = database
        self._revision = 0
        self.faults: tuple[Fault, ...] = ()
        """Why the newest change was refused; empty when what is wanted is what is in force."""
        published = self._published()
        self._seen = fingerprint(folder) if published is None else ()
        self._knowledge = load(folder, today()) if published is None else published

    def current(self) -> Knowledge:
        """The knowledge in force."""
        return self._knowledge

    @property
    def revision(self) -> int:
        """The desk's revision in force; 0 while the files are the truth."""
        return self._revision

    def reload(self, *, files: bool = True) -> bool:
        """Look again (at the files too, unless told not to); True when a new, valid knowledge was swapped in."""
        fresh = self._published()
        if fresh is None and files and not self._revision:
            fresh = self._changed_files()
        if fresh is None or fresh.version == self._knowledge.version:
            return False
        log.info("policies_swapped", version=fresh.version, before=self._knowledge.version)
        self._knowledge = fresh
        return True

    def _published(self) -> Knowledge | None:
        """The desk's newest revision, where it is newer than the one in force."""
        if self._database is None:
            return None
        with self._database.read() as connection:
            newest = revisions.newest(connection)
            if newest is None or newest.id == self._revision:
                return None
            content = snapshots.content(connection, newest.version)
        assert content is not None  # a revision names a snapshot by foreign key
        try:
            knowledge = build({**self._newly_needed(), **json.loads(content)})
        except PolicyFaults as problem:  # published by a program with other checks
            self._refused(problem)
            return None
        self._revision, self.faults = newest.id, ()
        return knowledge

    def _newly_needed(self) -> dict[str, str]:
        """Files that every version of the policies has today, as they are shipped: a revision of an older program lacks some."""
        return {path: text for path, text in read_folder(self._folder).items() if path in SINGLE_FILES}

    def _changed_files(self) -> Knowledge | None:
        seen = fingerprint(self._folder)
        if seen == self._seen:
            return None
        self._seen = seen
        try:
            fresh = load(self._folder, self._today())
        except PolicyFaults as problem:
            self._refused(problem)
            return None
        self.faults = ()
        return fresh

    def _refused(self, problem: PolicyFaults) -> None:
        self.faults = problem.faults
        log.error("policies_refused", faults=len(problem.faults), first=str(problem.faults[0]))

    async def watch(self) -> None:
        """Look four times a second (at the files once) until cancelled; a database that is away changes nothing."""
        for look in itertools.count():
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            try:
                await asyncio.to_thread(self.reload, files=look % FILES_EVERY == 0)
            except (StoreError, SQLAlchemyError) as error:
                log.warning("policies_not_looked_at", error=type(error).__name__)
