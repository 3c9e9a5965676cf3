"""The one door: what a message does, in order of what matters. Crisis first, then whoever holds the turn."""

from dataclasses import dataclass

from bot.conversation import acts, crisis, feedback, handover, interview, own_data, permission, questions, step_words
from bot.conversation.buttons import tap
from bot.conversation.effects import AddToCase, AskedInVain, Effect
from bot.conversation.incoming import Circumstances, Message, Reading
from bot.conversation.replies import Button, Reply
from bot.conversation.state import State
from bot.conversation.talk import Talk
from bot.knowledge import Knowledge

LONGEST_READ = 10_000


@dataclass(frozen=True, slots=True)
class Turn:
    """What one message led to."""

    state: State
    replies: tuple[Reply, ...]
    effects: tuple[Effect, ...]
    label: str | None
    """What the message meant after context; None for taps without a meaning of their own."""
    heard: str
    """What the transcript shows for the resident: their words, or the title of the tapped button."""


def turn(state: State, message: Message, reading: Reading, knowledge: Knowledge, around: Circumstances) -> Turn:
    """One message of one conversation.

    Args:
        state: what the conversation remembers.
        message: the cleaned message; identifiers are already masked.
        reading: what its words mean by themselves.
        knowledge: the snapshot in force.
        around: the moment: time, channel, case, who holds the turn.

    Never raises for any message; every message gets a reply unless a person holds the turn.
    """
    talk = Talk(state, message, reading, knowledge, around)
    heard = message.text
    if message.kind == "text" and reading.crisis is not None and not _answers_calmly(talk):
        crisis.respond(talk, reading.crisis)
    elif message.kind == "button":
        heard = tap(talk)
    elif message.kind == "text" and own_data.words(talk):
        pass  # their own data: heard at any moment, whoever holds the turn
    elif around.owner == "person":
        talk.label = reading.label
        talk.effects.append(AddToCase("wrote"))
        if message.masked:
            talk.say("masked")
        if message.kind not in {"text", "start"}:
            talk.say("person_listening")
    else:
        _bot_turn(talk)
    return Turn(talk.state, tuple(talk.replies), tuple(talk.effects), talk.label, heard)


def _answers_calmly(talk: Talk) -> bool:
    """Only the model heard a crisis, and the words plainly answer the question that is open."""
    if talk.reading.by_pattern or talk.around.owner != "bot":
        return False
    text, key = talk.message.text.strip(), talk.state.prompt.key if talk.state.prompt else ""
    if text in talk.knowledge.messages.buttons.values():
        return True
    match key:
        case "question":
            return interview.answers_open_question(talk)
        case "step":
            return step_words.answers_plainly(talk)
        case "consent" | "facts" | "agree_other" | "doubt":
            return talk.agreed() is not None
        case "crisis":
            return crisis.answers_calmly(talk)
        case _:
            return acts.changed(talk) is not None


def _bot_turn(talk: Talk) -> None:
    if talk.message.masked:
        talk.say("masked")
    if talk.message.kind == "start":
        greet(talk)
    elif talk.message.kind != "text":
        talk.say(talk.message.kind, _keep_going(talk))
    elif not talk.message.text:
        talk.say("empty", _keep_going(talk))
    else:
        _introduce(talk)
        if len(talk.message.text) >= LONGEST_READ:
            talk.say("too_long")
        interview.remember_early(talk)
        _words(talk)
        permission.told_afterwards(talk)


def greet(talk: Talk) -> None:
    """Who this is, what it covers, the numbers, what is kept, and that help costs nothing."""
    talk.change(greeted=True)
    if talk.around.channel in permission.ABROAD:
        talk.say("channel_abroad")
    talk.say("greeting", talk.menu())


def _introduce(talk: Talk) -> None:
    """Somebody who begins with their trouble first learns, in one line, that this is a machine."""
    if not talk.state.greeted:
        talk.change(greeted=True)
        if talk.around.channel in permission.ABROAD:
            talk.say("channel_abroad")
        talk.say("greeting_short")


def _keep_going(talk: Talk) -> tuple[Button, ...]:
    return () if talk.state.prompt else talk.menu()


