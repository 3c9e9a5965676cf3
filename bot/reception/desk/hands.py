"""In whose hands cases are: given to somebody many at once, or back to the queue."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from bot.casework import CLOSED, Scope
from bot.errors import InputError
from bot.reception.desk.counter import Counter
from bot.reception.desk.talk import Talk
from bot.store import audit, cases, conversations, promises, staff

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Assigned:
    """What became of a wish to give away many cases."""

    done: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    """Number of the case → why it was left where it is."""


class Hands(Counter):
    """Giving cases to people. Supervisors only."""

    def __init__(self, talk: Talk, *parts: Any) -> None:
        super().__init__(*parts)
        self._talk = talk

    def assign(self, scope: Scope, numbers: Iterable[str], staff_id: int | None) -> Assigned:
        """Give open cases to one person, or (None) back to the queue; each by itself, so that one refusal stops no other."""
        if not scope.may("supervise_cases"):
            raise InputError("改派要主管来做。请找值班主管")
        wanted = list(dict.fromkeys(numbers))
        if not wanted:
            raise InputError("还没选个案。请先在列表里勾选")
        if len(wanted) > MOST_AT_ONCE:
            raise InputError(f"一次最多改派 {MOST_AT_ONCE} 个。请分几次")
        found = Assigned()
        for number in wanted:
            try:
                with self._database.write() as connection:
                    self._assign(connection, scope, number, staff_id)
                found.done.append(number)
            except InputError as problem:
                found.refused[number] = str(problem)
        return found

    def return_cases_of(self, scope: Scope, staff_id: int) -> int:
        """A removed worker's open cases go back to the queue; returns how many."""
        now = self._clock()
        with self._database.write() as connection:
            left = cases.open_of(connection, staff_id)
            for case in left:
                self._talk.stop_talking(connection, scope, case, now)
                cases.change(connection, case.id, now, claimed_by=None, status="new")
                promises.hand_on(connection, staff_id, None, case.id)
                self._noted(connection, scope, case, "moved:new", "", now)
            audit.append(connection, actor=f"staff:{scope.staff_id}", action="cases_returned", thing=f"staff:{staff_id}", now=now)
        return len(left)

    def _assign(self, connection: Connection, scope: Scope, number: str, staff_id: int | None) -> None:
        now = self._clock()
        case = self._case(connection, scope, number)
        if case.status == CLOSED:
            raise InputError("已经结案，不能改派")
        if case.claimed_by == staff_id:
            raise InputError("本来就在他手里")
        name = "" if staff_id is None else self._able(connection, number, staff_id)
        holds_turn = conversations.lock(connection, case.conversation_id).owner_id
        if holds_turn is not None and holds_turn != staff_id:
            self._talk.stop_talking(connection, scope, case, now)
        if case.claimed_by is not None:
            promises.hand_on(connection, case.claimed_by, staff_id, case.id)
        status = "new" if staff_id is None else "claimed" if case.status == "new" else case.status
        cases.change(connection, case.id, now, claimed_by=staff_id, status=status)
        self._noted(connection, scope, case, "assigned" if staff_id is not None else "moved:new", name, now)

    def _able(self, connection: Connection, number: str, staff_id: int) -> str:
        """The name of the person, if they could work on the case by themselves."""
        account = staff.get(connection, staff_id)
        if account is None or not account.active:
            raise InputError("没有这个账号，或它已停用。请重新选人")
        theirs = Scope.of(account.id, account.roles, account.districts, account.unit_id)
        if not theirs.works_cases or cases.lock_by_number(connection, theirs, number) is None:
            raise InputError(f"{account.display_name}看不到这个个案。请选管这个区的同事")
        return account.display_name
