"""What a tapped button does. Buttons carry the turn they belong to, which settles double taps and old keyboards."""

from bot.conversation import (
    acts,
    asides,
    asking,
    consent,
    corrections,
    crisis,
    feedback,
    findings,
    handover,
    interview,
    outreach,
    own_data,
    questions,
    second_look,
)
from bot.conversation.effects import AddToCase
from bot.conversation.replies import Tap, decode
from bot.conversation.talk import Talk
from bot.errors import InputError


def tap(talk: Talk) -> str:
    """Carry out a tap; returns the words the transcript shows for it (empty when unknown)."""
    try:
        tapped = decode(talk.message.button)
    except InputError:
        _unknown(talk)
        return ""
    heard = _heard(talk, tapped)
    if own_data.tap(talk, tapped):
        return heard
    if talk.around.owner == "person":
        talk.effects.append(AddToCase("wrote"))
        talk.say("person_listening")
        return heard
    if tapped.code in _FREE:
        _free(talk, tapped)
    else:
        _bound(talk, tapped)
    return heard


_FREE = frozenset({
    "ask", "screen", "help", "person", "status", "menu", "programme", "label", "details", "resume", "restart",
    "reasons", "reasons_of", "edit_all", "edit", "policy", "report", "visit", "deeper", "results", "second_look", "helped", "not_helped",
    "outreach_look", "outreach_stop",
})
"""Buttons that mean the same whenever they are tapped."""


def _heard(talk: Talk, tapped: Tap) -> str:
    knowledge = talk.knowledge
    if tapped.code == "label" and tapped.argument in knowledge.answers:
        return knowledge.answers[tapped.argument].title
    if tapped.code in {"programme", "reasons_of"}:
        return knowledge.short_name(tapped.argument)
    if tapped.code == "closed":
        return knowledge.short_name(tapped.argument)
    if tapped.code == "closed_reason":
        return knowledge.messages.names["closed_reason"].get(tapped.argument, "")
    question = asking.open_question(talk)
    if tapped.code in {"choose", "tick"} and question is not None and tapped.argument.isdigit():
        index = int(tapped.argument)
        return question.choices[index].title if index < len(question.choices) else ""
    if tapped.code == "ticks" and question is not None:
        titles = [question.choices[index].title for index in _indices(tapped.argument) if index < len(question.choices)]
        return "、".join(titles) or question.none_title
    if tapped.code == "none" and question is not None:
        return question.none_title
    if tapped.code == "edit_all":
        return talk.title("edit")
    return knowledge.messages.buttons.get(tapped.code, "")


def _indices(argument: str) -> tuple[int, ...]:
    return tuple(sorted({int(part) for part in argument.split(".")[:40] if part.isascii() and part.isdigit() and len(part) < 4}))


def _free(talk: Talk, tapped: Tap) -> None:
    match tapped.code:
        case "ask":
            questions.pick_programme(talk)
        case "screen":
            talk.label = "act.screen"
            interview.start(talk)
        case "help":
            handover.start(talk, "help")
        case "report":
            handover.start(talk, "report")
        case "visit":
            handover.start(talk, "help", talk.text("visit_wish"))
        case "person":
            talk.label = "act.handoff"
            if not crisis.person(talk):
                acts.person(talk)
        case "status":
            talk.label = "act.status"
            acts.status(talk)
        case "menu":
            _menu(talk)
        case "policy":
            crisis.was_a_question(talk)
        case "helped" | "not_helped":
            feedback.take(talk, tapped.code == "helped")
        case "outreach_look":
            outreach.look(talk)
        case "outreach_stop":
            outreach.stop(talk)
        case "resume":
            interview.start(talk)
        case "restart":
            talk.label = "act.restart"
            interview.restart(talk)
        case _:
            _about(talk, tapped)


def _about(talk: Talk, tapped: Tap) -> None:
    """Free buttons that name a label, a programme or a question."""
    match tapped.code:
        case "programme" if tapped.argument in talk.knowledge.labels.programmes:
            questions.pick_aspect(talk, tapped.argument)
        case "label" if questions.answer(talk, tapped.argument):
            talk.label = tapped.argument
            _resume_hint(talk)
        case "details":
            talk.label = tapped.argument if tapped.argument in talk.knowledge.answers else None
            questions.details(talk, tapped.argument)
        case "reasons" if talk.interview.running and not talk.interview.outcomes:
            interview.explain_why(talk)
        case "reasons":
            findings.pick_reasons(talk)
        case "reasons_of":
            findings.reasons(talk, tapped.argument)
        case "results" if talk.interview.running:
            asking.look(talk)
        case "results":
            findings.results(talk)
        case "deeper":
            asking.deeper(talk)
        case "second_look":
            second_look.start(talk)
        case "edit_all":
            corrections.summary(talk)
        case "edit":
            corrections.reopen(talk, tapped.argument)
        case _:
            _unknown(talk)


