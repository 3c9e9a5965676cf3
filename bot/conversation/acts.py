"""What a resident does rather than asks, while no question is open."""

from bot.conversation import handover, interview, kindness, questions, reach, updates
from bot.conversation.talk import Talk
from bot.understanding import looks_like_question, matters_in


def act(talk: Talk, label: str) -> None:
    """Do or answer one `act.*`."""
    name = label.removeprefix("act.")
    match name:
        case "screen":
            interview.start(talk)
        case "handoff":
            person(talk)
        case "status":
            updates.status(talk)
        case "report_other":
            handover.start(talk, "report", talk.message.text)
        case "wish":
            handover.start(talk, "help", talk.message.text)
        case "complaint":
            _say_then(talk, label, ("person",))
        case "update":
            updates.update(talk)
        case "cancel":
            _cancel(talk)
        case "restart":
            interview.restart(talk)
        case "back" | "skip" | "unsure" | "affirm" | "deny" | "repeat" if talk.interview.paused:
            interview.start(talk)
        case _:
            _say_then(talk, label, ())


def _say_then(talk: Talk, label: str, codes: tuple[str, ...]) -> None:
    rendered = talk.answer(label)
    buttons = (*(talk.button(code) for code in codes), *talk.menu())[:4]
    if rendered is None:
        talk.say("menu", buttons)
        return
    talk.say_text(rendered.text, buttons, rendered.footnote)
    talk.change(misses=0)


def person(talk: Talk) -> None:
    """«I want a person», at any moment."""
    handover.start(talk, "screening" if talk.interview.outcomes else "asked")


def status(talk: Talk) -> None:
    """How far the resident's case is."""
    updates.status(talk)


def _cancel(talk: Talk) -> None:
    case = updates.open_case(talk)
    if case is None:
        _say_then(talk, "act.cancel", ("person",))
    else:
        updates.cancel(talk, case)


def take_case_words(talk: Talk) -> bool:
    """Words that touch a registered case, or that tell of loneliness; False when they mean something else.

    Heard before the model's label: a new telephone, a place, a warning or a withdrawal are plain from the words.
    """
    about, case = matters_in(talk.knowledge, talk.message.text), updates.open_case(talk)
    if "agree_now" in about and handover.taken_up(talk):
        talk.label = "act.affirm"
        handover.agree(talk, True)
        return True
    if "again" in about and (case is not None or talk.around.case is not None):
        _again(talk)
        return True
    if case is not None and _about_case(talk, about):
        return True
    return kindness.lonely(talk, about)


def _again(talk: Talk) -> None:
    case, earlier = updates.open_case(talk), talk.around.case
    if case is not None:
        updates.again(talk, case)
    elif earlier is not None:
        talk.label = "act.handoff"
        handover.start(talk, "asked", earlier=earlier.number)


def _about_case(talk: Talk, about: frozenset[str]) -> bool:
    case, text = updates.open_case(talk), talk.message.text
    assert case is not None
    if "withdraw" in about:
        updates.cancel(talk, case)
        return True
    if ("still_waiting" in about and (talk.reading.label or "").startswith(("act.", "oos", "ask.appeal"))) or ("still_waiting" in about and not talk.reading.label):
        updates.waiting(talk, case)
        return True
    told = reach.read(talk, text, district=case.district)
    asks = looks_like_question(talk.knowledge, text)
    changes = told.of_contact and (not asks or "phone" in told.details or "not_told" in told.details) and set(told.details) != {"when", "call_agreed"}
    moved = told.of_place and "moved" in about and not asks
    if not changes and not moved:
        return False
    if not moved:
        told = reach.Told({key: value for key, value in told.details.items() if key not in {"street", "where", "hukou"}})
    talk.label = "act.update"
    updates.change_and_say(talk, case, told)
    return True
