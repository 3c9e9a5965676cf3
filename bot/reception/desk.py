"""What staff do inside a resident's conversation: take over, write, give back, move and close the case."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from bot.answers import fill
from bot.casework import CLOSED, IllegalMove, Scope, move
from bot.errors import InputError
from bot.knowledge import Knowledge
from bot.reception.ports import PUSH_CHANNELS
from bot.store import audit, cases, changes, conversations, outbox, staff, transcripts
from bot.store.database import Database


class Desk:
    """Every change staff make to a case; each is one transaction, audited, and seen by open pages.

    All methods take the worker's `Scope` and raise `InputError` (with a Chinese sentence) when the case
    does not exist for them, somebody else holds it, or the move is not legal.
    """

    def __init__(self, database: Database, knowledge: Callable[[], Knowledge], clock: Callable[[], datetime]) -> None:
        self._database = database
        self._knowledge = knowledge
        self._clock = clock

    def claim(self, scope: Scope, number: str) -> None:
        """Take an unclaimed case; of two at the same moment one wins and the other is told."""
        now = self._clock()
        with self._database.write() as connection:
            case = self._case(connection, scope, number)
            if not cases.claim(connection, case.id, scope.staff_id, now):
                raise InputError("这个个案刚被同事认领了。请从队列里选下一个")
            self._noted(connection, scope, case, "claimed", "", now)

    def take_over(self, scope: Scope, number: str) -> None:
        """Speak instead of the bot; the resident is told who is there."""
        now = self._clock()
        with self._database.write() as connection:
            case = self._own_case(connection, scope, number)
            self._start_talking(connection, scope, case, now)

    def write(self, scope: Scope, number: str, text: str) -> None:
        """Send words to the resident; takes over first if the bot still holds the turn."""
        words = text.strip()
        if not words:
            raise InputError("还没写内容。写好再发送")
        if len(words) > 2_000:
            raise InputError("一次最多 2000 个字。请分两次发")
        now = self._clock()
        with self._database.write() as connection:
            case = self._own_case(connection, scope, number)
            self._start_talking(connection, scope, case, now)
            self._say(connection, scope, case, words, now)
            cases.change(connection, case.id, now, waiting_since=None)
            if case.status in {"claimed", "new"}:
                cases.change(connection, case.id, now, status="in_progress")
            self._noted(connection, scope, case, "replied", "", now)

    def give_back(self, scope: Scope, number: str) -> None:
        """End the live talk; the bot is back and says so."""
        now = self._clock()
        with self._database.write() as connection:
            case = self._own_case(connection, scope, number)
            self._stop_talking(connection, scope, case, now)

    def note(self, scope: Scope, number: str, text: str) -> None:
        """Add a note that only staff read."""
        if not text.strip():
            raise InputError("备注还是空的。写好再保存")
        now = self._clock()
        with self._database.write() as connection:
            case = self._case(connection, scope, number)
            self._noted(connection, scope, case, "note", text.strip()[:4_000], now)

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
                values.update(outcome=outcome, closed_at=now, waiting_since=None)
                self._stop_talking(connection, scope, case, now)
                self._tell(connection, case, "case_closed", now, number=case.number)
            elif case.status == CLOSED:
                values.update(outcome=None, closed_at=None, claimed_by=scope.staff_id)
            elif status == "new":
                values.update(claimed_by=None)
                self._stop_talking(connection, scope, case, now)
            cases.change(connection, case.id, now, **values)
            self._noted(connection, scope, case, f"moved:{status}", note.strip(), now)

    def set_colour(self, scope: Scope, number: str, colour: str, reason: str) -> None:
        """Override the urgency, with a reason."""
        if colour not in self._knowledge().messages.names["colour"] or not reason.strip():
            raise InputError("改颜色要选一种颜色并写明理由")
        now = self._clock()
        with self._database.write() as connection:
            case = self._own_case(connection, scope, number)
            cases.change(connection, case.id, now, colour=colour, reason=reason.strip()[:200])
            self._noted(connection, scope, case, f"colour:{colour}", reason.strip(), now)

    def _case(self, connection: Connection, scope: Scope, number: str) -> cases.CaseRow:
        case = cases.lock_by_number(connection, scope, number) if scope.works_cases else None
        if case is None:
            raise InputError("没有这个个案,或它不归您的区。请回到队列重新选")
        return case

    def _own_case(self, connection: Connection, scope: Scope, number: str) -> cases.CaseRow:
        case = self._case(connection, scope, number)
        if case.claimed_by is None and case.status == "new":
            cases.claim(connection, case.id, scope.staff_id, self._clock())
            return self._case(connection, scope, number)
        if case.claimed_by != scope.staff_id and not scope.roles & {"supervisor", "administrator", "supervisor_city"}:
            raise InputError("这个个案在同事手里。要改请先请他交回,或找值班主管")
        return case

    def _start_talking(self, connection: Connection, scope: Scope, case: cases.CaseRow, now: datetime) -> None:
        conversation = conversations.lock(connection, case.conversation_id)
        if conversation.owner_id == scope.staff_id:
            return
        worker = staff.get(connection, scope.staff_id)
        conversations.set_owner(connection, conversation.id, scope.staff_id)
        self._tell(connection, case, "person_arrived", now, worker=worker.display_name if worker else "")

    def _stop_talking(self, connection: Connection, scope: Scope, case: cases.CaseRow, now: datetime) -> None:
        conversation = conversations.lock(connection, case.conversation_id)
        if conversation.owner_id is None:
            return
        conversations.set_owner(connection, conversation.id, None)
        self._tell(connection, case, "person_left", now)
        self._noted(connection, scope, case, "gave_back", "", now)

    def _say(self, connection: Connection, scope: Scope, case: cases.CaseRow, words: str, now: datetime) -> None:
        transcripts.add(connection, case.conversation_id, author="staff", staff_id=scope.staff_id, text=words, now=now)
        self._push(connection, case, words, now)

    def _tell(self, connection: Connection, case: cases.CaseRow, text_id: str, now: datetime, **values: str) -> None:
        knowledge = self._knowledge()
        words = fill(knowledge, knowledge.messages.texts[text_id], now.date(), dict(values))
        transcripts.add(connection, case.conversation_id, author="bot", text=words, now=now)
        self._push(connection, case, words, now)

    def _push(self, connection: Connection, case: cases.CaseRow, words: str, now: datetime) -> None:
        conversation = conversations.get(connection, case.conversation_id)
        if conversation.channel in PUSH_CHANNELS:
            outbox.add(connection, conversation.id, conversation.channel, {"text": words, "buttons": [], "footnote": ""}, now)

    def _noted(self, connection: Connection, scope: Scope, case: cases.CaseRow, what: str, note: str, now: datetime) -> None:
        cases.add_event(connection, case.id, what, note, scope.staff_id, now)
        audit.append(connection, actor=f"staff:{scope.staff_id}", action=what, thing=f"case:{case.number}", now=now)
        changes.note(connection, "case", case.id, now)
        changes.note(connection, "conversation", case.conversation_id, now)
