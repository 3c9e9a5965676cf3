"""What the desk does by the clock: late answers are noticed, deputies step in, a silent owner gives the turn back."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.reception.desk.counter import Counter
from bot.store import absences, audit, cases, changes, conversations, promises, staff

SILENT_AFTER = timedelta(minutes=10)
"""So long may somebody who holds the turn leave a message unanswered before the bot answers again."""


class Watch(Counter):
    """One look at the clock; safe to repeat, and safe in several processes when one of them holds the lease."""

    def look(self) -> int:
        """Do all that is due at this moment; returns how many cases it touched."""
        now = self._clock()
        with self._database.write() as connection:
            touched = self._deputies(connection, now)
            touched += self._silent_owners(connection, now)
            touched += self._late_answers(connection, now)
        return touched

    def _late_answers(self, connection: Connection, now: datetime) -> int:
        late = cases.newly_late(connection, now)
        for case in late:
            cases.change(connection, case.id, now, breached_at=now)
            self._by_itself(connection, case, "breached", now)
        return len(late)

    def _silent_owners(self, connection: Connection, now: datetime) -> int:
        """Whoever holds the turn and leaves it: the bot answers again and says so; the person keeps the case."""
        silent = cases.held_but_unanswered(connection, now - SILENT_AFTER)
        for case in silent:
            conversations.set_owner(connection, case.conversation_id, None)
            worker = staff.get(connection, case.claimed_by) if case.claimed_by else None
            self._tell(connection, case, "ask_me_first", now, worker=worker.display_name if worker else "")
            self._by_itself(connection, case, "first_ask_bot", now)
        return len(silent)

    def _deputies(self, connection: Connection, now: datetime) -> int:
        """Cases with a new message, and promises that fall due, go to whoever stands in."""
        touched = 0
        names = staff.names(connection)
        for person, leave in absences.now_away(connection, now).items():
            deputy = absences.deputy_of(connection, person, now)
            if deputy is None:
                continue
            due = [item.case_id for item in promises.open_of(connection, [person], leave.ends_at)]
            for case in cases.open_of(connection, person):
                if case.waiting_since is None and case.id not in due:
                    continue
                promises.hand_on(connection, person, deputy, case.id)
                cases.change(connection, case.id, now, claimed_by=deputy)
                conversations.set_owner(connection, case.conversation_id, None)
                if case.waiting_since is not None:
                    self._tell(connection, case, "deputy_arrived", now, worker=names.get(person, ""), deputy=names.get(deputy, ""))
                self._by_itself(connection, case, "deputised", now)
                touched += 1
        return touched

    def _by_itself(self, connection: Connection, case: cases.CaseRow, what: str, now: datetime) -> None:
        cases.add_event(connection, case.id, what, "", None, now)
        audit.append(connection, actor="program", action=what, thing=f"case:{case.number}", now=now)
        changes.note(connection, "case", case.id, now)
        changes.note(connection, "conversation", case.conversation_id, now)
