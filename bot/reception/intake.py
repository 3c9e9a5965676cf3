"""Step (a): keeps one incoming message, cleaned, once, and says what becomes of it now."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.answers import fill
from bot.knowledge import Knowledge
from bot.privacy import KeyedHash, mask_identifiers
from bot.reception.crowd import Crowd
from bot.reception.ports import PUSH_CHANNELS, Incoming
from bot.store import changes, conversations, inbound, outbox, transcripts
from bot.understanding import clean, crisis_kind


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of a message that was taken in."""

    conversation_id: int
    urgent: bool = False
    """Its words speak of danger: it is answered before everything else."""
    held: bool = False
    """It is answered later (or, after very many from one person, only kept); say so to the resident."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A message fit to be stored."""

    incoming: Incoming
    content: dict[str, Any]
    urgent: bool


class Intake:
    """What happens to a message before it has its turn."""

    def __init__(self, knowledge: Callable[[], Knowledge], hashes: KeyedHash, clock: Callable[[], datetime], crowd: Crowd) -> None:
        self._knowledge = knowledge
        self._hashes = hashes
        self._clock = clock
        self._crowd = crowd

    def cleaned(self, incoming: Incoming) -> Cleaned:
        """The message without identifiers, and whether its words speak of danger. Needs no database."""
        masked = mask_identifiers(clean(incoming.text), self._identifier_words())
        content = {"kind": incoming.kind, "text": masked.text, "button": incoming.button[:200], "masked": sorted(masked.kinds)}
        content["at"] = self._hashes.of(f"address.{incoming.channel}", incoming.address)
        urgent = incoming.kind == "text" and crisis_kind(self._knowledge(), masked.text) is not None
        return Cleaned(incoming, content, urgent)

    def _identifier_words(self) -> dict[str, list[str]]:
        words = self._knowledge().messages.names["identifier_words"]
        return {kind: listed.split() for kind, listed in words.items()}

    def keep(self, connection: Connection, message: Cleaned) -> Accepted:
        """Keep it under its channel's id; a second delivery changes nothing."""
        incoming, now = message.incoming, self._clock()
        conversation_id = self.conversation_for(connection, incoming.channel, incoming.address, now)
        waiting = inbound.waiting_in(connection, conversation_id)
        too_many = not message.urgent and waiting >= self._crowd.limits.waiting_each
        row_id = inbound.add(
            connection, channel=incoming.channel, external_id=incoming.external_id, conversation_id=conversation_id,
            token=secrets.token_hex(8), content=message.content, now=now,
            urgent=message.urgent or incoming.kind == "start",  # the greeting stands before all, also before a crisis
        )
        held = too_many or (self._crowd.full and not message.urgent)
        if row_id is None:
            return Accepted(conversation_id, message.urgent, held)
        self._crowd.taken_in(incoming.channel, held=held)
        if too_many:
            self._only_keep(connection, conversation_id, row_id, message, now)
        elif held and waiting == 0 and incoming.channel in PUSH_CHANNELS:
            outbox.add(connection, conversation_id, incoming.channel, self._please_wait(now), now)
        return Accepted(conversation_id, message.urgent, held)

    def conversation_for(self, connection: Connection, channel: str, address: str, now: datetime) -> int:
        """The id of the conversation at an address, made if need be."""
        address_hash = self._hashes.of(f"address.{channel}", address)
        found = conversations.find(connection, address_hash)
        return found.id if found else conversations.create(connection, channel, address, address_hash, now)

    def find(self, connection: Connection, channel: str, address: str) -> int | None:
        """The id of the conversation at an address, or None."""
        found = conversations.find(connection, self._hashes.of(f"address.{channel}", address))
        return None if found is None else found.id

    def _only_keep(self, connection: Connection, conversation_id: int, row_id: int, message: Cleaned, now: datetime) -> None:
        """One person sent more than anybody can answer: the words stay readable, there is no turn for them."""
        inbound.mark_processed(connection, row_id, now)
        words = message.content["text"]
        if words:
            transcripts.add(connection, conversation_id, author="resident", text=words, now=now)
            changes.note(connection, "conversation", conversation_id, now)

    def _please_wait(self, now: datetime) -> dict[str, Any]:
        knowledge = self._knowledge()
        words = fill(knowledge, knowledge.messages.texts["busy"], now.date(), {})
        return {"text": words, "buttons": [], "footnote": ""}
