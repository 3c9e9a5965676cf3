"""The one door: what a message does, in order of what matters. Crisis first, then whoever holds the turn."""

from dataclasses import dataclass, replace

from bot.conversation import (
    acts,
    answers_read,
    asides,
    asking,
    consent,
    corrections,
    crisis,
    feedback,
    findings,
    handover,
    interview,
    own_data,
    permission,
    questions,
    second_look,
    step_words,
    updates,
)
from bot.conversation.buttons import tap
from bot.conversation.effects import AddToCase, AskedInVain, Effect
from bot.conversation.incoming import Circumstances, Message, Reading
from bot.conversation.replies import Button, Reply
from bot.conversation.state import State
from bot.conversation.talk import Talk
from bot.conversation.typed import tap_meant
from bot.knowledge import Knowledge
from bot.understanding import form_act, phone_in, programme_in

LONGEST_READ = 10_000
FEW_CHARACTERS = 8
"""Words this short tell the model too little to be sure of."""


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
    heard = message.text
    meant = tap_meant(state, message.text, knowledge) if message.kind == "text" and around.owner == "bot" else None
    if meant is not None:
        message = replace(message, kind="button", button=meant)
    talk = Talk(state, message, reading, knowledge, around)
    alarm = reading.crisis if message.kind == "text" and reading.crisis is not None and not _answers_calmly(talk) else None
    if alarm is None:
        _tell_of_policies(talk)
    if alarm is not None:
        crisis.respond(talk, alarm)
    elif message.kind == "button":
        if meant is not None:
            _introduce(talk)
        tapped = tap(talk)
        heard = heard or tapped
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
    permission.told_afterwards(talk, state)
    shown = tuple((button.title, button.value) for reply in talk.replies for button in reply.buttons)
    if shown or talk.state.prompt is None:
        talk.change(shown=shown)
    return Turn(talk.state, tuple(talk.replies), tuple(talk.effects), talk.label, heard)


def _tell_of_policies(talk: Talk) -> None:
    """What a change of policy altered; while a person holds the turn or after an alarm it waits."""
    if talk.around.owner != "bot" or (talk.state.prompt is not None and talk.state.prompt.key == "crisis"):
        return
    changed = findings.policy_changed(talk)
    if changed:
        talk.say_text(changed)


def _answers_calmly(talk: Talk) -> bool:
    """Only the model heard a crisis, and the words plainly answer the question that is open."""
    if talk.reading.by_pattern or talk.around.owner != "bot":
        return False
    text, key = talk.message.text.strip(), talk.state.prompt.key if talk.state.prompt else ""
    if text in talk.knowledge.messages.buttons.values():
        return True
    if talk.state.prompt is not None and key != "crisis" and form_act(talk.knowledge, text) is not None:
        return True
    match key:
        case "question":
            return interview.answers_open_question(talk)
        case "step":
            return step_words.answers_plainly(talk)
        case "consent" | "facts" | "agree_other" | "doubt" | "erase" | "abroad" | "guardian":
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
        consent.remember_early(talk)
        _words(talk)


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
    if prompt is not None and prompt.key not in {"step", "crisis"} and (_for_the_case(talk, prompt.key) or asides.take(talk, prompt.key)):
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
        case "closed_programme" | "closed_reason" as key:
            _closed_words(talk, key)
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


def _for_the_case(talk: Talk, key: str) -> bool:
    """A telephone number typed while something else is asked goes to the open case; what was asked stays open."""
    case = updates.open_case(talk)
    told = acts.changed(talk) if case is not None and phone_in(talk.message.text) else None
    if case is None or told is None or "phone" not in told.details:
        return False
    talk.label = "act.update"
    talk.say_text(updates.noted(talk, case, told))
    asides.again(talk, key, talk.text("back_to_form"))
    return True


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
            corrections.back(talk)
        case "act.skip" | "act.unsure", "question":
            interview.skip(talk)
        case "act.repeat", _:
            asides.simpler(talk, key)
        case "act.restart", _:
            interview.restart(talk)
        case _:
            talk.label = None
            return False
    return True


