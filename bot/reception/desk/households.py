"""One household, one file (一户一档): likeness is proposed, a person joins and parts; transcripts stay apart."""

from dataclasses import dataclass

from sqlalchemy import Connection

from bot.casework import Scope
from bot.casework.likeness import Sketch, grounds
from bot.errors import InputError
from bot.reception.desk.counter import Counter
from bot.store import cases, households, screenings


@dataclass(frozen=True, slots=True)
class Likeness:
    """Another case that may belong to the same household, and why."""

    case: cases.CaseRow
    grounds: tuple[str, ...]


class Households(Counter):
    """Joining cases to one household's file, and undoing it."""

    def alike(self, scope: Scope, number: str) -> list[Likeness]:
        """Cases within scope that may be of the same household and are not joined to it yet, the likeliest first."""
        with self._database.read() as connection:
            case = cases.by_number(connection, scope, number)
            if case is None:
                return []
            mine = self._sketch(connection, case)
            found = []
            for other in cases.candidates(connection, scope, case):
                why = grounds(mine, self._sketch(connection, other))
                if why:
                    found.append(Likeness(other, why))
        return sorted(found, key=lambda item: (-len(item.grounds), -item.case.id))

    def members(self, scope: Scope, number: str) -> list[cases.CaseRow]:
        """The other cases of the same file and of the same resident, newest first, within scope."""
        with self._database.read() as connection:
            case = cases.by_number(connection, scope, number)
            return [] if case is None else cases.of_household(connection, scope, case)

    def join(self, scope: Scope, number: str, other_number: str) -> None:
        """Put two cases (and whatever is joined to either) into one household's file."""
        now = self._clock()
        with self._database.write() as connection:
            case = self._own_case(connection, scope, number)
            other = self._case(connection, scope, other_number)
            if case.id == other.id or (case.household_id and case.household_id == other.household_id):
                raise InputError("这两个已经在同一户里")
            file = case.household_id or other.household_id or households.make(connection, scope.staff_id, now)
            for one in (case, other):
                cases.change(connection, one.id, now, household_id=file)
            self._noted(connection, scope, case, "household_joined", other.number, now)
            self._noted(connection, scope, other, "household_joined", case.number, now)

    def part(self, scope: Scope, number: str) -> None:
        """Take a case out of its household's file again."""
        now = self._clock()
        with self._database.write() as connection:
            case = self._own_case(connection, scope, number)
            if case.household_id is None:
                raise InputError("这个个案没有并入哪一户")
            cases.change(connection, case.id, now, household_id=None)
            self._noted(connection, scope, case, "household_parted", "", now)

    def _sketch(self, connection: Connection, case: cases.CaseRow) -> Sketch:
        screening = screenings.latest(connection, case.conversation_id)
        age = screening.facts.get("age") if screening else None
        return Sketch(
            case.phone_hash, case.name_hash, str(case.details.get("street", "")), age if isinstance(age, int) else None,
            frozenset(case.programmes), case.opened_at.date(),
        )
