"""Everything that is held of one resident, for that resident: to read, and as data. What staff note stays out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.conversation import State
from bot.conversation.wording import fact_value
from bot.knowledge import Knowledge
from bot.store import cases, consents, conversations, erasures, screenings, transcripts

TIANJIN = ZoneInfo("Asia/Shanghai")
MOST_LINES = 100_000
Rows = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its title, and rows of what and its value."""

    title: str
    rows: Rows


@dataclass(frozen=True, slots=True)
class Export:
    """What is held, twice: in words and as JSON data."""

    head: str
    parts: tuple[Part, ...]
    data: dict[str, Any]

    @property
    def text(self) -> str:
        """The words as one plain text."""
        return "\n\n".join([self.head, *("\n".join([f"【{part.title}】", *(f"{name}：{value}" for name, value in part.rows)]) for part in self.parts)])


def gather(connection: Connection, knowledge: Knowledge, conversation_id: int, now: datetime) -> Export:
    """All that is held of the resident of a conversation at this moment."""
    return _Gathering(connection, knowledge, conversation_id, now).whole()


class _Gathering:
    def __init__(self, connection: Connection, knowledge: Knowledge, conversation_id: int, now: datetime) -> None:
        self._knowledge = knowledge
        self._names = knowledge.messages.names
        self._texts = knowledge.messages.texts
        self._now = now
        self._conversation = conversations.get(connection, conversation_id)
        self._lines = transcripts.lines(connection, conversation_id, limit=MOST_LINES)
        self._cases = cases.all_of(connection, conversation_id)
        self._screenings = screenings.all_of(connection, conversation_id)
        self._consents = consents.history(connection, conversation_id)
        self._erasures = erasures.pending(connection, conversation_id)
        self._facts = dict(State.from_json(self._conversation.state).interview.facts)

    def whole(self) -> Export:
        parts = tuple(part for part in self._parts() if part.rows)
        head = f"{self._texts['export_head']}（{_moment(self._now)}）"
        return Export(head, parts, self._data())

    def _parts(self) -> Iterator[Part]:
        titles, word = self._names["export_part"], self._names["export_word"]
        channel = self._names["channel"].get(self._conversation.channel, self._conversation.channel)
        yield Part(titles["held"], ((word["channel"], channel), (word["first"], _moment(self._conversation.created_at))))
        for case in self._cases:
            status = self._names["status"].get(case.status, case.status)
            rows = [(word["opened"], _moment(case.opened_at)), (word["status"], status), *([(word["district"], case.district)] if case.district else [])]
            rows += [(word.get(key, key), _shown(value)) for key, value in case.details.items() if value not in (None, "", [])]
            yield Part(titles["case"].replace("{{ number }}", case.number), tuple(rows))
        for screening in self._screenings:
            outcomes = self._outcomes(screening.findings)
            yield Part(titles["screening"].replace("{{ at }}", _moment(screening.at)), (*self._fact_rows(screening.facts), *outcomes))
        yield Part(titles["facts"], self._fact_rows(self._facts))
        yield Part(titles["consents"], tuple((self._purpose(row.purpose), f"{word['given'] if row.given else word['refused']}，{_moment(row.at)}") for row in self._consents))
        yield Part(titles["erasures"], tuple((row.receipt, f"{word['waiting']}，{_moment(row.asked_at)}") for row in self._erasures))
        yield Part(titles["lines"], tuple((f"{_moment(line.at)} {word[line.author]}", line.text) for line in self._lines))

    def _fact_rows(self, facts: dict[str, Any]) -> Rows:
        specs = self._knowledge.facts
        return tuple((specs[name].name, fact_value(specs[name], value)) for name, value in facts.items() if name in specs and value is not None)

    def _outcomes(self, findings: dict[str, Any]) -> Rows:
        named = self._names["outcome"]
        found = {name: item.get("outcome", "") for name, item in findings.get("by_programme", {}).items() if isinstance(item, dict)}
        return tuple((self._knowledge.term(name), named.get(outcome, outcome)) for name, outcome in found.items())

    def _purpose(self, code: str) -> str:
        found = self._knowledge.consents.find(code)
        return found.name if found else code

    def _data(self) -> dict[str, Any]:
        return {
            "made_at": self._now.isoformat(),
            "channel": self._conversation.channel,
            "first_at": self._conversation.created_at.isoformat(),
            "cases": [
                {"number": case.number, "kind": case.kind, "status": case.status, "district": case.district, "programmes": case.programmes,
                 "details": case.details, "opened_at": case.opened_at.isoformat()}
                for case in self._cases
            ],
            "screenings": [{"at": row.at.isoformat(), "facts": row.facts, "findings": row.findings} for row in self._screenings],
            "facts_of_an_unfinished_screening": {name: list(value) if isinstance(value, tuple) else value for name, value in self._facts.items()},
            "consents": [
                {"purpose": row.purpose, "given": row.given, "version": row.version, "at": row.at.isoformat(), "channel": row.channel}
                for row in self._consents
            ],
            "erasures_waiting": [{"receipt": row.receipt, "asked_at": row.asked_at.isoformat()} for row in self._erasures],
            "lines": [{"at": line.at.isoformat(), "author": line.author, "text": line.text} for line in self._lines],
        }


def _moment(at: datetime) -> str:
    local = at.astimezone(TIANJIN)
    return f"{local.year} 年 {local.month} 月 {local.day} 日 {local:%H:%M}"


def _shown(value: Any) -> str:
    return "、".join(str(item) for item in value) if isinstance(value, list | tuple) else str(value)
