"""Speaking with a resident: claim, take over, write, give back. One owner of the turn."""

from datetime import datetime

from sqlalchemy import Connection

from bot.casework import Scope
from bot.errors import InputError
from bot.reception import waiting
from bot.reception.desk.counter import Counter
from bot.store import cases, conversations, staff, transcripts, unsent

LONGEST_WORDS = 2_000


class Talk(Counter):
    """What staff do inside a resident's conversation."""

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
            if not self._may_speak_first(connection, case, now):
                raise InputError("这位居民现在不可主动联系。等他先说话再接，以免让人看见")
            self._start_talking(connection, scope, case, now)

    def write(self, scope: Scope, number: str, text: str) -> None:
        """Send words to the resident; takes over first if the bot still holds the turn. This stops the waiting clock."""
        words = text.strip()
        if not words:
            raise InputError("还没写内容。写好再发送")
        if len(words) > LONGEST_WORDS:
            raise InputError(f"一次最多 {LONGEST_WORDS} 个字。请分两次发")
        now = self._clock()
        with self._database.write() as connection:
            case = self._own_case(connection, scope, number)
            if not self._may_speak_first(connection, case, now):
                raise InputError("这位居民现在不可主动联系。等他先说话再回，以免让人看见")
            self._start_talking(connection, scope, case, now)
            transcripts.add(connection, case.conversation_id, author="staff", staff_id=scope.staff_id, text=words, now=now)
            self._push(connection, case, words, now)
            waiting.stop(connection, case.id, now)
            unsent.drop(connection, case.id, scope.staff_id, "text")
            if case.status in {"claimed", "new"}:
                cases.change(connection, case.id, now, status="in_progress")
            self._noted(connection, scope, case, "replied", "", now)

    def give_back(self, scope: Scope, number: str) -> None:
        """End the live talk; the bot is back and says so."""
        now = self._clock()
        with self._database.write() as connection:
            case = self._own_case(connection, scope, number)
            self.stop_talking(connection, scope, case, now)

    def keep_unsent(self, scope: Scope, number: str, field: str, text: str) -> None:
        """Remember what was typed and not sent (`text` or `note`)."""
        if field not in {"text", "note"}:
            raise InputError("没有这一栏。请刷新页面")
        now = self._clock()
        with self._database.write() as connection:
            case = self._case(connection, scope, number)
            unsent.keep(connection, case.id, scope.staff_id, field, text[:4_000], now)

    def _start_talking(self, connection: Connection, scope: Scope, case: cases.CaseRow, now: datetime) -> None:
        conversation = conversations.lock(connection, case.conversation_id)
        if conversation.owner_id == scope.staff_id:
            return
        worker = staff.get(connection, scope.staff_id)
        conversations.set_owner(connection, conversation.id, scope.staff_id)
        self._tell(connection, case, "person_arrived", now, worker=worker.display_name if worker else "")

    def stop_talking(self, connection: Connection, scope: Scope, case: cases.CaseRow, now: datetime) -> None:
        """Give the turn back to the bot inside a transaction; nothing when the bot has it."""
        conversation = conversations.lock(connection, case.conversation_id)
        if conversation.owner_id is None:
            return
        conversations.set_owner(connection, conversation.id, None)
        self._tell(connection, case, "person_left", now)
        self._noted(connection, scope, case, "gave_back", "", now)
