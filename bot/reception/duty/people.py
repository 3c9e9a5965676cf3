"""Who has to answer an alarm at a moment: by roster, leaves and accounts."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from bot.casework import Scope
from bot.casework.duty import answering, at_city_desk
from bot.knowledge.duty import Step
from bot.store import absences, alerts, duty, staff
from bot.store.cases import CaseRow
from bot.store.staff import StaffRow


class People:
    """The accounts that may be called at this moment, read once."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        away = absences.now_away(connection, now)
        self._accounts = {account.id: account for account in staff.everyone(connection) if account.active}
        self._there = self._accounts.keys() - away.keys()
        self._stand_ins = {person: absences.deputy_of(connection, person, now) for person in away}
        self._shifts = duty.running(connection, now)

    def of(self, step: Step, case: CaseRow) -> list[int]:
        """Ids of the accounts that a step calls for a case; nobody twice."""
        shifts = answering(self._shifts, case.district, case.unit_id)
        match step:
            case "on_duty":
                held = [case.claimed_by] if case.claimed_by is not None else []
                return self._present([*held, *(shift.staff_id for shift in shifts)])
            case "deputy":
                return self._present(shift.deputy_id for shift in shifts)
            case "supervisor":
                return self._present(self._with_role("supervisor", case.district))
            case "city":
                city = [person for shift in at_city_desk(self._shifts) for person in (shift.staff_id, shift.deputy_id)]
                return self._present([*city, *self._with_role("supervisor_city", case.district)])

    def any_rostered(self, district: str | None) -> bool:
        """Whether anybody rostered answers for a district now (None: anywhere), in person or by deputy."""
        shifts = answering(self._shifts, district)
        return bool(self._present(person for shift in shifts for person in (shift.staff_id, shift.deputy_id)))

    def _present(self, people: Iterable[int | None]) -> list[int]:
        """Those who work here and are not away; for who is away, whoever stands in."""
        found = (person if person in self._there else self._stand_ins.get(person) for person in people if person is not None)
        return list(dict.fromkeys(person for person in found if person in self._there))

    def _with_role(self, role: str, district: str | None) -> list[int]:
        return [account.id for account in self._accounts.values() if role in account.roles and covers(account, district)]


def covers(account: StaffRow, district: str | None) -> bool:
    """Whether an account works on cases of a district (None: of the city desk)."""
    scope = Scope.of(account.id, account.roles, account.districts, account.unit_id)
    if not scope.works_cases:
        return False
    return scope.at_city_desk if district is None else scope.districts is None or district in scope.districts


def somebody_answers(connection: Connection, district: str | None, case: CaseRow | None, now: datetime) -> bool:
    """Whether a resident may be told that somebody on duty is being called.

    Not once everybody was called for their case in vain.
    """
    if case is not None and case.status != "closed" and alerts.is_unanswered(connection, case.id):
        return False
    return People(connection, now).any_rostered(district)


