"""Holds the knowledge in force and swaps in a changed, valid one; keeps the old one otherwise."""

import asyncio
from collections.abc import Callable
from datetime import date
from pathlib import Path

import structlog

from bot.knowledge import Fault, Knowledge, PolicyFaults
from bot.publishing.files import fingerprint, load

log = structlog.get_logger()
LOOK_EVERY_SECONDS = 1.0


class Shelf:
    """The knowledge of this process."""

    def __init__(self, folder: Path, today: Callable[[], date]) -> None:
        """Load `folder`.

        Raises:
            PolicyFaults: there is no valid knowledge to start with.
        """
        self._folder = folder
        self._today = today
        self._seen = fingerprint(folder)
        self._knowledge = load(folder, today())
        self.faults: tuple[Fault, ...] = ()
        """Why the newest change was refused; empty when the files are what is in force."""

    def current(self) -> Knowledge:
        """The knowledge in force."""
        return self._knowledge

    def reload(self) -> bool:
        """Look at the files again; True when a new, valid knowledge was swapped in."""
        seen = fingerprint(self._folder)
        if seen == self._seen:
            return False
        self._seen = seen
        try:
            fresh = load(self._folder, self._today())
        except PolicyFaults as problem:
            self.faults = problem.faults
            log.error("policies_refused", faults=len(problem.faults), first=str(problem.faults[0]), kept=self._knowledge.version)
            return False
        self.faults = ()
        if fresh.version == self._knowledge.version:
            return False
        log.info("policies_swapped", version=fresh.version, before=self._knowledge.version)
        self._knowledge = fresh
        return True

    async def watch(self) -> None:
        """Look at the files every second until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            await asyncio.to_thread(self.reload)
