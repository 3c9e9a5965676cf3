"""What was promised to a resident and what is still missing: calls, replies, visits, papers; notes, tags, 工单号."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.casework import Scope
from bot.casework.working_time import next_open
from bot.errors import InputError
from bot.reception.desk.counter import Counter
from bot.store import cases, papers, promises, tags, unsent

TRY_AGAIN = timedelta(hours=2)
MOST_TAGS = 8
LONGEST_TAG = 12


class Promises(Counter):
    """The 「我答应的」 list, papers, notes and marks of a case."""

    def promise(self, scope: Scope, number: str, kind: str, due_at: datetime, note: str) -> None:
        """Promise a call, reply or visit until a moment."""
        if kind not in {"call", "reply", "visit"}:
            raise InputError("请选答应了什么：打电话、答复，或上门")
        now = self._clock()
        if due_at <= now:
            raise InputError("答应的时间要在现在以后。请改时间")
        with self._database.write() as connection:
            case = self._own_case(connection, scope, number)
            self._may_contact(case, kind)
            promises.add(connection, case.id, kind, staff_id=scope.staff_id, note=note.strip()[:500], due_at=due_at, now=now)  # type: ignore[arg-type]  # checked above
            self._noted(connection, scope, case, f"promised:{kind}", "", now)

    def keep(self, scope: Scope, number: str, promise_id: int) -> None:
        """A promise was kept."""
        now = self._clock()
        with self._database.write() as connection:
            case = self._case(connection, scope, number)
            self._of_case(connection, case, promise_id)
            if not promises.finish(connection, promise_id, "kept", now):
                raise InputError("这一条已经办完了")
            self._noted(connection, scope, case, "promise_kept", "", now)

    def not_reached(self, scope: Scope, number: str, promise_id: int) -> datetime:
        """「没接」: the call moves two hours on, into working time; returns to when."""
        now = self._clock()
        with self._database.write() as connection:
            case = self._case(connection, scope, number)
            self._of_case(connection, case, promise_id)
            later = next_open(self._knowledge().office_hours, now + TRY_AGAIN)
            if not promises.postpone(connection, promise_id, later):
                raise InputError("这一条已经办完了")
            self._noted(connection, scope, case, "not_reached", "", now)
        return later

    def ask_paper(self, scope: Scope, number: str, name: str) -> None:
        """Note that the resident was asked for a paper."""
        if not name.strip():
            raise InputError("请写材料的名字")
        now = self._clock()
        with self._database.write() as connection:
            case = self._own_case(connection, scope, number)
            papers.ask(connection, case.id, name.strip()[:60], scope.staff_id, now)
            self._noted(connection, scope, case, "paper_asked", name.strip()[:60], now)

    def checklist(self, scope: Scope, number: str, checklist_id: str) -> int:
        """Ask for every paper of a list that was not asked for yet; returns how many were added."""
        found = self._knowledge().checklists.get(checklist_id)
        if found is None:
            raise InputError("没有这张材料单。请从列表里选")
        now = self._clock()
        with self._database.write() as connection:
            case = self._own_case(connection, scope, number)
            asked = {paper.name for paper in papers.of_case(connection, case.id)}
            new = [name for name in found.papers if name not in asked]
            for name in new:
                papers.ask(connection, case.id, name, scope.staff_id, now)
            self._noted(connection, scope, case, "paper_asked", found.title, now)
        return len(new)

    def paper_came(self, scope: Scope, number: str, paper_id: int, *, came: bool = True) -> None:
        """Mark a paper as received, or as missing again."""
        now = self._clock()
        with self._database.write() as connection:
            case = self._own_case(connection, scope, number)
            if not papers.set_received(connection, case.id, paper_id, now if came else None):
                raise InputError("这个个案没有这份材料。请刷新页面")
            self._noted(connection, scope, case, "paper_received" if came else "paper_missing", "", now)

    def note(self, scope: Scope, number: str, text: str) -> None:
        """Add a note that only staff read."""
        if not text.strip():
            raise InputError("备注还是空的。写好再保存")
        now = self._clock()
        with self._database.write() as connection:
            case = self._case(connection, scope, number)
            unsent.drop(connection, case.id, scope.staff_id, "note")
            self._noted(connection, scope, case, "note", text.strip()[:4_000], now)

    def set_ticket(self, scope: Scope, number: str, ticket: str) -> None:
        """The number under which the 12345 hotline keeps the same matter; "" takes it away."""
        wanted = ticket.strip()
        if len(wanted) > 40 or not all(sign.isalnum() or sign in "-_/" for sign in wanted):
            raise InputError("工单号只能是字母、数字和横线，最多 40 个。请检查")
        now = self._clock()
        with self._database.write() as connection:
            case = self._own_case(connection, scope, number)
            cases.change(connection, case.id, now, ticket=wanted or None)
            self._noted(connection, scope, case, "ticket", wanted, now)

    def tag(self, scope: Scope, number: str, tag: str, *, on: bool = True) -> None:
        """Hang a tag on a case or take it off. Tags are not encrypted: no personal data."""
        word = tag.strip()
        if not word or len(word) > LONGEST_TAG or any(sign.isdigit() for sign in word):
            raise InputError(f"标签写 1 到 {LONGEST_TAG} 个字，不写数字和个人信息")
        now = self._clock()
        with self._database.write() as connection:
            case = self._own_case(connection, scope, number)
            if on and len(tags.of_case(connection, case.id)) >= MOST_TAGS:
                raise InputError(f"一个个案最多 {MOST_TAGS} 个标签。请先去掉一个")
            (tags.add if on else tags.remove)(connection, case.id, word)
            self._noted(connection, scope, case, "tagged" if on else "untagged", word, now)

    def _of_case(self, connection: Connection, case: cases.CaseRow, promise_id: int) -> None:
        promise = promises.get(connection, promise_id)
        if promise is None or promise.case_id != case.id:
            raise InputError("这个个案没有这一条。请刷新页面")

    def _may_contact(self, case: cases.CaseRow, kind: str) -> None:
        if kind != "reply" and not case.may_contact:
            raise InputError("这位居民现在不可主动联系。只能在对话里等他先说")
