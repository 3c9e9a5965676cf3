"""What the store holds at the end: transcripts without ids and times, cases, and what is still open."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from bot.store import cases, conversations, inbound, outbox, transcripts
from bot.store.database import Database
from bot.store.keys import Keys, load_keys

_NUMBER = re.compile(r"JN\d{4}-[0-9A-Z]{6}")


@dataclass(frozen=True, slots=True)
class Told:
    """One conversation as it reads, with the cases it led to."""

    lines: tuple[tuple[str, str, str, str], ...]
    """(author, kind, text, buttons), case numbers made alike."""
    cases: tuple[tuple[str, str, str], ...]
    """(kind, colour, district)."""

    @property
    def said(self) -> list[str]:
        """What the resident said, in order."""
        return [text for author, _, text, _ in self.lines if author == "resident"]

    @property
    def all_answered(self) -> bool:
        """Whether every word of the resident is followed by one of the bot."""
        authors = [author for author, *_ in self.lines]
        return all(after == "bot" for before, after in zip(authors, [*authors[1:], "resident"], strict=True) if before == "resident")


class Ledger:
    """Reads the store beside the running program."""

    def __init__(self, url: str, data: Path) -> None:
        self.keys: Keys = load_keys(data / "keys.json")
        self.database = Database(url or f"sqlite:///{data / 'jinnuan.sqlite3'}", self.keys.cipher)

    def told(self, channel: str, address: str) -> Told:
        """The conversation at an address."""
        number = self._conversation(channel, address)
        with self.database.read() as connection:
            lines = transcripts.lines(connection, number)
            opened = connection.execute(select(cases.cases).where(cases.cases.c.conversation_id == number).order_by(cases.cases.c.id))
            return Told(
                tuple((line.author, line.kind, alike(line.text), str(line.buttons)) for line in lines),
                tuple((row.kind, row.colour, row.district or "") for row in opened),
            )

    def processed(self, channel: str, address: str) -> int:
        """How many messages of the conversation have had their turn."""
        number = self._conversation(channel, address)
        with self.database.read() as connection:
            done = (inbound.inbound.c.conversation_id == number) & inbound.inbound.c.processed_at.is_not(None)
            return connection.scalar(select(func.count()).select_from(inbound.inbound).where(done)) or 0

    def answered(self) -> int:
        """How many messages of all conversations have had their turn."""
        with self.database.read() as connection:
            done = inbound.inbound.c.processed_at.is_not(None)
            return connection.scalar(select(func.count()).select_from(inbound.inbound).where(done)) or 0

    def open(self) -> dict[str, int]:
        """What still waits, and what was given up."""
        with self.database.read() as connection:
            return {**inbound.counts(connection), "unsent": outbox.counts(connection)["waiting"], "dead": outbox.counts(connection)["dead"]}

    def repeats(self) -> int:
        """How many repetitions the program itself counted as possible."""
        with self.database.read() as connection:
            return outbox.repeats(connection)

    def _conversation(self, channel: str, address: str) -> int:
        with self.database.read() as connection:
            found = conversations.find(connection, self.keys.hashes.of(f"address.{channel}", address))
        return -1 if found is None else found.id


def alike(text: str) -> str:
    """A text in which case numbers are made alike."""
    return _NUMBER.sub("JN", text)


def sent_more_than_once(expected: list[str], sent: list[str]) -> int:
    """How many messages of a chat went out more often than they should.

    Raises:
        AssertionError: a message never went out, or one overtook another.
    """
    arrived = iter(sent)
    assert all(any(text == other for other in arrived) for text in expected), "a reply was lost or overtaken"
    return sum((Counter(sent) - Counter(expected)).values())
