"""Answering an alarm: one click, and the resident reads who has seen it."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.casework import Scope
from bot.errors import InputError
from bot.reception.desk.counter import Counter
from bot.store import alerts, audit, cases, changes, conversations, staff
from bot.store.alerts import AlertRow
from bot.store.cases import CaseRow

SEEN_SHOWN_FOR = timedelta(minutes=1)
"""So long an answered alarm stays on open consoles, saying who answered it."""


class Alarms(Counter):
    """What staff do with an alarm."""

    def acknowledge(self, scope: Scope, number: str) -> None:
        """«I have seen it»: nobody further is called, and the resident reads who it is."""
        now = self._clock()
        with self._database.write() as connection:
            case_id = alerts.lock_case(connection, scope, number) if scope.works_cases else None
            if case_id is None:
                raise InputError("没有这个个案，或它不归您的区。请回到队列重新选")
            alert = alerts.newest_of(connection, case_id)
            if alert is None or not alert.is_open:
                seen_by = staff.names(connection).get(alert.seen_by) if alert is not None and alert.seen_by else None
                raise InputError(f"{seen_by}已经应答了。请看个案的经过" if seen_by else "这个个案没有等着应答的警报。请刷新页面")
            self.seen(connection, cases.get(connection, case_id), alert, scope.staff_id, now)

    def seen(self, connection: Connection, case: CaseRow, alert: AlertRow, staff_id: int, now: datetime) -> None:
        """Somebody has it, by a click or by working on the case; inside a transaction."""
        if not alerts.answer(connection, alert.id, staff_id, now):
            return
        cases.add_event(connection, case.id, "alarm_seen", "", staff_id, now)
        audit.append(connection, actor=f"staff:{staff_id}", action="alarm_seen", thing=f"case:{case.number}", now=now)
        if conversations.get(connection, case.conversation_id).owner_id is None:  # else they have been told who is there
            worker = staff.get(connection, staff_id)
            self._tell(connection, case, "alarm_seen", now, worker=worker.display_name if worker else "")
        self._seen_by_pages(connection, case, alert, now)

    def tell_nobody_answers(self, connection: Connection, case: CaseRow, alert: AlertRow, now: datetime) -> None:
        """Everybody was called in vain: the resident, who was promised somebody, reads whom to call now."""
        alerts.nobody_answered(connection, alert.id, now)
        cases.add_event(connection, case.id, "alarm_unanswered", "", None, now)
        audit.append(connection, actor="program", action="alarm_unanswered", thing=f"case:{case.number}", now=now)
        if alert.promised:
            self._tell(connection, case, "alarm_unanswered_destitute" if case.colour == "orange" else "alarm_unanswered", now)
        self._seen_by_pages(connection, case, alert, now)

    def _seen_by_pages(self, connection: Connection, case: CaseRow, alert: AlertRow, now: datetime) -> None:
        changes.note(connection, "alarm", alert.id, now)
        changes.note(connection, "case", case.id, now)
        changes.note(connection, "conversation", case.conversation_id, now)
