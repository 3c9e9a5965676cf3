"""Invented residents and cases for `make demo`, marked 示例, so that staff pages have something to look at."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import Field
from sqlalchemy import Connection

from bot.answers import fill as filled
from bot.answers import render
from bot.casework import SafeContact, is_of_a_harmed_child, urgency
from bot.knowledge import Knowledge
from bot.knowledge.documents import Strict, read_yaml, validated
from bot.privacy import KeyedHash
from bot.reception import waiting
from bot.screening import screen
from bot.store import cases, conversations, households, papers, promises, screenings, snapshots, staff, tags, transcripts, transfers
from bot.store.database import Database

FILE = "demo.yaml"
_LINES_APART = timedelta(seconds=40)
_STATES = (
    "new", "in_progress", "new", "waiting_for_resident", "claimed", "new", "at_street_office", "closed", "in_progress",
    "follow_up", "service_arranged",
)
"""States in turn; their number shares no factor with that of the districts, so that each district has them all."""
_FRESH_MINUTES = 9
"""Apart stand new cases; the others are older."""
_OLDER_MINUTES = 97
_OUTCOMES = ("applied", "referred", "service", "answered", "not_eligible", "withdrawn")


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


class _Told(Strict):
    kind: str
    signals: tuple[str, ...] = ()
    details: dict[str, Any] = Field(default_factory=dict)
    facts: dict[str, Any] = Field(default_factory=dict)
    says: tuple[str, ...]
    answer: str = ""
    """Label of what the bot answered."""


class _Spread(Strict):
    count: int
    workers: tuple[str, ...]
    replies: tuple[str, ...]
    notes: tuple[str, ...]
    papers: tuple[str, ...]
    tags: tuple[str, ...]
    told: tuple[_Told, ...]


class _Demo(Strict):
    cases: tuple[_Case, ...]
    spread: _Spread | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Made:
    """A case that was just made."""

    id: int
    conversation_id: int
    opened: datetime


def fill(database: Database, knowledge: Knowledge, hashes: KeyedHash, clock: Callable[[], datetime]) -> int:
    """Put the cases of policies/demo.yaml into a database that has no case yet; returns how many.

    No alarm is raised and nothing is sent for them.

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
        filler = _Filler(connection, knowledge, hashes, now)
        for told in demo.cases:
            filler.told(told)
        if demo.spread is not None:
            filler.spread(demo.spread)
    return filler.made


