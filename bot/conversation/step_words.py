"""Typed words while a step of a hand-over is open: an answer in any order, or something else that is heard all the same."""

from bot.conversation import handover, questions, reach, steps, updates
from bot.conversation.talk import Talk
from bot.understanding import (
    consent_said,
    form_act,
    is_yes_no,
    looks_like_question,
    matters_in,
    read_answer,
    time_said,
)

DOUBTS_BEFORE_GOING_ON = 2
SHORTEST_NEED = 2
LONGEST_ASIDE = 12
"""Longer words tell something, whatever phrase stands in them."""
LEAVES = frozenset({"act.screen", "act.restart", "act.erase", "act.export"})
"""Acts that end the questions and are then done."""
SMALL_TALK = frozenset({"act.thanks", "act.who_are_you", "act.abuse", "act.complaint", "act.help", "act.chitchat"})


def words(talk: Talk) -> bool:
    """Take the words; False when the hand-over was left and they shall be heard as free words."""
    if not talk.handover.steps or talk.handover.steps[0] not in steps.KNOWN:
        handover.go_on(talk)
        return True
    talk.label = talk.reading.act or talk.reading.label
    about = matters_in(talk.knowledge, talk.message.text)
    if talk.reading.act in LEAVES:
        talk.change(handover=None)
        talk.close_prompt()
        return False
    if talk.handover.number and _stops(talk, about):
        return True
    if _of_the_step(talk, about):
        return True
    match talk.handover.steps[0]:
        case "agree":
            _consent(talk)
        case "need_what" | "report_what" | "what":
            _need(talk, about)
        case _:
            _answer(talk, about)
    return True


def _stops(talk: Talk, about: frozenset[str]) -> bool:
    """算了, 返回, 不办了 with the case open."""
    if "withdraw" in about or talk.reading.act == "act.cancel":
        case = updates.open_case(talk)
        talk.change(handover=None)
        talk.close_prompt()
        if case is not None:
            updates.cancel(talk, case)
        return True
    if "stop" in about or talk.reading.act == "act.back":
        handover.leave(talk, "handover_stopped")
        return True
    return False


def _of_the_step(talk: Talk, about: frozenset[str]) -> bool:
    """Words about the step itself: why, again, a person."""
    step, act = talk.handover.steps[0], talk.reading.act
    said = form_act(talk.knowledge, talk.message.text) if len(talk.message.text) <= LONGEST_ASIDE else None
    if "why" in about or act == "act.ask_why" or said == "why":
        talk.label = None
        handover.reask(talk, talk.text(f"why_{step}"))
    elif act == "act.repeat" or said == "simpler":
        steps.ask(talk, again=True)
    elif act == "act.handoff" or said == "person":
        number = talk.handover.number
        handover.reask(talk, talk.text("handover_coming", number=number) if number else talk.text("handover_turning"))
    else:
        return False
    return True


def _consent(talk: Talk) -> None:
    """Only a plain yes passes anything on; a phone number or place said beside it is kept."""
    text = talk.message.text
    said = consent_said(talk.knowledge, text)
    if said is None and text.strip() in {talk.title("yes"), "1"}:
        said = "yes"
    elif said is None and text.strip() in {talk.title("no"), "2"}:
        said = "no"
    if said == "later":
        handover.later(talk)
        return
    if said == "no" or {"stop", "withdraw"} & matters_in(talk.knowledge, text) or talk.reading.act in {"act.back", "act.cancel"}:
        talk.label = "act.deny"
        handover.agree(talk, False)
        return
    told = _told(talk)
    handover.keep(talk, told)
    if said == "yes":
        talk.label = "act.affirm"
        handover.agree(talk, True)
        return
    asks = looks_like_question(talk.knowledge, text)
    if (asks or not (told.details or told.district)) and _something_else(talk):
        return
    _doubt(talk)


def _told(talk: Talk) -> reach.Told:
    """What the words say of contact and place; of a report the place is the neighbour's."""
    pending = talk.handover
    told = reach.read(talk, talk.message.text, district=pending.district)
    step = pending.steps[0]
    lacks_time = bool(pending.details.get("phone")) and not pending.details.get("when")
    if step not in {"contact", "contact_place", "contact_when"} and "phone" not in told.details and not lacks_time:
        told = reach.Told({key: value for key, value in told.details.items() if key not in {"when", "call_agreed"}}, told.district)
    return told


def _need(talk: Talk, about: frozenset[str]) -> None:
    """What it is about. A bare question never becomes a need."""
    text, step = talk.message.text.strip(), talk.handover.steps[0]
    if step == "what" and ("pass" in about or "no" in about):
        handover.go_on(talk)
        return
    if step != "what" and ({"stop", "withdraw"} & about or talk.reading.act in {"act.back", "act.cancel", "act.deny"}):
        handover.leave(talk, "handover_refused")
        return
    if step == "what" and not too_thin(talk, text):
        _what(talk, text)
        return
    if _asks_policy(talk) and _question(talk):
        return
    if looks_like_question(talk.knowledge, text) and not (talk.reading.label or "").startswith("act."):
        steps.ask(talk, again=True)
        return
    told = _told(talk)
    handover.keep(talk, reach.Told({**told.details}, told.district))
    if too_thin(talk, text) and talk.handover.doubts + 1 < DOUBTS_BEFORE_GOING_ON:
        _doubt(talk)
        return
    if step == "report_what" and {"urgent", "not_urgent"} & about:
        handover.urgent(talk, "not_urgent" not in about)
    handover.add_need(talk, text[: handover.LONGEST_NEED])
    handover.go_on(talk)


