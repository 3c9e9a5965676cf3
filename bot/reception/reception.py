"""Takes messages in, has them read, lets the conversation make its turn, and commits what follows.

Design: (a) one short transaction keeps the incoming row under its channel's id; (b) it is read with no
transaction open; (c) one transaction locks the conversation, takes its oldest unprocessed row, makes the
turn and writes state, transcript, outbox, effects and the mark «processed» together. State therefore
changes exactly once; what a crash leaves unprocessed is taken up by `resume`.
"""

import asyncio
import secrets
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection

from bot.conversation import Circumstances, Message, Reading, State, Turn, turn
from bot.knowledge import Knowledge
from bot.privacy import KeyedHash, mask_identifiers
from bot.reception import line
from bot.reception.carry_out import carry_out, case_view
from bot.reception.duty import somebody_answers
from bot.reception.erasing import Erasing
from bot.reception.own_data import OwnData
from bot.reception.ports import PUSH_CHANNELS, Incoming, Reader
from bot.store import cases, changes, conversations, inbound, outbox, snapshots, transcripts
from bot.store.database import Database
from bot.store.tombstones import Journal
from bot.understanding import clean

log = structlog.get_logger()
Result = TypeVar("Result")


class Reception:
    """The one door through which every channel's messages pass."""

    def __init__(
        self, database: Database, reader: Reader, knowledge: Callable[[], Knowledge], hashes: KeyedHash,
        clock: Callable[[], datetime], *, journal: Path | None = None, site: str = "", policy_only: Collection[str] = (),
    ) -> None:
        """Build it.

        Args:
            database, reader, knowledge, hashes, clock: the program below.
            journal: the file that remembers erasures beside the database; None keeps none.
            site: root of the residents' pages for links out of other channels; empty when none is set.
            policy_only: channels on which only questions of policy (and crises) are answered.
        """
        self._database = database
        self._reader = reader
        self._knowledge = knowledge
        self._hashes = hashes
        self._clock = clock
        self._own_data = OwnData(hashes, Journal(journal), site)
        self._site = site
        self._policy_only = frozenset(policy_only)
        self._busy: dict[int, asyncio.Lock] = {}
        workers = 1 if database.is_sqlite else 8
        self._threads = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="reception")

    async def receive(self, incoming: Incoming) -> int:
        """Take in and answer one message; returns the conversation's id once the turn is committed."""
        conversation_id = await self.accept(incoming)
        await self.process(conversation_id)
        return conversation_id

    async def accept(self, incoming: Incoming) -> int:
        """Step (a): the message is kept (once), its words cleaned and without identifiers."""
        return await self._in_thread(lambda: self._accept(incoming))

    async def process(self, conversation_id: int) -> None:
        """Steps (b) and (c) until no message of this conversation is left unanswered."""
        lock = self._busy.setdefault(conversation_id, asyncio.Lock())
        async with lock:
            while await self._answer_oldest(conversation_id):
                pass
        if not lock.locked():
            self._busy.pop(conversation_id, None)

    async def resume(self) -> int:
        """After a start: answer what a stop or crash left unanswered; returns how many conversations."""
        waiting = await self._in_thread(self._waiting)
        for conversation_id in waiting:
            await self.process(conversation_id)
        return len(waiting)

    def close(self) -> None:
        """Let the running transaction end and take no more."""
        self._threads.shutdown(wait=True)

    async def _in_thread(self, action: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, action)

    def _waiting(self) -> list[int]:
        with self._database.read() as connection:
            return inbound.conversations_waiting(connection)

    def _accept(self, incoming: Incoming) -> int:
        masked = mask_identifiers(clean(incoming.text), self._identifier_words())
        content = {"kind": incoming.kind, "text": masked.text, "button": incoming.button[:200], "masked": sorted(masked.kinds)}
        now = self._clock()
        with self._database.write() as connection:
            conversation_id = self.conversation_for(connection, incoming.channel, incoming.address, now)
            inbound.add(
                connection, channel=incoming.channel, external_id=incoming.external_id,
                conversation_id=conversation_id, token=secrets.token_hex(8), content=content, now=now,
            )
        return conversation_id

    def _identifier_words(self) -> dict[str, list[str]]:
        words = self._knowledge().messages.names["identifier_words"]
        return {kind: listed.split() for kind, listed in words.items()}

    def conversation_for(self, connection: Connection, channel: str, address: str, now: datetime) -> int:
        """The id of the conversation at an address, made if need be."""
        address_hash = self._hashes.of(f"address.{channel}", address)
        found = conversations.find(connection, address_hash)
        return found.id if found else conversations.create(connection, channel, address, address_hash, now)

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
            found = conversations.find(connection, self._hashes.of(f"address.{channel}", address))
        return None if found is None else found.id

    async def _answer_oldest(self, conversation_id: int) -> bool:
        row = await self._in_thread(lambda: self._oldest(conversation_id))
        if row is None:
            return False
        knowledge = self._knowledge()
        text = row.content.get("text", "") if row.content.get("kind") == "text" else ""
        reading = await self._reader.read(knowledge, text) if text else Reading()
        await self._in_thread(lambda: self._commit_turn(conversation_id, row.id, reading, knowledge))
        return True

    def _oldest(self, conversation_id: int) -> inbound.InboundRow | None:
        with self._database.read() as connection:
            return inbound.oldest_unprocessed(connection, conversation_id)

    def _commit_turn(self, conversation_id: int, row_id: int, reading: Reading, knowledge: Knowledge) -> None:
        now = self._clock()
        with self._database.write() as connection:
            conversation = conversations.lock(connection, conversation_id)
            row = inbound.oldest_unprocessed(connection, conversation_id)
            if row is None or row.id != row_id:
                return  # another process answered it meanwhile
            content = row.content
            message = Message(
                kind=content["kind"], text=content["text"], button=content["button"], token=row.token,
                masked=frozenset(content["masked"]),
            )
            state = State.from_json(conversation.state)
            around = Circumstances(
                now=now, channel=conversation.channel, case=case_view(connection, conversation_id),
                owner="bot" if conversation.owner_id is None else "person",
                on_duty=self._on_duty(connection, conversation, state, reading, now),
                opens_at=line.opens_at(knowledge, now), ahead=line.of_handover(connection, state, now),
                agreed=self._own_data.agreed(connection, conversation_id),
                policy_only=conversation.channel in self._policy_only, site=self._site,
            )
            made = turn(state, message, reading, knowledge, around)
            made = self._own_data.prepare(connection, conversation, made, knowledge, now)
            self._write(connection, conversation, message, made, knowledge, now)
            inbound.mark_processed(connection, row.id, now)
            changes.note(connection, "conversation", conversation_id, now)
        log.info("turn", conversation=conversation_id, label=made.label, replies=len(made.replies))

    def _on_duty(
        self, connection: Connection, conversation: conversations.ConversationRow, state: State, reading: Reading, now: datetime
    ) -> bool:
        """Whether somebody in danger may be told that a person on duty is being called; asked for nobody else."""
        if reading.crisis is None and not state.crisis:
            return False
        case = cases.current_of(connection, conversation.id)
        district = case.district if case is not None and case.status != "closed" else state.district or None
        return somebody_answers(connection, district, case, now)

    def _write(
        self, connection: Connection, conversation: conversations.ConversationRow, message: Message, made: Turn,
        knowledge: Knowledge, now: datetime,
    ) -> None:
        mark = self._own_data.mark(connection, conversation.id, made)
        heard = made.heard or message.text
        if heard or message.kind not in {"start", "button"}:
            transcripts.add(connection, conversation.id, author="resident", kind=message.kind, text=heard, label=made.label, now=now)
        if made.replies or made.effects:
            snapshots.keep_knowledge(connection, knowledge, now)
        for reply in made.replies:
            buttons = [[item.title, item.value] if item.ticked is None else [item.title, item.value, item.ticked] for item in reply.buttons]
            kind = "several" if reply.several else "text"
            transcripts.add(
                connection, conversation.id, author="bot", kind=kind, text=reply.text, buttons=buttons,
                footnote=reply.footnote, label=made.label, knowledge=knowledge.version, now=now,
            )
            if conversation.channel in PUSH_CHANNELS:
                content: dict[str, Any] = {"text": reply.text, "buttons": buttons, "footnote": reply.footnote}
                if reply.document:
                    content["document"] = {"name": knowledge.messages.texts["export_file"], "text": reply.document}
                outbox.add(connection, conversation.id, conversation.channel, content, now)
        conversations.save_state(connection, conversation.id, made.state.to_json(), made.state.turn, now)
        carry_out(connection, conversation.id, made.effects, knowledge, self._hashes, now)
        self._own_data.settle(connection, conversation.id, made, mark, now)