class _Filler:
    """Writes invented cases inside one transaction."""

    def __init__(self, connection: Connection, knowledge: Knowledge, hashes: KeyedHash, now: datetime) -> None:
        self._connection = connection
        self._knowledge = knowledge
        self._hashes = hashes
        self._now = now
        self.made = 0

    def told(self, told: _Case) -> None:
        """One case word by word as the file tells it."""
        opened = self._now - timedelta(minutes=told.minutes_ago)
        number = self._number()
        texts = self._knowledge.messages.texts
        lines = [
            (line.who, line.says or filled(self._knowledge, texts[line.text], opened.date(), {"number": number}), "", "") for line in told.lines
        ]
        self._open(number, told.kind, told.signals, told.details, told.facts, told.district, lines, opened)

    def spread(self, plan: _Spread) -> None:
        """Cases of every district in every state, out of the ways of telling in turn."""
        districts = list(self._knowledge.districts)
        workers = [self._worker(name, index) for index, name in enumerate(plan.workers)]
        previous: _Made | None = None
        for index in range(plan.count):
            told, district = plan.told[index % len(plan.told)], districts[index % len(districts)]
            status = _STATES[index % len(_STATES)]
            apart = _FRESH_MINUTES if status == "new" else _OLDER_MINUTES
            opened = self._now - timedelta(minutes=2 + apart * (index % 60))
            made = self._open(
                self._number(), told.kind, told.signals, self._details(told, index), {**told.facts, "district": district} if told.facts else {},
                district, [*(("resident", words, "", "") for words in told.says), *self._answer(told, opened, district)], opened,
            )
            if status != "new":
                self._work(made, plan, status, workers[index % len(workers)], index)
            if previous is not None and index % 40 == 16:
                self._join(previous, made, workers[0])
            previous = made

    def _number(self) -> str:
        self.made += 1
        return f"JN{self._now:%y%m}-D{self.made:05d}"

    def _worker(self, name: str, index: int) -> int:
        """An account nobody can sign in with: its password is no password's hash."""
        return staff.add(
            self._connection, login=f"demo{index + 1}", display_name=name, password_hash=staff.NO_PASSWORD, roles=["hotline"],
            districts=list(self._knowledge.districts), now=self._now,
        )

    def _details(self, told: _Told, index: int) -> dict[str, Any]:
        phone = {"phone": f"100000001{index % 100:02d}"} if told.details.get("contact") == "phone" else {}
        return {**told.details, **phone}

    def _answer(self, told: _Told, opened: datetime, district: str) -> list[tuple[str, str, str, str]]:
        said = render(self._knowledge, told.answer, opened.date(), district) if told.answer else None
        return [("bot", said.text, told.answer, said.footnote)] if said is not None else []

    def _open(
        self, number: str, kind: str, more: tuple[str, ...], details: Mapping[str, Any], facts: dict[str, Any], district: str | None,
        lines: list[tuple[Any, str, str, str]], opened: datetime,
    ) -> _Made:
        connection, knowledge = self._connection, self._knowledge
        address = secrets.token_urlsafe(32)  # a visitor's secret that nobody holds: no browser can open this conversation
        conversation_id = conversations.create(connection, "web", address, self._hashes.of("address.web", address), opened)
        for index, (who, words, label, footnote) in enumerate(lines):
            at = opened - _LINES_APART * (len(lines) - index)
            transcripts.add(connection, conversation_id, author=who, text=words, label=label or None, footnote=footnote, now=at)
        likely: list[str] = []
        screening = None
        if facts:
            findings = screen(knowledge, facts, opened.date())
            likely = [name for name, outcome in findings.outcomes.items() if outcome == "likely"]
            screening = screenings.add(connection, conversation_id, facts, findings.to_json(), knowledge.version, opened)
        signals = {f"kind.{kind}", *more, *(f"likely.{name}" for name in likely), *(f"fact.{name}" for name, value in facts.items() if value is True)}
        colour, reason = urgency(knowledge.triage, signals)
        contact = SafeContact.of(details, signals)
        case_id = cases.open_case(
            connection, number=number, conversation_id=conversation_id, screening_id=screening, kind=kind, colour=colour, reason=reason,
            signals=sorted(signals), district=district, programmes=likely, details=dict(details), demo=True, now=opened,
            phone_hash=self._hashes.of("phone", contact.phone) if contact.phone else None,
            child_harm=is_of_a_harmed_child(knowledge.triage, signals), may_contact=contact.may_contact, communicates=contact.communicates,
        )
        waiting.start(connection, case_id, knowledge, opened)
        return _Made(case_id, conversation_id, opened)

    def _work(self, made: _Made, plan: _Spread, status: str, worker: int, index: int) -> None:
        """What a member of staff did with a case until it came to `status`."""
        connection = self._connection
        at = made.opened + timedelta(minutes=1)
        cases.claim(connection, made.id, worker, at)
        cases.add_event(connection, made.id, "claimed", "", worker, at)
        if status == "claimed":
            return
        at += timedelta(minutes=1)
        words = plan.replies[index % len(plan.replies)]
        transcripts.add(connection, made.conversation_id, author="staff", staff_id=worker, text=words, now=at)
        cases.add_event(connection, made.id, "replied", "", worker, at)
        waiting.stop(connection, made.id, at)
        values: dict[str, Any] = {"status": status, "verified_at": at, "verified_by": worker}
        if status == "closed":
            values.update(outcome=_OUTCOMES[index % len(_OUTCOMES)], closed_at=at)
        cases.change(connection, made.id, at, **values)
        note = plan.notes[index % len(plan.notes)]
        cases.add_event(connection, made.id, f"moved:{status}", note, worker, at)
        if status != "closed":
            self._dress(made, plan, worker, index, at)

    def _dress(self, made: _Made, plan: _Spread, worker: int, index: int, at: datetime) -> None:
        """Promises, papers, tags and a transfer on some of the cases."""
        connection = self._connection
        if index % 3 == 0:
            promises.add(connection, made.id, "reply", staff_id=worker, note="", due_at=self._now + timedelta(hours=1 + index % 30), now=at)
        if index % 4 == 0:
            paper = papers.ask(connection, made.id, plan.papers[index % len(plan.papers)], worker, at)
            papers.set_received(connection, made.id, paper, at if index % 8 == 0 else None)
        if index % 5 == 0:
            tags.add(connection, made.id, plan.tags[index % len(plan.tags)])
        if index % 29 == 0:
            transfers.ask(connection, made.id, None, plan.notes[1], worker, at)
            cases.add_event(connection, made.id, "transfer_asked", plan.notes[1], worker, at)

    def _join(self, one: _Made, other: _Made, worker: int) -> None:
        file = households.make(self._connection, worker, self._now)
        for made in (one, other):
            cases.change(self._connection, made.id, made.opened, household_id=file)
            cases.add_event(self._connection, made.id, "household_joined", "", worker, made.opened)
