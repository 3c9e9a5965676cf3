"""Leave: from when to when, and who stands in at once."""

from datetime import datetime

from bot.casework import Scope, may
from bot.errors import InputError
from bot.reception.desk.counter import Counter
from bot.store import absences, audit, staff


class Leaves(Counter):
    """Entering and taking back a leave. The deputy gets promises, visits and new messages while it runs."""

    def enter(self, scope: Scope, staff_id: int, deputy_id: int, starts_at: datetime, ends_at: datetime) -> int:
        """Enter a leave, one's own or (supervisors) anybody's; returns its id."""
        now = self._clock()
        if staff_id != scope.staff_id and not scope.may("supervise_cases"):
            raise InputError("只能给自己请假。同事的请假请找主管填")
        if staff_id == deputy_id:
            raise InputError("代班的人不能是自己。请选同事")
        if ends_at <= starts_at or ends_at <= now:
            raise InputError("请假的结束要晚于开始，也要晚于现在")
        with self._database.write() as connection:
            for person in (staff_id, deputy_id):
                account = staff.get(connection, person)
                if account is None or not account.active:
                    raise InputError("没有这个账号，或它已停用。请重新选人")
                if not may(account.roles, "work_cases"):
                    raise InputError(f"{account.display_name}不办个案，不能请假代班。请选办个案的同事")
            made = absences.add(connection, staff_id, deputy_id, starts_at, ends_at, scope.staff_id, now)
            audit.append(connection, actor=f"staff:{scope.staff_id}", action="leave_entered", thing=f"staff:{staff_id}", now=now)
        return made

    def take_back(self, scope: Scope, absence_id: int) -> None:
        """Remove a leave that was entered by mistake or ends early."""
        now = self._clock()
        with self._database.write() as connection:
            leave = next((item for item in absences.upcoming(connection, now) if item.id == absence_id), None)
            if leave is None:
                raise InputError("没有这条请假，或它已经过去")
            if leave.staff_id != scope.staff_id and not scope.may("supervise_cases"):
                raise InputError("只能收回自己的请假。同事的请假请找主管")
            absences.remove(connection, absence_id)
            audit.append(connection, actor=f"staff:{scope.staff_id}", action="leave_taken_back", thing=f"staff:{leave.staff_id}", now=now)
