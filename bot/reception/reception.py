"""Takes messages in, has them read, lets the conversation make its turn, and commits what follows.

Design: (a) one short transaction keeps the incoming row under its channel's id; (b) it is read with no
transaction open; (c) one transaction locks the conversation, takes its next unprocessed row, makes the
turn and writes state, transcript, outbox, effects and the mark «processed» together. State therefore
changes exactly once; what a crash, an outage or a crowd leaves unprocessed is taken up by `attend`.
"""

import asyncio
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import structlog
from sqlalchemy import Connection

from bot.conversation import Reading
from bot.knowledge import Knowledge
from bot.privacy import KeyedHash
from bot.reception.crowd import Crowd
from bot.reception.erasing import Erasing
from bot.reception.intake import Accepted, Intake
from bot.reception.own_data import OwnData
from bot.reception.ports import Incoming, Reader
from bot.reception.turns import Turns
from bot.store import inbound
from bot.store.database import UNREACHABLE, Database
from bot.store.tombstones import Journal

log = structlog.get_logger()
Result = TypeVar("Result")
MOST_TRIES = 3
"""So often the turn of one message may fail before the message is set aside."""
LOOK_EVERY_SECONDS = 1.0
MOST_TAKEN_UP = 200
"""Conversations taken up at one look; the next look finds the others."""


