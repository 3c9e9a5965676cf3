"""What a resident does rather than asks, while no question is open."""

from bot.conversation import feedback, handover, interview, kindness, reach, step_words, updates
from bot.conversation.incoming import CaseView
from bot.conversation.talk import Talk
from bot.understanding import looks_like_question, matters_in

LONGEST_BARE = 14
GOODBYES = frozenset({"goodbye", "thanks"})


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
            handover.start(talk, "report", _need(talk))
        case "wish":
            handover.start(talk, "help", _need(talk))
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
    if name in GOODBYES:
        feedback.ask(talk)


def _need(talk: Talk) -> str:
    """The words as a need, or nothing when they say none yet: then it is asked."""
    text = talk.message.text
    return "" if step_words.too_thin(talk, text.strip()) else text


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


def changed(talk: Talk) -> reach.Told | None:
    """What the words change in the open case: telephone, time, warning, place; None when they are about something else."""
    case, text = updates.open_case(talk), talk.message.text
    if case is None:
        return None
    told, asks = reach.read(talk, text, district=case.district), looks_like_question(talk.knowledge, text)
    if not asks and _completes(text, case, told):
        return told
    moved = told.of_place and "moved" in matters_in(talk.knowledge, text) and not asks
    plain = not asks or "phone" in told.details or "not_told" in told.details
    if told.of_contact and plain and not set(told.details) <= {"when", "call_agreed"}:
        return told if moved else reach.Told({key: value for key, value in told.details.items() if key not in OF_PLACE})
    return told if moved else None


OF_PLACE = frozenset({"street", "where", "hukou"})


def _completes(text: str, case: CaseView, told: reach.Told) -> bool:
    """A bare place that the case still lacks, or a bare time: 「河西区」, 「晚上别打」."""
    if len(text.strip()) > LONGEST_BARE or case.kind == "report":
        return False
    place = bool(told.district or "street" in told.details) and not case.district
    return place or ("when" in told.details and bool(case.details.get("phone")))


def _about_case(talk: Talk, about: frozenset[str]) -> bool:
    case = updates.open_case(talk)
    assert case is not None
    if "withdraw" in about:
        updates.cancel(talk, case)
        return True
    if "still_waiting" in about and (talk.reading.label or "act.").startswith(("act.", "oos", "ask.appeal")):
        updates.waiting(talk, case)
        return True
    told = changed(talk)
    if told is not None:
        talk.label = "act.update"
        updates.change_and_say(talk, case, told)
        return True
    if "further" in about and not looks_like_question(talk.knowledge, talk.message.text):
        talk.label = "act.update"
        updates.update(talk)
        return True
    return False
