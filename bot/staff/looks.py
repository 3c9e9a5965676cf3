"""Every look at a resident's personal details leaves a row in the audit log."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.errors import InputError
from bot.staff.sessions import SignedIn
from bot.store import audit, cases, changes
from bot.store.database import Database

UNMASKED_FOR = timedelta(minutes=5)
"""How long a contact stays readable after it was asked for."""
SHORTEST_REASON = 4
LONGEST_REASON = 200
SAME_LOOK = timedelta(minutes=10)
"""What an open page fetches by itself within this time is the same look."""


class Looks:
    """Writes looks down and says whether a contact was asked for just now."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def opened(self, who: SignedIn, number: str, *, by_itself: bool = False) -> None:
        """A case page was opened, or (`by_itself`) refreshed itself."""
        now, actor, thing = self._clock(), f"staff:{who.id}", f"case:{number}"
        with self._database.read() as connection:
            last = audit.last(connection, actor=actor, action="looked", thing=thing) if by_itself else None
        if last is not None and now - last < SAME_LOOK:
            return
        with self._database.write() as connection:
            audit.append(connection, actor=actor, action="looked", thing=thing, now=now)

    def unmask(self, who: SignedIn, number: str) -> None:
        """Make the contact of a case readable for this person for a few minutes.

        Raises:
            InputError: the case does not exist for them, or they may not work on cases.
        """
        now = self._clock()
        with self._database.write() as connection:
            case = cases.by_number(connection, who.scope, number) if who.scope.works_cases else None
            if case is None:
                raise InputError("没有这个个案,或它不归您的区。请回到队列重新选")
            cases.add_event(connection, case.id, "looked", "", who.id, now)
            audit.append(connection, actor=f"staff:{who.id}", action="unmasked", thing=f"case:{number}", now=now)
            changes.note(connection, "case", case.id, now)

    def is_sealed(self, who: SignedIn, number: str) -> bool:
        """Whether this person may read a case only after giving a reason."""
        with self._database.read() as connection:
            return cases.sealed_by_number(connection, who.scope, number) is not None

    def open_sealed(self, who: SignedIn, number: str, reason: str) -> None:
        """Open the case of a harmed child to this person for some hours; the reason stays in its history.

        Raises:
            InputError: there is no such case to open, or no reason was given.
        """
        words = reason.strip()
        if len(words) < SHORTEST_REASON:
            raise InputError(f"请写明为什么要看，至少 {SHORTEST_REASON} 个字")
        now = self._clock()
        with self._database.write() as connection:
            case_id = cases.sealed_by_number(connection, who.scope, number)
            if case_id is None:
                raise InputError("没有这个个案，或它不归您的区。请回到队列重新选")
            cases.add_event(connection, case_id, cases.OPENED_WITH_REASON, words[:LONGEST_REASON], who.id, now)
            audit.append(connection, actor=f"staff:{who.id}", action=cases.OPENED_WITH_REASON, thing=f"case:{number}", now=now)
            changes.note(connection, "case", case_id, now)

    def exported(self, who: SignedIn, what: str) -> None:
        """Something was taken out of the program, for example `audit`."""
        with self._database.write() as connection:
            audit.append(connection, actor=f"staff:{who.id}", action="exported", thing=f"export:{what}", now=self._clock())

    def is_unmasked(self, who: SignedIn, number: str) -> bool:
        """Whether this person asked for the contact within the last few minutes."""
        with self._database.read() as connection:
            last = audit.last(connection, actor=f"staff:{who.id}", action="unmasked", thing=f"case:{number}")
        return last is not None and self._clock() - last < UNMASKED_FOR
