"""政策找人: after a published change, who of the consenting households may now get something; written to once released.

Counts only leave this module, small ones hidden. The message names nothing, so that a lock screen shows nothing.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Connection

from bot.casework import Scope
from bot.conversation.outreach import PURPOSE, message
from bot.errors import InputError
from bot.knowledge import Knowledge, build
from bot.reception.ports import PUSH_CHANNELS
from bot.reception.whatif import FEWEST_SHOWN
from bot.screening.population import frame, judge
from bot.store import audit, changes, consents, conversations, outbox, outreach, revisions, snapshots, transcripts
from bot.store.database import Database

log = structlog.get_logger()
TIANJIN = ZoneInfo("Asia/Shanghai")
NEEDED = ("screening", PURPOSE)
"""Consents that have to be in force, when the list is made and when it is released."""
QUIET = timedelta(days=30)
"""Nobody is written to twice within so long."""
AHEAD = timedelta(days=120)
"""A figure that begins within so long counts as if it had begun."""
DAYTIME = range(9, 20)
"""Hours in which a message may go out."""


@dataclass(frozen=True, slots=True)
class DistrictRow:
    """What a list holds of one district; None where there are from one to four."""

    district: str | None
    waiting: int | None
    sent: int | None
    left_out: int | None


@dataclass(frozen=True, slots=True)
class Listing:
    """One list as a reader of that scope sees it."""

    id: int
    title: str
    made_at: datetime
    rows: tuple[DistrictRow, ...]
    programmes: tuple[tuple[str, int | None], ...]
    """For which programmes, and for how many of those who wait."""
    waiting: int | None
    """How many wait within the reader's reach; 0 when none does."""


@dataclass(frozen=True, slots=True)
class Released:
    """What a release did."""

    sent: int
    left_out: int


class Outreach:
    """Makes the lists, and writes to those who agreed once a supervisor says so."""

    def __init__(self, database: Database, knowledge: Callable[[], Knowledge], clock: Callable[[], datetime]) -> None:
        self._database = database
        self._knowledge = knowledge
        self._clock = clock

    # Making lists --------------------------------------------------------------------------------------------------

    def look(self) -> int:
        """Reckon every published change that was not looked at yet; returns how many people were listed."""
        with self._database.read() as connection:
            newest, seen = revisions.newest(connection), outreach.last_revision(connection)
            if newest is None or newest.id <= seen:
                return 0
            found = sorted(revisions.latest(connection, limit=200), key=lambda row: row.id)
        listed = 0
        for before, after in zip([None, *found], found, strict=False):
            if after.id > seen and (seen or after.id == newest.id):
                listed += self._look_at(before, after)
        return listed

    def _look_at(self, before: revisions.RevisionRow | None, after: revisions.RevisionRow) -> int:
        people: list[tuple[int, str | None, Sequence[str]]] = []
        looked_at = 0
        if before is not None and after.way == "published":
            with self._database.read() as connection:
                old, new = (_knowledge_of(connection, row.version) for row in (before, after))
                barred = outreach.barred(connection)
                for batch in outreach.households(connection, NEEDED):
                    looked_at += len(batch)
                    people += newly_likely(old, new, self._clock().date(), [item for item in batch if item.conversation_id not in barred])
        with self._database.write() as connection:
            if outreach.last_revision(connection) >= after.id:
                return 0  # another process was faster
            outreach.add(connection, after.id, after.title, looked_at, people, self._clock())
        log.info("outreach", revision=after.id, looked_at=looked_at)
        return len(people)

    # Reading and releasing -----------------------------------------------------------------------------------------

    def listings(self, scope: Scope) -> list[Listing]:
        """The lists, newest first, within the districts of `scope`."""
        with self._database.read() as connection:
            return [self._listing(connection, scope, row) for row in outreach.lists(connection)]

    def _listing(self, connection: Connection, scope: Scope, row: outreach.OutreachRow) -> Listing:
        waiting = [item for item in outreach.waiting(connection, row.id) if _reaches(scope, item.district)]
        by_district = Counter(item.district for item in waiting)
        sent: Counter[str | None] = Counter()
        left_out: Counter[str | None] = Counter()
        for (district, what), count in outreach.decided(connection, row.id).items():
            if _reaches(scope, district):
                (sent if what == "sent" else left_out)[district] += count
        districts = sorted({*by_district, *sent, *left_out}, key=lambda name: (name is None, name or ""))
        rows = [DistrictRow(name, _kept(by_district[name]), _kept(sent[name]), _kept(left_out[name])) for name in districts]
        programmes = Counter(name for item in waiting for name in item.programmes)
        named = tuple((self._knowledge().short_name(name), _kept(count)) for name, count in sorted(programmes.items()))
        return Listing(row.id, row.title, row.made_at, tuple(rows), named, _kept(len(waiting)))

    def release(self, scope: Scope, outreach_id: int) -> Released:
        """Write once to everybody of a list within reach who may be written to; who may not is left out with the reason.

        Raises:
            InputError: nobody waits within reach, or it is not daytime.
        """
        now = self._clock()
        if now.astimezone(TIANJIN).hour not in DAYTIME:
            raise InputError(f"请在 {DAYTIME.start} 点到 {DAYTIME.stop} 点之间放行，别在夜里打扰人")
        with self._database.write() as connection:
            people = self._waiting(connection, scope, outreach_id)
            barred, lately = outreach.barred(connection), outreach.written_since(connection, now - QUIET)
            sent = 0
            for person in people:
                reason = barred.get(person.conversation_id) or _why_not(connection, person.conversation_id, lately)
                outreach.decide(connection, person.id, scope.staff_id, now, sent=reason is None, left_out=reason)
                if reason is None:
                    self._write(connection, person.conversation_id, now)
                    sent += 1
            audit.append(connection, actor=f"staff:{scope.staff_id}", action="outreach_released", thing=f"outreach:{outreach_id}", now=now)
        return Released(sent, len(people) - sent)

    def drop(self, scope: Scope, outreach_id: int) -> int:
        """Write to nobody of a list within reach; returns how many were left out.

        Raises:
            InputError: nobody waits within reach.
        """
        now = self._clock()
        with self._database.write() as connection:
            people = self._waiting(connection, scope, outreach_id)
            for person in people:
                outreach.decide(connection, person.id, scope.staff_id, now)
            audit.append(connection, actor=f"staff:{scope.staff_id}", action="outreach_dropped", thing=f"outreach:{outreach_id}", now=now)
        return len(people)

    def _waiting(self, connection: Connection, scope: Scope, outreach_id: int) -> list[outreach.Candidate]:
        if not scope.may("supervise_cases"):
            raise InputError("只有主管能放行")
        people = [item for item in outreach.waiting(connection, outreach_id, lock=True) if _reaches(scope, item.district)]
        if not people:
            raise InputError("这份名单里没有等着放行的人，可能同事刚处理过。请刷新页面")
        return people

    def _write(self, connection: Connection, conversation_id: int, now: datetime) -> None:
        conversation = conversations.lock(connection, conversation_id)
        reply = message(self._knowledge(), now.date())
        buttons = [[item.title, item.value] for item in reply.buttons]
        transcripts.add(connection, conversation_id, author="bot", text=reply.text, buttons=buttons, now=now)
        if conversation.channel in PUSH_CHANNELS:
            outbox.add(connection, conversation_id, conversation.channel, {"text": reply.text, "buttons": buttons, "footnote": ""}, now)
        changes.note(connection, "conversation", conversation_id, now)