def _consent_words(talk: Talk) -> None:
    """Only a plain yes is a yes. A question is answered; after two answers beside the point nothing waits for consent any more."""
    answer = talk.agreed()
    if answer is not None:
        talk.label = "act.affirm" if answer else "act.deny"
        consent.take_consent(talk, answer)
        return
    talk.label = None if talk.reading.label in {"act.affirm", "act.deny"} else talk.reading.label
    if _answered_question(talk) or not consent.set_aside(talk):
        consent.ask(talk, "consent_again")
        return
    talk.say("consent_later")
    _free_words(talk)


def _told_words(talk: Talk) -> None:
    answer = talk.agreed()
    if answer is not None:
        talk.label = "act.affirm" if answer else "act.deny"
        consent.confirm_told(talk, answer)
        return
    if consent.correct_told(talk):
        return
    if not _answered_question(talk):
        talk.label = talk.reading.label
        talk.say("plain_facts")
    consent.show_told(talk)


def _agreement_words(talk: Talk) -> None:
    """Whether the other person agrees; 「没问过他」 is a no, said with what follows from it."""
    answer = talk.agreed()
    if answer is not None:
        talk.label = "act.affirm" if answer else "act.deny"
        consent.take_agreement(talk, answer)
        return
    if talk.reading.act in {"act.unsure", "act.skip"}:  # who does not know whether the other agrees has not asked
        talk.label = talk.reading.act
        consent.take_agreement(talk, False)
        return
    if not _answered_question(talk):
        talk.label = talk.reading.label
        talk.say("plain_agree_other")
    asking.ask_agreement(talk)


def _closed_words(talk: Talk, key: str) -> None:
    """Which programme was refused, or why."""
    if second_look.take_words(talk, key):
        return
    if not _answered_question(talk):
        talk.label = talk.reading.label
    second_look.ask_again(talk, key)


def _answered_question(talk: Talk) -> bool:
    """A policy question in the middle of something else is answered at once."""
    label = talk.reading.label or ""
    if not answers_read.asks_something(talk):
        return False
    if talk.reading.certainty != "sure" and not questions.is_plain(talk, label):
        questions.offer_nearest(talk, "near")
        return True
    label = questions.in_context(talk, label)
    if not questions.answer(talk, label):
        return False
    talk.label = label
    return True


def _free_words(talk: Talk) -> None:
    """Nothing is open: the words mean what they mean."""
    reading = talk.reading
    if questions.take_district(talk) or acts.take_case_words(talk) or _about_the_form(talk) or _hardly_an_act(talk):
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
    questions.note_subject(talk)
    if reading.certainty == "sure" or label != reading.label or (reading.certainty == "near" and questions.is_plain(talk, label)):
        _meant(talk, label)
    elif reading.certainty == "near":
        _in_vain(talk, "near")
        questions.offer_nearest(talk, "near")
    else:
        _missed(talk)


def _about_the_form(talk: Talk) -> bool:
    """Words about a form that is paused or done: going on, the result, a correction, what else there is after a refusal."""
    said, known = form_act(talk.knowledge, talk.message.text), talk.interview
    if talk.agreed() and talk.reading.act is None:  # a sign such as 👌
        talk.label = "act.affirm"
        acts.act(talk, "act.affirm")
    elif said == "resume" and known.paused:
        interview.start(talk)
    elif said in {"result", "summary", "deeper"} and known.outcomes:
        {"result": findings.results, "summary": corrections.summary, "deeper": asking.deeper}[said](talk)
    elif said == "second_look" and (talk.state.label in questions.SECOND_LOOK_AFTER or known.closed or programme_in(talk.knowledge, talk.message.text)):
        second_look.start(talk)
    elif said == "upset":
        talk.label = "act.abuse"
        acts.act(talk, "act.abuse")
    elif known.outcomes or known.paused:
        return corrections.take(talk, None) or interview.told_later(talk)
    else:
        return False
    return True


def _hardly_an_act(talk: Talk) -> bool:
    """A few characters that only the model takes for a no, a good-bye or an insult tell of the household rather («没车没房», «48»)."""
    said = talk.message.text.strip()
    if talk.reading.act is not None or len(said) > FEW_CHARACTERS:
        return False
    if said.isdigit():
        talk.say("number_alone", talk.menu())
        return True
    if talk.reading.label not in {"act.deny", "act.goodbye", "act.abuse"}:
        return False
    talk.label = talk.reading.label
    talk.say("maybe_told", talk.menu())
    return True


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