def _what(talk: Talk, text: str) -> None:
    """A person was asked for and agreed to: what it is about is kept; a plain question is answered besides."""
    handover.keep(talk, _told(talk))
    handover.add_need(talk, text[: handover.LONGEST_NEED])
    label = questions.in_context(talk, str(talk.reading.label))
    if _asks_policy(talk) and talk.reading.certainty == "sure" and questions.answer(talk, label):
        talk.label = label
    handover.go_on(talk)


def _asks_policy(talk: Talk) -> bool:
    label = talk.reading.label or ""
    return label.startswith("ask.") and talk.reading.certainty != "none" and looks_like_question(talk.knowledge, talk.message.text)


def too_thin(talk: Talk, text: str) -> bool:
    """「给我妈」, 「好」, 「同意」, the title of a button: nothing to pass on yet; nor is a telephone number or a place alone."""
    if text in talk.knowledge.messages.buttons.values():
        return True
    if len(text) < SHORTEST_NEED or is_yes_no(talk.knowledge, text) is not None or talk.reading.act is not None:
        return True
    if consent_said(talk.knowledge, text) is not None:
        return True
    if len(text) <= _LONGEST_WHOM and read_answer(talk.knowledge, "for_whom", text) in {"self", "family", "other"}:
        return True
    told = reach.read(talk, text)
    return bool(told.details or told.district) and len(text) <= _LONGEST_SPOT


_LONGEST_WHOM = 4
_LONGEST_SPOT = 12


def _answer(talk: Talk, about: frozenset[str]) -> None:
    """Contact, time, place, how urgent: what is said is kept, whatever was asked."""
    step, text = talk.handover.steps[0], talk.message.text
    told = _told(talk)
    handover.keep(talk, told)
    if step == "report_urgent" and {"urgent", "not_urgent"} & about:
        handover.urgent(talk, "not_urgent" not in about)
        handover.go_on(talk)
        return
    if _answers(step, told):
        talk.label = None
        handover.go_on(talk)
        return
    if told.details or told.district:
        if step == "contact_when" and time_said(talk.knowledge, text):
            handover.go_on(talk)
        else:
            handover.reask(talk)
        return
    if "pass" in about or (talk.reading.act in {"act.skip", "act.unsure", "act.deny"}) or "no" in about:
        _passed(talk)
        return
    if not _something_else(talk):
        _doubt(talk)


def _passed(talk: Talk) -> None:
    talk.label = "act.skip"
    handover.pass_step(talk)


def _answers(step: str, told: reach.Told) -> bool:
    match step:
        case "contact" | "contact_place":
            return bool({"contact", "phone", "communicates", "not_told", "when"} & set(told.details)) or (step == "contact_place" and told.of_place)
        case "contact_when":
            return "when" in told.details or told.details.get("contact") in {"chat", "none"}
        case "place" | "street" | "report_place":
            return told.of_place
        case _:
            return False


def _something_else(talk: Talk) -> bool:
    """A policy question, a further wish, small talk: heard, then the step again."""
    label, sure, text = talk.reading.label or "", talk.reading.certainty == "sure", talk.message.text
    if label.startswith("ask.") and (sure or _asks_policy(talk)):
        return _question(talk)
    act = talk.reading.act or (label if sure else "")
    if act in {"act.wish", "act.update", "act.report_other"}:
        handover.add_need(talk, text[: handover.LONGEST_NEED])
        handover.reask(talk, talk.text("handover_noted", summary=f"「{text[:40]}」"))
        return True
    if act == "act.status":
        updates.status(talk, ())
        handover.reask(talk)
        return True
    if act == "oos" and looks_like_question(talk.knowledge, text):
        questions.out_of_scope(talk)
        handover.reask(talk)
        return True
    rendered = talk.answer(act) if act in SMALL_TALK else None
    if rendered is None:
        return False
    talk.say_text(rendered.text)
    handover.reask(talk)
    return True


def _question(talk: Talk) -> bool:
    """Answer a policy question and put the step again; a near one is offered, the step stays open."""
    label = questions.in_context(talk, str(talk.reading.label))
    if talk.reading.certainty == "sure" and questions.answer(talk, label):
        talk.label = label
        handover.reask(talk)
        return True
    if talk.reading.certainty == "near":
        questions.offer_nearest(talk, "near")
        handover.reask(talk)
        return True
    return False


def _doubt(talk: Talk) -> None:
    """Not understood: the step again with an example; the second time it stays empty. Consent is never given up."""
    doubts = talk.handover.doubts + 1
    if doubts >= DOUBTS_BEFORE_GOING_ON and talk.handover.steps[0] not in {"agree", "need_what", "report_what"}:
        talk.say("step_passed")
        handover.go_on(talk)
        return
    talk.change_handover(doubts=doubts)
    steps.ask(talk, again=True)


def answers_plainly(talk: Talk) -> bool:
    """Whether the words plainly answer the open step: then only the crisis patterns may say otherwise, not the model."""
    if talk.state.handover is None or not talk.state.handover.steps:
        return False
    step = talk.handover.steps[0]
    if step == "agree":
        return consent_said(talk.knowledge, talk.message.text) is not None
    return step not in {"need_what", "report_what", "what"} and _answers(step, _told(talk))
