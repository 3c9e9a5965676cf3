"""Step (c): one message's turn inside one transaction, and what happens when a turn cannot be made."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection

from bot.answers import fill, render
from bot.conversation import Circumstances, Message, Reading, Reply, State, Turn, turn
from bot.conversation.replies import Button, encode
from bot.knowledge import Knowledge
from bot.privacy import KeyedHash
from bot.reception import line
from bot.reception.carry_out import carry_out, case_view, hand_out
from bot.reception.duty import somebody_answers
from bot.reception.own_data import OwnData
from bot.reception.ports import PUSH_CHANNELS
from bot.store import cases, changes, conversations, inbound, outbox, snapshots, switches, transcripts
from bot.understanding import crisis_kind

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Made:
    """What is told about a turn afterwards; no words of it."""

    label: str | None
    source: str
    """What understood the words: `pattern`, `act`, `model`, `nothing`, or `tap` where there were none to understand."""
    replies: int


class Turns:
    """Makes turns. Every method runs inside the caller's transaction."""

    def __init__(
        self, hashes: KeyedHash, clock: Callable[[], datetime], own_data: OwnData, *, site: str = "", policy_only: Collection[str] = ()
    ) -> None:
        """
        Args:
            own_data: hands out and erases what a resident asks for.
            site: root of the residents' pages for links out of other channels; empty when none is set.
            policy_only: channels on which only questions of policy (and crises) are answered.
        """
        self._hashes = hashes
        self._clock = clock
        self._own_data = own_data
        self._site = site
        self._policy_only = frozenset(policy_only)

    def take(self, connection: Connection, conversation_id: int, row_id: int, reading: Reading, knowledge: Knowledge) -> Made | None:
        """The turn of a message, written; None if it is not (or no longer) the next one of its conversation."""
        now = self._clock()
        conversation = conversations.lock(connection, conversation_id)
        row = inbound.oldest_unprocessed(connection, conversation_id)
        if row is None or row.id != row_id:
            return None  # another process answered it meanwhile, or an urgent one overtook it
        message = _message(row)
        around = self._around(connection, conversation, now)
        state = State.from_json(conversation.state)
        around = replace(
            around, on_duty=_on_duty(connection, conversation, state, reading, now), opens_at=line.opens_at(knowledge, now),
            ahead=line.of_handover(connection, state, now),
        )
        reason = switches.reason_off(connection, conversation.channel)
        if reason is None or _goes_on(state, reading, around):
            made = turn(state, message, reading, knowledge, around)
        else:
            made = _closed(state, message, knowledge, around, reason)
        made = self._own_data.prepare(connection, conversation, made, knowledge, now)
        self._write(connection, conversation, message, made, knowledge, now, row.content.get("at", ""))
        inbound.mark_processed(connection, row.id, now)
        changes.note(connection, "conversation", conversation_id, now)
        return Made(made.label, _source(message, reading), len(made.replies))

    def set_aside(self, connection: Connection, conversation_id: int, row_id: int, knowledge: Knowledge) -> None:
        """Give up on a message: it is put aside, the resident is told and shown the way to a person.

        If its words speak of danger, the fixed reply is given all the same, with a case where one can be opened.
        """
        now = self._clock()
        conversation = conversations.lock(connection, conversation_id)
        row = inbound.oldest_unprocessed(connection, conversation_id)
        if row is None or row.id != row_id:
            return
        message = _message(row)
        around = replace(self._around(connection, conversation, now), owner="bot")
        label = crisis_kind(knowledge, message.text) if message.kind == "text" else None
        state = _readable(conversation.state)
        if label is None or not self._crisis_turn(connection, conversation, message, knowledge, around, label):
            made = Turn(state, (_sorry(knowledge, around, label, state),), (), label, message.text)
            self._write(connection, conversation, message, made, knowledge, now)
        inbound.set_aside(connection, row.id, now)
        changes.note(connection, "conversation", conversation_id, now)

    def _crisis_turn(
        self, connection: Connection, conversation: conversations.ConversationRow, message: Message, knowledge: Knowledge,
        around: Circumstances, label: str,
    ) -> bool:
        """The ordinary crisis reply by the patterns: with the state as it is, else with a fresh one."""
        reading = Reading(label=label, confidence=1.0, certainty="sure", crisis=label, by_pattern=True)
        for state in _states(conversation.state):
            try:
                with connection.begin_nested():
                    made = turn(state, message, reading, knowledge, around)
                    self._write(connection, conversation, message, made, knowledge, around.now)
                    return True
            except Exception as error:  # the outer edge once more: whatever is broken, somebody in danger gets the numbers
                log.error("crisis_turn_failed", conversation=conversation.id, error=type(error).__name__)
        return False

    def _around(self, connection: Connection, conversation: conversations.ConversationRow, now: datetime) -> Circumstances:
        return Circumstances(
            now=now, channel=conversation.channel, case=case_view(connection, conversation.id),
            owner="bot" if conversation.owner_id is None else "person",
            agreed=self._own_data.agreed(connection, conversation.id),
            policy_only=conversation.channel in self._policy_only, site=self._site,
        )

    def _write(
        self, connection: Connection, conversation: conversations.ConversationRow, message: Message, made: Turn,
        knowledge: Knowledge, now: datetime, asked_at: str = "",
    ) -> None:
        mark = self._own_data.mark(connection, conversation.id, made)
        heard = made.heard or message.text
        if heard or message.kind not in {"start", "button"}:
            transcripts.add(connection, conversation.id, author="resident", kind=message.kind, text=heard, label=made.label, now=now)
        if made.replies or made.effects:
            snapshots.keep_knowledge(connection, knowledge, now)
        urgent = (made.label or "").startswith("crisis.")
        carry_out(connection, conversation.id, made.effects, knowledge, self._hashes, now)  # first: replies may hand out what it stores
        for reply in made.replies:
            text = reply.text
            if reply.hands_out:
                site = self._site or (None if conversation.channel in PUSH_CHANNELS else "")
                text = hand_out(connection, conversation.id, text, knowledge, self._hashes, now, site)
            buttons = [[item.title, item.value] if item.ticked is None else [item.title, item.value, item.ticked] for item in reply.buttons]
            kind = "several" if reply.several else "text"
            transcripts.add(
                connection, conversation.id, author="bot", kind=kind, text=text, buttons=buttons,
                footnote=reply.footnote, label=made.label, knowledge=knowledge.version, now=now,
            )
            if conversation.channel in PUSH_CHANNELS:
                content: dict[str, Any] = {"text": text, "buttons": buttons, "footnote": reply.footnote}
                if reply.document:
                    content["document"] = {"name": knowledge.messages.texts["export_file"], "text": reply.document}
                outbox.add(connection, conversation.id, conversation.channel, content, now, urgent=urgent)
        conversations.save_state(connection, conversation.id, made.state.to_json(), made.state.turn, now)
        self._own_data.settle(connection, conversation.id, made, mark, now, asked_at=asked_at)