def newly_likely(
    before: Knowledge, after: Knowledge, day: date, households: Sequence[outreach.Household]
) -> list[tuple[int, str | None, Sequence[str]]]:
    """(conversation, district, programmes) of every household for which some programme becomes likely that was not.

    What begins within `AHEAD` counts as begun, so that people hear of it in time.
    """
    if not households:
        return []
    effect = day_of_effect(before, after, day)
    old = judge(before, frame(before, [_usable(before, item.facts) for item in households]), day, conditions=False)
    new = judge(after, frame(after, [_usable(after, item.facts) for item in households]), effect, conditions=False)
    programmes = [name for name in after.screened if name in old.columns and name in new.columns]
    columns = {name: (old[name].cast(str).to_list(), new[name].cast(str).to_list()) for name in programmes}
    found: list[tuple[int, str | None, Sequence[str]]] = []
    for index, item in enumerate(households):
        better = [name for name, (was, now) in columns.items() if now[index] == "likely" and was[index] != "likely"]
        if better:
            district = item.facts.get("district")
            found.append((item.conversation_id, district if district in after.districts else None, better))
    return found


def day_of_effect(before: Knowledge, after: Knowledge, day: date) -> date:
    """The last day within reach on which a new value begins; `day` itself where none begins later."""
    old = {(name, entry.starts_on, entry.value) for name, item in before.parameters.items() for entry in item.values}
    new = [(name, entry.starts_on, entry.value) for name, item in after.parameters.items() for entry in item.values]
    return max([day, *(item[1] for item in new if item not in old and item[1] <= day + AHEAD)])


def _usable(knowledge: Knowledge, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What of stored facts the facts of that knowledge know."""
    specs = knowledge.facts
    return {name: value for name, value in facts.items() if name in specs and value is not None and specs[name].accepts(value)}


def _why_not(connection: Connection, conversation_id: int, lately: frozenset[int]) -> outreach.Left | None:
    if not all(consents.in_force(connection, conversation_id, purpose) for purpose in NEEDED):
        return "withdrew"
    return "lately" if conversation_id in lately else None


def _reaches(scope: Scope, district: str | None) -> bool:
    if scope.districts is None:
        return True
    return district in scope.districts if district is not None else scope.at_city_desk


def _knowledge_of(connection: Connection, version: str) -> Knowledge:
    content = snapshots.content(connection, version)
    assert content is not None  # a revision names a snapshot by foreign key
    return build(json.loads(content))


def _kept(count: int) -> int | None:
    return count if count == 0 or count >= FEWEST_SHOWN else None
