"""What the reception is given: incoming messages by channels, readings by a reader."""

from dataclasses import dataclass
from typing import Protocol

from bot.conversation.incoming import Kind, Reading
from bot.knowledge import Knowledge

PUSH_CHANNELS = frozenset({"telegram"})
"""Channels to which the delivery sends; the others fetch the transcript."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message as a channel hands it over.

    `external_id` is unique within the channel, so that a message delivered twice is taken in once.
    """

    channel: str
    external_id: str
    address: str
    """Where replies go: a chat id, or the web visitor's secret."""
    kind: Kind
    text: str = ""
    button: str = ""


class Reader(Protocol):
    """Reads what a text means. Never raises: when the model is away the reading says so."""

    async def read(self, knowledge: Knowledge, text: str) -> Reading:
        """The reading of one cleaned text."""
        ...