def _words(talk: Talk) -> None:
    """Typed words: the open prompt first, then what they mean by themselves."""
    prompt = talk.state.prompt
    if prompt is not None and prompt.key not in {"step", "crisis"} and _anytime(talk, prompt.key):
        return
    match prompt.key if prompt else "":
        case "consent":
            _consent_words(talk)
        case "facts":
            _told_words(talk)
        case "agree_other":
            _agreement_words(talk)
        case "doubt":
            interview.contradiction_words(talk)
        case "question":
            interview.take_text(talk)
        case "feedback":
            if not feedback.take_words(talk):
                _free_words(talk)
        case "step" if talk.state.handover is not None and talk.state.handover.kind != "crisis":
            if not step_words.words(talk):
                _free_words(talk)
        case "crisis" | "step":
            if not crisis.next_words(talk):
                _free_words(talk)
        case _:
            _free_words(talk)


def _anytime(talk: Talk, key: str) -> bool:
    """Acts that work whatever is open. Words are taken for an act here only when they are unmistakable."""
    act = talk.reading.act
    if act is None:
        return False
    talk.label = act
    match act, key:
        case "act.handoff", _:
            acts.person(talk)
        case "act.back", "question":
            interview.back(talk)
        case "act.skip" | "act.unsure", "question":
            interview.skip(talk)
        case "act.ask_why", "question":
            talk.label = None
            interview.explain_why(talk)
        case "act.repeat", "question":
            interview.reask(talk)
        case "act.restart", _:
            interview.restart(talk)
        case _:
            talk.label = None
            return False
    return True


def _consent_words(talk: Talk) -> None:
    answer = talk.agreed()
    if answer is not None:
        talk.label = "act.affirm" if answer else "act.deny"
        interview.take_consent(talk, answer)
        return
    if _answered_question(talk):
        interview.ask_consent(talk, "consent_again")
        return
    talk.label = talk.reading.label
    interview.ask_consent(talk, "consent_again")


def _told_words(talk: Talk) -> None:
    answer = talk.agreed()
    if answer is not None:
        talk.label = "act.affirm" if answer else "act.deny"
        interview.confirm_told(talk, answer)
        return
    if not _answered_question(talk):
        talk.label = talk.reading.label
    interview.show_told(talk)


def _agreement_words(talk: Talk) -> None:
    answer = talk.agreed()
    if answer is not None:
        talk.label = "act.affirm" if answer else "act.deny"
        interview.take_agreement(talk, answer)
        return
    if not _answered_question(talk):
        talk.label = talk.reading.label
    talk.say("agree_other", (talk.button("yes"), talk.button("no")))


def _answered_question(talk: Talk) -> bool:
    """A policy question in the middle of something else is answered at once."""
    label = talk.reading.label or ""
    if not label.startswith("ask.") or talk.reading.certainty != "sure":
        return False
    label = questions.in_context(talk, label)
    if not questions.answer(talk, label):
        return False
    talk.label = label
    return True


def _free_words(talk: Talk) -> None:
    """Nothing is open: the words mean what they mean."""
    reading = talk.reading
    if questions.take_district(talk) or acts.take_case_words(talk):
        return
    if reading.act is not None and reading.act != "act.ask_why":
        talk.label = reading.act
        acts.act(talk, reading.act)
        return
    if reading.label is None:
        _missed(talk)
        return
    label = questions.in_context(talk, reading.label)
    talk.label = label
    if reading.certainty == "sure" or label != reading.label:
        _meant(talk, label)
    elif reading.certainty == "near":
        _in_vain(talk, "near")
        questions.offer_nearest(talk, "near")
    else:
        _missed(talk)


def _meant(talk: Talk, label: str) -> None:
    if label == "oos":
        questions.out_of_scope(talk)
    elif label.startswith("act."):
        acts.act(talk, label)
    elif not questions.answer(talk, label):
        _in_vain(talk, "no_answer")
        talk.say("no_answer", (talk.button("person"), talk.button("ask")))


def _in_vain(talk: Talk, why: str) -> None:
    """Keep what got no answer, so that policy staff may learn what is missing."""
    talk.effects.append(AskedInVain(talk.message.text, why, talk.reading.label, talk.reading.confidence))


def _missed(talk: Talk) -> None:
    """Twice not understood is enough: then a person."""
    misses = talk.state.misses + 1
    talk.change(misses=misses)
    _in_vain(talk, "handover" if misses >= questions.MISSES_BEFORE_A_PERSON else "miss")
    if misses >= questions.MISSES_BEFORE_A_PERSON:
        talk.change(misses=0)
        handover.start(talk, "misses", talk.message.text)
        return
    questions.offer_nearest(talk, "miss_first")