def _on_duty(
    connection: Connection, conversation: conversations.ConversationRow, state: State, reading: Reading, now: datetime
) -> bool:
    """Whether somebody in danger may be told that a person on duty is being called; asked for nobody else."""
    if reading.crisis is None and not state.crisis:
        return False
    case = cases.current_of(connection, conversation.id)
    district = case.district if case is not None and case.status != "closed" else state.district or None
    return somebody_answers(connection, district, case, now)


def _message(row: inbound.InboundRow) -> Message:
    content = row.content
    return Message(
        kind=content["kind"], text=content["text"], button=content["button"], token=row.token, masked=frozenset(content["masked"]),
    )


def _source(message: Message, reading: Reading) -> str:
    if message.kind != "text":
        return "tap"
    if reading.by_pattern:
        return "pattern"
    if reading.act is not None:
        return "act"
    return "model" if reading.ranking else "nothing"


def _goes_on(state: State, reading: Reading, around: Circumstances) -> bool:
    """What goes on while a channel is off: crises, saying where one is after one, and talks with a person."""
    in_crisis = state.prompt is not None and state.prompt.key == "crisis"
    return reading.crisis is not None or in_crisis or around.owner == "person"


def _closed(state: State, message: Message, knowledge: Knowledge, around: Circumstances, reason: str) -> Turn:
    words = fill(knowledge, knowledge.messages.texts["channel_off"], around.now.date(), {"reason": reason})
    return Turn(state, (Reply(words),), (), None, message.text)


def _sorry(knowledge: Knowledge, around: Circumstances, label: str | None, state: State) -> Reply:
    rendered = render(knowledge, label, around.now.date()) if label else None
    if rendered is not None:
        return Reply(rendered.text)
    words = fill(knowledge, knowledge.messages.texts["trouble"], around.now.date(), {})
    asked_in = state.prompt.turn if state.prompt else state.turn
    return Reply(words, (Button(knowledge.messages.buttons["person"], encode(asked_in, "person")),))


def _readable(stored: dict[str, object]) -> State:
    """The stored state; a fresh one where it cannot be read, so that the conversation can go on at all."""
    try:
        return State.from_json(stored)
    except (ValueError, TypeError, KeyError):
        return State()


def _states(stored: dict[str, object]) -> Iterator[State]:
    state = _readable(stored)
    yield state
    if state != State():
        yield State(turn=state.turn)
