"""A stored pre-screening judged again: with the rules of that day, to show that it holds, and with today's."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from bot.casework import Scope
from bot.errors import InputError
from bot.knowledge import Knowledge, PolicyFaults, build
from bot.reception.desk.counter import Counter
from bot.screening import Findings, Outcome, screen
from bot.store import cases, screenings, snapshots


@dataclass(frozen=True, slots=True)
class Replay:
    """What came out when, by programme."""

    at: datetime
    """When the resident was screened."""
    then: dict[str, Outcome]
    """As it was stored."""
    holds: bool | None
    """Whether the rules of that day give the same to the letter; None where this program cannot read them any more."""
    now: dict[str, Outcome] | None
    """With today's rules; None where an answer of that day means nothing to them."""

    @property
    def changed(self) -> tuple[str, ...]:
        """Programmes whose outcome would be another today, new ones included."""
        today = self.now or {}
        return tuple(name for name in today if today[name] != self.then.get(name))


class Replays(Counter):
    """Judging again what a case rests on. Nothing is written."""

    def replay(self, scope: Scope, number: str) -> Replay | None:
        """The screening of a case judged again; None when the case is not there for this person or rests on none."""
        with self._database.read() as connection:
            case = cases.by_number(connection, scope, number)
            if case is None or case.screening_id is None:
                return None
            stored = screenings.get(connection, case.screening_id)
            content = snapshots.content(connection, stored.knowledge)
        then = Findings.from_json(stored.findings)
        return Replay(
            stored.at, then.outcomes, _holds(content, stored.facts, then), _today(self._knowledge(), stored.facts, self._clock())
        )


@lru_cache(maxsize=2)
def _read(content: str) -> Knowledge | None:
    try:
        return build(json.loads(content))
    except PolicyFaults:
        return None


def _holds(content: str | None, facts: dict[str, object], then: Findings) -> bool | None:
    knowledge = None if content is None else _read(content)
    if knowledge is None:
        return None
    again = screen(knowledge, facts, datetime.fromisoformat(then.day).date())
    return json.dumps(again.to_json(), sort_keys=True) == json.dumps(then.to_json(), sort_keys=True)


def _today(knowledge: Knowledge, facts: dict[str, object], now: datetime) -> dict[str, Outcome] | None:
    try:
        return screen(knowledge, facts, now.date()).outcomes
    except InputError:
        return None