def _unknown(talk: Talk) -> None:
    """A button that is none of ours; what is open stays open."""
    prompt = talk.state.prompt
    if prompt is None or prompt.key in {"step", "crisis"}:
        talk.say("unknown_button", talk.menu())
    else:
        asides.again(talk, prompt.key, talk.text("unknown_button"))


def _resume_hint(talk: Talk) -> None:
    """After a policy answer in the middle of the form, the form goes on."""
    prompt = talk.state.prompt
    if prompt is not None and prompt.key not in {"step", "crisis"}:
        asides.again(talk, prompt.key, talk.text("back_to_form"))


def _menu(talk: Talk) -> None:
    """Leave what is open, kept where it can be kept, and show the main buttons."""
    if talk.interview.running:
        talk.change_interview(running=False, paused=True)
    talk.change(handover=None)
    talk.close_prompt()
    if talk.interview.paused:
        talk.say("form_paused", talk.menu())
    else:
        talk.say("menu", talk.menu())


def _bound(talk: Talk, tapped: Tap) -> None:
    """Buttons that answer what was open when they were shown."""
    prompt = talk.state.prompt
    if prompt is None or tapped.turn != prompt.turn:
        _too_late(talk, tapped)
        return
    match prompt.key, tapped.code:
        case "consent", "yes" | "no":
            talk.label = "act.affirm" if tapped.code == "yes" else "act.deny"
            consent.take_consent(talk, tapped.code == "yes")
        case "facts", "right" | "wrong":
            talk.label = "act.affirm" if tapped.code == "right" else "act.deny"
            consent.confirm_told(talk, tapped.code == "right")
        case "doubt", "right" | "fix":
            interview.settle_contradiction(talk, tapped.code == "right")
        case "agree_other", "yes" | "no":
            consent.take_agreement(talk, tapped.code == "yes")
        case "closed_programme", "closed" if tapped.argument in talk.knowledge.screened:
            second_look.take_programme(talk, tapped.argument)
        case "closed_reason", "closed_reason" if tapped.argument in talk.knowledge.messages.names["closed_reason"]:
            second_look.take_reason(talk, tapped.argument)
        case "question", _:
            _question(talk, tapped)
        case "feedback", "pass":
            feedback.passed(talk)
        case "crisis", "pass":
            crisis.no_place(talk)
        case "step", "pass" | "unsure":
            handover.pass_step(talk)
        case "step", _:
            handover.take_button(talk, tapped.code)
        case _:
            _unknown(talk)


def _question(talk: Talk, tapped: Tap) -> None:
    match tapped.code:
        case "choose" if tapped.argument.isascii() and tapped.argument.isdigit() and len(tapped.argument) < 4:
            interview.take_choice(talk, int(tapped.argument))
        case "tick" if tapped.argument.isascii() and tapped.argument.isdigit() and len(tapped.argument) < 4:
            interview.toggle(talk, int(tapped.argument))
        case "ticks":
            interview.take_ticks(talk, _indices(tapped.argument))
        case "done" | "none":
            interview.take_ticks(talk, talk.interview.ticks)
        case "unsure":
            talk.label = "act.unsure"
            interview.skip(talk)
        case "pass":
            talk.label = "act.skip"
            interview.skip(talk)
        case "why":
            interview.explain_why(talk)
        case "back":
            talk.label = "act.back"
            corrections.back(talk)
        case "fewer":
            asking.few(talk)
        case "look":
            asking.look(talk)
        case _:
            asking.reask(talk, talk.text("old_button"))


def _too_late(talk: Talk, tapped: Tap) -> None:
    """A double tap or an old keyboard: say so kindly and show what is open now."""
    prompt = talk.state.prompt
    just_now = tapped.turn >= talk.state.turn - 2 and tapped.code in {"yes", "right", "choose", "ticks", "done", "none"}
    lead = talk.text("already_done" if just_now else "old_button")
    if prompt is not None and prompt.key not in {"step", "crisis"}:
        asides.again(talk, prompt.key, lead)
    elif prompt is not None and prompt.key == "step" and talk.state.handover is not None:
        handover.reask(talk, lead)
    elif prompt is not None and prompt.key == "crisis":
        talk.say_text(lead, (talk.button("policy"),))
    else:
        talk.say_text(lead, talk.menu())
