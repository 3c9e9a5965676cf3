"""What every change at the desk has in common: the case within scope, the history, the audit log, open pages."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.answers import fill
from bot.casework import Scope
from bot.errors import InputError
from bot.knowledge import Knowledge
from bot.privacy import KeyedHash
from bot.reception.ports import PUSH_CHANNELS
from bot.store import audit, cases, changes, conversations, outbox, transcripts
from bot.store.database import Database

TALK_LASTS = timedelta(minutes=30)
"""So long after a resident's own words an answer reaches somebody who looks at the screen."""


class Counter:
    """Base of the desk's parts. Every public method of them is one transaction, audited, and seen by open pages.

    All of them take the worker's `Scope` and raise `InputError` (with a Chinese sentence) when the case
    does not exist for them, somebody else holds it, or what is asked for is not allowed.
    """

    def __init__(
        self, database: Database, knowledge: Callable[[], Knowledge], hashes: KeyedHash, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._knowledge = knowledge
        self._hashes = hashes
        self._clock = clock

    def _case(self, connection: Connection, scope: Scope, number: str) -> cases.CaseRow:
        """The case, locked, if this person may work on it at all."""
        case = cases.lock_by_number(connection, scope, number) if scope.works_cases else None
        if case is None:
            raise InputError("没有这个个案，或它不归您的区。请回到队列重新选")
        return case

    def _own_case(self, connection: Connection, scope: Scope, number: str) -> cases.CaseRow:
        """The case, locked, in this person's hands; an unclaimed one is claimed by this."""
        case = self._case(connection, scope, number)
        if case.claimed_by is None and case.status == "new":
            cases.claim(connection, case.id, scope.staff_id, self._clock())
            return self._case(connection, scope, number)
        if case.claimed_by != scope.staff_id and not scope.may("supervise_cases"):
            raise InputError("这个个案在同事手里。要改请先请他交回，或找值班主管")
        return case

    def _tell(self, connection: Connection, case: cases.CaseRow, text_id: str, now: datetime, **values: str) -> None:
        """Say one of the program's own texts to the resident."""
        knowledge = self._knowledge()
        after_alarm = f"{text_id}_crisis"  # somebody in danger is met with gentler words
        chosen = after_alarm if case.kind == "crisis" and after_alarm in knowledge.messages.texts else text_id
        words = fill(knowledge, knowledge.messages.texts[chosen], now.date(), dict(values))
        transcripts.add(connection, case.conversation_id, author="bot", text=words, now=now)
        if self._may_speak_first(connection, case, now):
            self._push(connection, case, words, now)

    def _may_speak_first(self, connection: Connection, case: cases.CaseRow, now: datetime) -> bool:
        """Whether something may be sent to the resident now: always, but with 不可主动联系 only into a talk they began."""
        if case.may_contact or case.waiting_since is not None:
            return True
        wrote = transcripts.last_said(connection, case.conversation_id, "resident")
        return wrote is not None and now - wrote < TALK_LASTS

    def _push(self, connection: Connection, case: cases.CaseRow, words: str, now: datetime) -> None:
        conversation = conversations.get(connection, case.conversation_id)
        if conversation.channel in PUSH_CHANNELS:
            content = {"text": words, "buttons": [], "footnote": ""}
            outbox.add(connection, conversation.id, conversation.channel, content, now)

    def _noted(
        self, connection: Connection, scope: Scope, case: cases.CaseRow, what: str, note: str, now: datetime
    ) -> None:
        """Write a deed into the case's history and the audit log, and refresh open pages."""
        cases.add_event(connection, case.id, what, note, scope.staff_id, now)
        audit.append(connection, actor=f"staff:{scope.staff_id}", action=what, thing=f"case:{case.number}", now=now)
        changes.note(connection, "case", case.id, now)
        changes.note(connection, "conversation", case.conversation_id, now)
