"""What the desk does by the clock: late answers are noticed, deputies step in, a silent owner gives the turn back."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.casework.working_time import next_open
from bot.conversation.hours import moment
from bot.reception import line
from bot.reception.desk.counter import Counter
from bot.store import absences, audit, cases, changes, conversations, outbox, promises, staff

SILENT_AFTER = timedelta(minutes=10)
"""So long may somebody who holds the turn leave a message unanswered before the bot answers again."""
OFF_DUTY_AFTER = timedelta(minutes=2)
"""The same while the desk is closed: who went home does not come back in ten minutes."""

LOOKS_BACK = timedelta(days=1)
"""How old a message that could not be sent may be to make a task."""


class Watch(Counter):
    """One look at the clock; safe to repeat, and safe in several processes when one of them holds the lease."""

    def look(self) -> int:
        """Do all that is due at this moment; returns how many cases it touched."""
        now = self._clock()
        with self._database.write() as connection:
            touched = self._removed_workers(connection, now)
            touched += self._deputies(connection, now)
            touched += self._silent_owners(connection, now)
            touched += self._late_answers(connection, now)
            touched += self._unreachable(connection, now)
        return touched

    def _late_answers(self, connection: Connection, now: datetime) -> int:
        late = cases.newly_late(connection, now)
        for case in late:
            cases.change(connection, case.id, now, breached_at=now)
            self._by_itself(connection, case, "breached", now)
        return len(late)

    def _unreachable(self, connection: Connection, now: datetime) -> int:
        """A resident blocked the bot: somebody finds another way to them, unless nobody may contact them."""
        found = 0
        for conversation_id, since in outbox.unreachable_since(connection, now - LOOKS_BACK).items():
            case = cases.current_of(connection, conversation_id)
            if case is None or case.status == "closed" or cases.happened(connection, case.id, "unreachable", since):
                continue
            if case.may_contact:
                due = next_open(self._knowledge().office_hours, now)
                promises.add(connection, case.id, "unreachable", staff_id=case.claimed_by, note="", due_at=due, now=now)
            self._by_itself(connection, case, "unreachable", now)
            found += 1
        return found

    def _silent_owners(self, connection: Connection, now: datetime) -> int:
        """Whoever holds the turn and leaves it: the bot answers again and says so; the person keeps the case."""
        knowledge = self._knowledge()
        after = SILENT_AFTER if line.opens_at(knowledge, now) is None else OFF_DUTY_AFTER
        silent = cases.held_but_unanswered(connection, now - after)
        for case in silent:
            conversations.set_owner(connection, case.conversation_id, None)
            worker = staff.get(connection, case.claimed_by) if case.claimed_by else None
            values = {"worker": worker.display_name if worker else ""}
            opens = line.opens_at(knowledge, now)
            if opens is None:
                self._tell(connection, case, "ask_me_first", now, **values)
            else:
                self._tell(connection, case, "ask_me_first_closed", now, **values, when=moment(knowledge, now, opens).strip())
            self._by_itself(connection, case, "first_ask_bot", now)
        return len(silent)

    def _deputies(self, connection: Connection, now: datetime) -> int:
        """Cases with a new message, and promises that fall due, go to whoever stands in."""
        touched = 0
        names = staff.names(connection)
        for person, leave in absences.now_away(connection, now).items():
            deputy = absences.deputy_of(connection, person, now)
            due = [item.case_id for item in promises.open_of(connection, [person], leave.ends_at)]
            for case in cases.open_of(connection, person):
                if case.waiting_since is None and case.id not in due:
                    continue
                promises.hand_on(connection, person, deputy, case.id)
                if deputy is None:  # whoever should stand in is away as well: anybody may take it
                    self._back_to_queue(connection, case, now)
                    touched += 1
                    continue
                cases.change(connection, case.id, now, claimed_by=deputy)
                conversations.set_owner(connection, case.conversation_id, None)
                if case.waiting_since is not None:
                    self._tell(connection, case, "deputy_arrived", now, worker=names.get(person, ""), deputy=names.get(deputy, ""))
                self._by_itself(connection, case, "deputised", now)
                touched += 1
        return touched

    def _removed_workers(self, connection: Connection, now: datetime) -> int:
        """Open cases in the hands of an account that is closed go back to the queue."""
        left = cases.of_closed_accounts(connection)
        for case in left:
            assert case.claimed_by is not None
            promises.hand_on(connection, case.claimed_by, None, case.id)
            self._back_to_queue(connection, case, now)
        return len(left)

    def _back_to_queue(self, connection: Connection, case: cases.CaseRow, now: datetime) -> None:
        cases.change(connection, case.id, now, claimed_by=None, status="new")
        if conversations.lock(connection, case.conversation_id).owner_id is not None:
            conversations.set_owner(connection, case.conversation_id, None)
            self._tell(connection, case, "person_left", now)
        self._by_itself(connection, case, "moved:new", now)

    def _by_itself(self, connection: Connection, case: cases.CaseRow, what: str, now: datetime) -> None:
        cases.add_event(connection, case.id, what, "", None, now)
        audit.append(connection, actor="program", action=what, thing=f"case:{case.number}", now=now)
        changes.note(connection, "case", case.id, now)
        changes.note(connection, "conversation", case.conversation_id, now)
