"""Carries out what a turn decided about the resident's own data: hand it out, erase it. Inside the turn's transaction."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.conversation import EXPORT, Agreed, EraseAll, EraseScreenings, GiveExport, Reply, Turn
from bot.knowledge import Knowledge
from bot.privacy import KeyedHash
from bot.reception.erasing import Erasing
from bot.reception.export import gather
from bot.reception.ports import PUSH_CHANNELS
from bot.store import consents, erasing, links, outbox, transcripts
from bot.store.conversations import ConversationRow
from bot.store.tombstones import Journal

TIANJIN = ZoneInfo("Asia/Shanghai")
PAGE = "/mine/"
"""Where the export stands on the residents' pages."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where lines and messages of a conversation ended before a turn was written."""

    line: int
    message: int


class OwnData:
    """The part of the reception that knows of exports and erasures."""

    def __init__(self, hashes: KeyedHash, journal: Journal, site: str) -> None:
        """`site`: root of the residents' pages for links out of other channels; empty when none is set."""
        self.erasing = Erasing(hashes, journal)
        self._site = site

    def agreed(self, connection: Connection, conversation_id: int) -> tuple[Agreed, ...]:
        """What the resident agreed to and has not taken back."""
        rows = consents.latest(connection, conversation_id).values()
        return tuple(Agreed(row.purpose, row.at.astimezone(TIANJIN)) for row in rows if row.given)

    def prepare(self, connection: Connection, conversation: ConversationRow, made: Turn, knowledge: Knowledge, now: datetime) -> Turn:
        """The turn with what is to be handed out put into its replies."""
        if not any(isinstance(effect, GiveExport) for effect in made.effects):
            return made
        whole = gather(connection, knowledge, conversation.id, now)
        link = ""
        if any(EXPORT in reply.text for reply in made.replies):
            link = whole.text
            if conversation.channel == "web" or (conversation.channel in PUSH_CHANNELS and self._site):
                link = self._link(connection, conversation, knowledge, now)
        replies = [_filled(reply, link, whole.text) for reply in made.replies]
        return replace(made, replies=tuple(replies))

    def _link(self, connection: Connection, conversation: ConversationRow, knowledge: Knowledge, now: datetime) -> str:
        links.withdraw(connection, conversation.id, "export")
        expires_at = now + timedelta(hours=knowledge.retention.export_link_hours)
        token = links.make(connection, "export", conversation_id=conversation.id, expires_at=expires_at, now=now)
        return f"{'' if conversation.channel == 'web' else self._site}{PAGE}{token}"

    def mark(self, connection: Connection, conversation_id: int, made: Turn) -> Mark | None:
        """Where the conversation ended before this turn, if the turn erases it; else None."""
        if not any(isinstance(effect, EraseAll) for effect in made.effects):
            return None
        return Mark(transcripts.last_id(connection, conversation_id), outbox.last_id(connection, conversation_id))

    def settle(self, connection: Connection, conversation_id: int, made: Turn, mark: Mark | None, now: datetime, *, asked_at: str) -> None:
        """Erase what the turn wants erased; what was written after `mark` stays, and the address of the hash `asked_at`."""
        for effect in made.effects:
            if isinstance(effect, EraseAll) and mark is not None:
                self.erasing.ask(
                    connection, conversation_id, effect.receipt, now, lines_from=mark.line + 1, messages_from=mark.message + 1,
                    asked_at=asked_at,
                )
            elif isinstance(effect, EraseScreenings):
                erasing.erase_screenings(connection, conversation_id)


def _filled(reply: Reply, link: str, document: str) -> Reply:
    return replace(reply, text=reply.text.replace(EXPORT, link), document=document if reply.document else "")
