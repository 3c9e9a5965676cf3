"""Erasures as a whole: noted in the journal, carried out, finished when a case is closed, applied again to a backup."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from bot.answers import fill
from bot.conversation import State
from bot.knowledge import Knowledge
from bot.privacy import KeyedHash
from bot.reception import links
from bot.reception.ports import PUSH_CHANNELS
from bot.store import addresses, audit, cases, changes, conversations, erasing, erasures, outbox, transcripts
from bot.store.database import Database
from bot.store.erasures import Erasure
from bot.store.tombstones import Journal, Tombstone


class Erasing:
    """What becomes of wishes to erase."""

    def __init__(self, hashes: KeyedHash, journal: Journal) -> None:
        self._hashes = hashes
        self._journal = journal

    def ask(
        self, connection: Connection, conversation_id: int, receipt: str, now: datetime, *, lines_from: int, messages_from: int, asked_at: str = "",
    ) -> None:
        """Erase now; or, while a case is open, what the case does not need, and the rest when it is closed.

        Links, codes and other devices that lead there end at once; the one of the hash `asked_at` stays, to read the receipt.
        """
        stones = self._stones(connection, conversation_id)
        links.withdraw(connection, conversation_id, asked_at)
        erasure = Erasure(receipt, conversation_id, stones, now, None)
        erasures.add(connection, erasure)
        if cases.has_open(connection, conversation_id):
            self._journal.append(Tombstone(receipt, "asked", stones, now))
            erasing.erase_beside_case(connection, conversation_id)
            audit.append(connection, actor="resident", action="erasure_asked", thing=f"receipt:{receipt}", now=now)
            return
        self._erase(connection, erasure, now, lines_from=lines_from, messages_from=messages_from)

    def _erase(self, connection: Connection, erasure: Erasure, now: datetime, *, lines_from: int, messages_from: int) -> None:
        assert erasure.conversation_id is not None
        self._journal.append(Tombstone(erasure.receipt, "done", erasure.tombstones, now))
        erasing.erase(connection, erasure.conversation_id, now, lines_from=lines_from, messages_from=messages_from)
        for waiting in erasures.pending(connection, erasure.conversation_id):
            erasures.mark_done(connection, waiting.receipt, now)
        audit.append(connection, actor="resident", action="erased", thing=f"receipt:{erasure.receipt}", now=now)

    def _stones(self, connection: Connection, conversation_id: int) -> tuple[str, ...]:
        hashes = [conversations.address_hash(connection, conversation_id), *addresses.of(connection, conversation_id)]
        return tuple(self._stone(address_hash) for address_hash in hashes)

    def _stone(self, address_hash: str) -> str:
        """A hash of a hash: nobody finds a conversation by it without the key and a table to try."""
        return self._hashes.of("tombstone", address_hash)

    def finish(self, database: Database, knowledge: Knowledge, now: datetime) -> int:
        """Erase what waited for a case that is closed by now, or (unless it is red) waited too long; returns how many."""
        finished = 0
        with database.read() as connection:
            waiting = erasures.pending(connection)
        for erasure in waiting:
            with database.write() as connection:
                finished += self._finish(connection, erasure, knowledge, now)
        return finished

    def _finish(self, connection: Connection, erasure: Erasure, knowledge: Knowledge, now: datetime) -> bool:
        current = erasures.find(connection, erasure.receipt)
        if current is None or current.done_at is not None or current.conversation_id is None:
            return False
        colours = cases.open_colours(connection, current.conversation_id)
        overdue = now >= current.asked_at + timedelta(days=knowledge.retention.erase_wait_days)
        if "red" in colours or (colours and not overdue):
            return False
        conversation = conversations.lock(connection, current.conversation_id)
        turn = conversation.turn + 1
        lines_from, messages_from = self._tell(connection, conversation, knowledge, current.receipt, now)
        conversations.save_state(connection, conversation.id, State(turn=turn, greeted=True).to_json(), turn, now)
        self._erase(connection, current, now, lines_from=lines_from, messages_from=messages_from)
        changes.note(connection, "conversation", conversation.id, now)
        return True

    def _tell(
        self, connection: Connection, conversation: conversations.ConversationRow, knowledge: Knowledge, receipt: str, now: datetime
    ) -> tuple[int, int]:
        """Tell the resident; returns the ids from which on lines and messages stay."""
        lines, messages = transcripts.last_id(connection, conversation.id), outbox.last_id(connection, conversation.id)
        words = fill(knowledge, knowledge.messages.texts["erase_finished"], now.date(), {"receipt": receipt})
        transcripts.add(connection, conversation.id, author="bot", text=words, now=now)
        reachable = all(case.may_contact for case in cases.all_of(connection, conversation.id))
        if conversation.channel in PUSH_CHANNELS and reachable:  # days later a push may be read by whoever is feared
            outbox.add(connection, conversation.id, conversation.channel, {"text": words, "buttons": [], "footnote": ""}, now)
        return lines + 1, messages + 1

    def reapply(self, database: Database, keep_days: int, clock: Callable[[], datetime]) -> int:
        """Erase again what the journal knows to be erased and a restored database does not; returns how many.

        A database that is older than an erasure does not hold its receipt: then all it holds of that resident is
        older than the erasure, too. A wish that still waited waits again.
        """
        now = clock()
        oldest = now - timedelta(days=keep_days)
        stones = [stone for stone in self._journal.read() if stone.at >= oldest]
        with database.read() as connection:
            known = erasures.receipts_done(connection)
        done = 0
        for stone in stones:
            if stone.receipt not in known:
                with database.write() as connection:
                    done += self._reapply(connection, stone, now)
        return done

    def _reapply(self, connection: Connection, stone: Tombstone, now: datetime) -> bool:
        known = erasures.find(connection, stone.receipt)
        if known is not None and (known.done_at is not None or stone.step == "asked"):
            return False
        found = self._conversations(connection, frozenset(stone.hashes))
        if stone.step == "asked":
            if found:
                erasures.add(connection, Erasure(stone.receipt, found[0], stone.hashes, stone.at, None))
                erasing.erase_beside_case(connection, found[0])
            return False
        for conversation_id in found:
            erasing.remove(connection, conversation_id, now)
        if known is None:
            erasures.add(connection, Erasure(stone.receipt, None, stone.hashes, stone.at, stone.at))
        else:
            erasures.mark_done(connection, stone.receipt, stone.at)
        audit.append(connection, actor="system", action="erased_again", thing=f"receipt:{stone.receipt}", now=now)
        return bool(found)

    def _conversations(self, connection: Connection, stones: frozenset[str]) -> list[int]:
        first = select(conversations.conversations.c.id, conversations.conversations.c.address_hash)
        further = select(addresses.addresses.c.conversation_id, addresses.addresses.c.address_hash)
        rows = [*connection.execute(first).tuples(), *connection.execute(further).tuples()]
        return sorted({conversation_id for conversation_id, address_hash in rows if self._stone(address_hash) in stones})
