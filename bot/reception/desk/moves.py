"""Moving a case along, closing it with outcome and note, judging its urgency, the report for a harmed child."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.casework import CLOSED, IllegalMove, Scope, floor, is_of_a_harmed_child, move
from bot.errors import InputError
from bot.reception import waiting
from bot.reception.desk.counter import Counter
from bot.reception.desk.talk import Talk
from bot.store import cases, mandatory_reports, promises, units, unsent

RECIPIENTS = ("police", "civil_affairs", "education", "none")


class Moves(Counter):
    """The life of a case."""

    def __init__(self, talk: Talk, *parts: Any) -> None:
        super().__init__(*parts)
        self._talk = talk

    def move(self, scope: Scope, number: str, to: str, *, outcome: str = "", note: str = "") -> None:
        """Move a case; closing needs an outcome and a note, ends the live talk and tells the resident."""
        now = self._clock()
        with self._database.write() as connection:
            case = self._own_case(connection, scope, number)
            if outcome and outcome not in self._knowledge().messages.names["case_outcome"]:
                raise IllegalMove("没有这个结案结果。请从列表里选")
            status = move(case.status, to, outcome=outcome, note=note)
            values: dict[str, object] = {"status": status}
            if status == CLOSED:
                self._may_close(connection, case)
                values.update(outcome=outcome, closed_at=now)
                waiting.stop(connection, case.id, now)
                promises.drop_open(connection, case.id, "closed", now)
                unsent.drop(connection, case.id, scope.staff_id, "text")
                self._talk.stop_talking(connection, scope, case, now)
                self._tell(connection, case, "case_closed", now, number=case.number)
            elif case.status == CLOSED:
                self._may_reopen(case, now)
                values.update(outcome=None, closed_at=None, claimed_by=scope.staff_id)
            elif status == "new":
                values.update(claimed_by=None)
                self._talk.stop_talking(connection, scope, case, now)
            cases.change(connection, case.id, now, **values)
            what = "reopened" if case.status == CLOSED else f"moved:{status}"
            self._noted(connection, scope, case, what, note.strip(), now)

    def answered(self, scope: Scope, number: str) -> None:
        """Close a plain question that has been answered, in one go."""
        names = self._knowledge().messages.names
        with self._database.read() as connection:
            case = cases.by_number(connection, scope, number)
        if case is None or case.waiting_since is not None:
            raise InputError("居民还在等答复。请先回复，再按「已答复」")
        if case.status == "new":
            raise InputError("还没有人认领。请先认领，再按「已答复」")
        self.move(scope, number, CLOSED, outcome="answered", note=names["case_outcome"]["answered"])

    def set_colour(self, scope: Scope, number: str, colour: str, reason: str) -> None:
        """Override the urgency, with a reason."""
        if colour not in self._knowledge().messages.names["colour"] or not reason.strip():
            raise InputError("改颜色要选一种颜色并写明理由")
        now = self._clock()
        with self._database.write() as connection:
            case = self._own_case(connection, scope, number)
            limit = floor(self._knowledge().triage, case.signals, colour)  # type: ignore[arg-type]  # checked above
            if limit is not None:
                raise InputError(f"不能再调低：{limit.reason}")
            judged = {"verified_at": now, "verified_by": scope.staff_id}
            cases.change(connection, case.id, now, colour=colour, reason=reason.strip()[:200], **judged)
            waiting.again(connection, case.id, self._knowledge(), now)
            self._noted(connection, scope, case, f"colour:{colour}", reason.strip(), now)

    def confirm_urgency(self, scope: Scope, number: str) -> None:
        """A person has looked: the colour is right. Until then a red case is 待核实."""
        now = self._clock()
        with self._database.write() as connection:
            case = self._case(connection, scope, number)
            if case.verified_at is not None:
                raise InputError("这个紧急程度已经有人核实过了。要改请用「改紧急程度」")
            cases.change(connection, case.id, now, verified_at=now, verified_by=scope.staff_id)
            self._noted(connection, scope, case, "verified", "", now)

    def set_tier(self, scope: Scope, number: str, tier: str) -> None:
        """The household's 困难等级 as staff see it; "" takes it away. Residents never read it."""
        if tier and tier not in self._knowledge().messages.names["tier"]:
            raise InputError("没有这个困难等级。请从列表里选")
        now = self._clock()
        with self._database.write() as connection:
            case = self._own_case(connection, scope, number)
            cases.change(connection, case.id, now, tier=tier or None)
            self._noted(connection, scope, case, "tier", "", now)

    def report_child(
        self, scope: Scope, number: str, *, recipient: str, reported_at: datetime | None, receipt: str, why_not: str
    ) -> None:
        """Record the mandatory report for a harmed child, or why there is none (未成年人保护法第十一条)."""
        if recipient not in RECIPIENTS:
            raise InputError("请选报给了谁：公安、民政、教育，或没有报告")
        if recipient == "none" and not why_not.strip():
            raise InputError("没有报告，要写明为什么")
        if recipient != "none" and reported_at is None:
            raise InputError("请写报告的日期和时间")
        now = self._clock()
        if reported_at is not None and reported_at > now:
            raise InputError("报告的时间不能晚于现在。请改正")
        with self._database.write() as connection:
            case = self._own_case(connection, scope, number)
            mandatory_reports.add(
                connection, case.id, scope.staff_id, recipient=recipient, reported_at=reported_at,
                receipt=receipt.strip()[:200], why_not=why_not.strip()[:1_000], now=now,
            )
            self._noted(connection, scope, case, "child_report", "", now)

    def give_to_unit(self, scope: Scope, number: str, unit_id: int | None) -> None:
        """Hand a case to a unit, whose members then see it, or (None) back to the whole district; nobody holds it after that."""
        if not scope.may("supervise_cases"):
            raise InputError("转科室要主管来做。请找值班主管")
        now = self._clock()
        with self._database.write() as connection:
            case = self._case(connection, scope, number)
            if unit_id is not None and unit_id not in {unit.id for unit in units.everyone(connection) if unit.active}:
                raise InputError("没有这个科室。请从列表里选")
            self._talk.stop_talking(connection, scope, case, now)
            if case.claimed_by is not None:
                promises.hand_on(connection, case.claimed_by, None, case.id)
            status = case.status if case.status == CLOSED else "new"
            cases.change(connection, case.id, now, unit_id=unit_id, claimed_by=None, status=status)
            self._noted(connection, scope, case, "unit", "", now)

    def _may_close(self, connection: Connection, case: cases.CaseRow) -> None:
        """A case of a harmed child closes only after 强制报告, or the reason for none.

        Raises:
            IllegalMove: there is neither.
        """
        child = case.child_harm or is_of_a_harmed_child(self._knowledge().triage, case.signals)
        if child and not mandatory_reports.of_case(connection, case.id):
            raise IllegalMove("这个个案涉及未成年人受到伤害的情况。结案前请先填「强制报告」：报给了谁、什么时候，或为什么没有报")

    def _may_reopen(self, case: cases.CaseRow, now: datetime) -> None:
        days = self._knowledge().retention.reopen_days
        if case.closed_at is not None and now - case.closed_at > timedelta(days=days):
            raise IllegalMove(f"结案超过 {days} 天，不能再重新办理。请新登记一个个案，旧的会显示在「一户一档」里")