class Reception:
    """The one door through which every channel's messages pass."""

    def __init__(
        self, database: Database, reader: Reader, knowledge: Callable[[], Knowledge], hashes: KeyedHash,
        clock: Callable[[], datetime], crowd: Crowd | None = None, *, journal: Path | None = None, site: str = "",
        policy_only: Collection[str] = (),
    ) -> None:
        """Build it.

        Args:
            database, reader, knowledge, hashes, clock: the program below.
            crowd: how many are served at once and how much each may send.
            journal: the file that remembers erasures beside the database; None keeps none.
            site: root of the residents' pages for links out of other channels; empty when none is set.
            policy_only: channels on which only questions of policy (and crises) are answered.
        """
        self._database = database
        self._reader = reader
        self._knowledge = knowledge
        self._hashes = hashes
        self._clock = clock
        self.crowd = crowd or Crowd()
        self._own_data = OwnData(hashes, Journal(journal), site)
        self._intake = Intake(knowledge, hashes, clock, self.crowd)
        self._turns = Turns(hashes, clock, self._own_data, site=site, policy_only=policy_only)
        self._busy: dict[int, asyncio.Lock] = {}
        workers = 1 if database.is_sqlite else 8
        self._threads = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="reception")

    async def receive(self, incoming: Incoming) -> int:
        """Take in and answer one message; returns the conversation's id once the turn is committed (or has to wait)."""
        return (await self.welcome(incoming)).conversation_id

    async def welcome(self, incoming: Incoming) -> Accepted:
        """The same; says also whether the answer has to wait because too many are waiting."""
        accepted = await self.accept(incoming)
        if not accepted.held:
            await self.process(accepted.conversation_id, urgent=accepted.urgent)
        return accepted

    async def accept(self, incoming: Incoming) -> Accepted:
        """Step (a): the message is kept (once), its words cleaned and without identifiers."""
        return await self._in_thread(lambda: self._accept(incoming))

    async def process(self, conversation_id: int, *, urgent: bool = False) -> None:
        """Steps (b) and (c) until no message of this conversation is left unanswered.

        A crowd is served in turns, one message of each conversation at a time. With `urgent` only the urgent messages
        are answered, waiting for nobody; what else the conversation has waiting is left to whoever is at it, or `attend`.
        """
        with self.crowd.counted():
            if urgent:
                while await self._answer_next(conversation_id, only_urgent=True):
                    pass
                return
            lock = self._busy.setdefault(conversation_id, asyncio.Lock())
            try:
                async with lock:
                    while await self._in_turn(conversation_id):
                        pass
            finally:
                if not lock.locked():
                    self._busy.pop(conversation_id, None)

    async def resume(self) -> int:
        """Answer what a stop, crash, outage or crowd left unanswered; returns how many conversations."""
        waiting = [number for number in await self._in_thread(self._waiting) if number not in self._busy]
        taken = waiting[:MOST_TAKEN_UP]
        await asyncio.gather(*(self.process(conversation_id) for conversation_id in taken))
        return len(taken)

    async def attend(self, after_turns: Callable[[], None] = lambda: None) -> None:
        """Take up what is left unanswered, at once and then every second, until cancelled."""
        while True:
            try:
                if await self.resume():
                    after_turns()
                    continue
            except UNREACHABLE as error:
                log.warning("unanswered_not_taken_up", error=type(error).__name__)
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    def close(self) -> None:
        """Let the running transaction end and take no more."""
        self._threads.shutdown(wait=True)

    async def _in_thread(self, action: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, action)

    def _waiting(self) -> list[int]:
        with self._database.read() as connection:
            return inbound.conversations_waiting(connection)

    def _accept(self, incoming: Incoming) -> Accepted:
        kept = self._intake.cleaned(incoming)
        with self._database.write() as connection:
            return self._intake.keep(connection, kept)

    def conversation_for(self, connection: Connection, channel: str, address: str, now: datetime) -> int:
        """The id of the conversation at an address, made if need be."""
        return self._intake.conversation_for(connection, channel, address, now)

    @property
    def erasing(self) -> Erasing:
        """What becomes of wishes to erase."""
        return self._own_data.erasing

    @property
    def hashes(self) -> KeyedHash:
        """The hashes under which addresses are kept."""
        return self._hashes

    def find_conversation(self, channel: str, address: str) -> int | None:
        """The id of the conversation at an address, or None."""
        with self._database.read() as connection:
            return self._intake.find(connection, channel, address)

    async def _in_turn(self, conversation_id: int) -> bool:
        async with self.crowd.places:
            return await self._answer_next(conversation_id)

    async def _answer_next(self, conversation_id: int, *, only_urgent: bool = False) -> bool:
        row = await self._in_thread(lambda: self._next(conversation_id))
        if row is None or (only_urgent and not row.urgent):
            return False
        knowledge = self._knowledge()
        try:
            text = row.content.get("text", "") if row.content.get("kind") == "text" else ""
            reading = await self._reader.read(knowledge, text) if text else Reading()
            await self._in_thread(lambda: self._commit(conversation_id, row.id, reading, knowledge))
        except UNREACHABLE:
            raise  # nothing is wrong with the message; whoever called tries again
        except Exception as error:  # the outer edge of a turn: one faulty turn must not block its conversation for ever
            # The text of an unforeseen error may quote the resident; only its kind goes to the log.
            log.error("turn_failed", conversation=conversation_id, inbound=row.id, error=type(error).__name__)
            await self._failed(conversation_id, row.id, type(error).__name__, knowledge)
        return True

    def _next(self, conversation_id: int) -> inbound.InboundRow | None:
        with self._database.read() as connection:
            return inbound.oldest_unprocessed(connection, conversation_id)

    def _commit(self, conversation_id: int, row_id: int, reading: Reading, knowledge: Knowledge) -> None:
        with self._database.write() as connection:
            made = self._turns.take(connection, conversation_id, row_id, reading, knowledge)
        if made is not None:
            self.crowd.answered(made.label, made.source, made.replies)
            log.info("turn", conversation=conversation_id, label=made.label, replies=made.replies)

    async def _failed(self, conversation_id: int, row_id: int, problem: str, knowledge: Knowledge) -> None:
        failures = await self._in_thread(lambda: self._note_failure(row_id, problem))
        if failures < MOST_TRIES:
            await asyncio.sleep(0.05 * 2.0**failures)
            return
        await self._in_thread(lambda: self._set_aside(conversation_id, row_id, knowledge))

    def _note_failure(self, row_id: int, problem: str) -> int:
        with self._database.write() as connection:
            return inbound.note_failure(connection, row_id, problem)

    def _set_aside(self, conversation_id: int, row_id: int, knowledge: Knowledge) -> None:
        with self._database.write() as connection:
            self._turns.set_aside(connection, conversation_id, row_id, knowledge)
        log.error("message_set_aside", conversation=conversation_id, inbound=row_id)
