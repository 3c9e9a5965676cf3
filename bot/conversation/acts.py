"""What a resident does rather than asks, while no question is open."""

from bot.conversation import handover, interview
from bot.conversation.effects import AddToCase, UpdateCase
from bot.conversation.talk import Talk


def act(talk: Talk, label: str) -> None:
    """Do or answer one `act.*`."""
    name = label.removeprefix("act.")
    match name:
        case "screen":
            interview.start(talk)
        case "handoff":
            person(talk)
        case "status":
            status(talk)
        case "report_other":
            handover.start(talk, "report", talk.message.text)
        case "wish":
            handover.start(talk, "help", talk.message.text, ask_first=True)
        case "complaint":
            _say_then(talk, label, ("person",))
        case "update":
            update(talk)
        case "cancel":
            cancel(talk)
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
    case = talk.around.case
    if case is None:
        talk.say("status_none", (talk.button("person"), talk.button("screen")))
        return
    names = talk.knowledge.messages.names
    talk.say("status", talk.menu(), number=case.number, status=names["status"][case.status], next=names["status_next"][case.status])


def update(talk: Talk) -> None:
    """Something changed after the registration: it goes to the case."""
    case = talk.around.case
    if case is None or case.status == "closed":
        talk.say("update_none", (talk.button("person"), talk.button("menu")))
        return
    talk.effects.append(UpdateCase(details={"more": talk.message.text[:500]}))
    talk.effects.append(AddToCase("resident_update", talk.message.text[:500]))
    talk.say("case_added", talk.menu(), number=case.number)


def cancel(talk: Talk) -> None:
    """The resident wants to withdraw; a person confirms it with them."""
    case = talk.around.case
    if case is None or case.status == "closed":
        _say_then(talk, "act.cancel", ("person",))
        return
    talk.effects.append(AddToCase("resident_cancel", talk.message.text[:500]))
    talk.say("cancel_noted", talk.menu(), number=case.number)
