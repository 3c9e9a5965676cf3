"""Invented residents and cases for `make demo`, marked 示例, so that staff pages have something to look at."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import Field
from sqlalchemy import Connection

from bot.answers import fill as filled
from bot.conversation import OpenCase, SaveScreening
from bot.knowledge import Knowledge
from bot.knowledge.documents import Strict, read_yaml, validated
from bot.privacy import KeyedHash
from bot.reception.carry_out import carry_out
from bot.screening import screen
from bot.store import cases, conversations, snapshots, transcripts
from bot.store.database import Database

FILE = "demo.yaml"
_LINES_APART = timedelta(seconds=40)


class _Line(Strict):
    who: Literal["resident", "bot"]
    says: str = ""
    text: str = ""
    """Id of a text of messages.yaml, in place of `says`."""


class _Case(Strict):
    kind: str
    minutes_ago: int
    district: str | None = None
    signals: tuple[str, ...] = ()
    details: dict[str, Any] = Field(default_factory=dict)
    facts: dict[str, Any] = Field(default_factory=dict)
    lines: tuple[_Line, ...] = ()


class _Demo(Strict):
    cases: tuple[_Case, ...]
    note: str = ""


def fill(database: Database, knowledge: Knowledge, hashes: KeyedHash, clock: Callable[[], datetime]) -> int:
    """Put the cases of policies/demo.yaml into a database that has no case yet; returns how many.

    Raises:
        PolicyFaults: the file is missing something or has a wrong key.
        InputError: a fact in it does not exist or has an impossible value.
    """
    demo = validated(read_yaml(FILE, knowledge.files.get(FILE, "cases: []")), _Demo)
    now = clock()
    with database.write() as connection:
        if cases.any_at_all(connection):
            return 0
        snapshots.keep_knowledge(connection, knowledge, now)
        for index, told in enumerate(demo.cases):
            _add(connection, told, f"JN{now:%y%m}-DEMX{22 + index}", knowledge, hashes, now)
    return len(demo.cases)


def _add(connection: Connection, told: _Case, number: str, knowledge: Knowledge, hashes: KeyedHash, now: datetime) -> None:
    opened = now - timedelta(minutes=told.minutes_ago)
    address = secrets.token_urlsafe(32)  # a visitor's secret that nobody holds: no browser can open this conversation
    conversation_id = conversations.create(connection, "web", address, hashes.of("address.web", address), opened)
    for index, line in enumerate(told.lines):
        words = line.says or filled(knowledge, knowledge.messages.texts[line.text], opened.date(), {"number": number})
        at = opened - _LINES_APART * (len(told.lines) - index)
        transcripts.add(connection, conversation_id, author=line.who, text=words, now=at)
    likely: tuple[str, ...] = ()
    if told.facts:
        findings = screen(knowledge, told.facts, opened.date())
        likely = tuple(name for name, outcome in findings.outcomes.items() if outcome == "likely")
        saved = SaveScreening(told.facts, findings.to_json())
        carry_out(connection, conversation_id, [saved], knowledge, hashes, opened)
    signals = {f"kind.{told.kind}", *told.signals, *(f"likely.{name}" for name in likely)}
    signals |= {f"fact.{name}" for name, value in told.facts.items() if value is True}
    wanted = OpenCase(number, told.kind, tuple(sorted(signals)), dict(told.details), told.district, likely)
    carry_out(connection, conversation_id, [wanted], knowledge, hashes, opened)
    made = cases.current_of(connection, conversation_id)
    assert made is not None  # opened just above, in the same transaction
    cases.change(connection, made.id, opened, demo=True)
