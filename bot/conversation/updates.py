"""A case that is open already: what the resident adds or changes, how far it is, and withdrawing it."""

from datetime import timedelta

from bot.conversation import hours, reach
from bot.conversation.effects import AddToCase, UpdateCase
from bot.conversation.incoming import CaseView
from bot.conversation.replies import Button
from bot.conversation.talk import Talk
from bot.understanding import refuses_time

LONGEST_MORE = 500


def open_case(talk: Talk) -> CaseView | None:
    """The case of this conversation, if it is not closed."""
    case = talk.around.case
    return case if case is not None and case.status != "closed" else None


def change(talk: Talk, case: CaseView, told: reach.Told) -> dict[str, object]:
    """Write a new telephone, time, place or warning into the case; returns the details it then holds.

    A time that is refused (晚上别打) is added to the times said before; any other takes their place.
    """
    before, when = str(case.details.get("when") or ""), str(told.details.get("when") or "")
    if before and when and refuses_time(talk.knowledge, when) and when not in before:
        told = reach.Told({**told.details, "when": f"{before}，{when}"}, told.district)
    talk.effects.append(UpdateCase(details=dict(told.details), district=told.district or None, contact_changed=True))
    talk.effects.append(AddToCase("wrote"))
    if told.district:
        talk.change(district=told.district)
    return {**case.details, **told.details}


def change_and_say(talk: Talk, case: CaseView, told: reach.Told) -> None:
    """The same, said back."""
    talk.say_text(noted(talk, case, told), talk.menu())


def noted(talk: Talk, case: CaseView, told: reach.Told) -> str:
    """The same; returns what is to be said back."""
    details = change(talk, case, told)
    if told.details.get("contact") == "none":
        return talk.text("case_changed_none", number=case.number)
    return talk.text("case_changed", number=case.number, summary=reach.summary(talk, told, details))


def add(talk: Talk, case: CaseView, words: str, event: str = "resident_update") -> None:
    """Something further goes to the case as it was said."""
    talk.effects.append(UpdateCase(details={"more": words[:LONGEST_MORE]}))
    talk.effects.append(AddToCase(event, words[:LONGEST_MORE]))


def add_wish(talk: Talk, case: CaseView, words: str, buttons: tuple[Button, ...] = ()) -> None:
    """A further wish goes to the case and is said back."""
    add(talk, case, words)
    talk.say("case_wish_added", buttons, number=case.number, wish=words[:40])


def update(talk: Talk) -> None:
    """Something changed after the registration: it goes to the case."""
    case = open_case(talk)
    if case is None:
        talk.say("update_none", (talk.button("person"), talk.button("menu")))
        return
    add(talk, case, talk.message.text)
    talk.say("case_added", talk.menu(), number=case.number)


def status(talk: Talk, buttons: tuple[Button, ...] | None = None) -> None:
    """How far the case is: its state, since when, who has it; and where to ask about what is not here."""
    case = talk.around.case
    if case is None:
        talk.say("status_none", (talk.button("person"), talk.button("screen")) if buttons is None else buttons)
        return
    names = talk.knowledge.messages.names
    who = talk.text("who_worker", worker=case.worker) if case.worker else talk.text("who_nobody")
    text = talk.text(
        "status", number=case.number, status=names["status"][case.status], next=names["status_next"][case.status],
        since=_since(talk, case), who=who,
    )
    wait = hours.expected(talk, case.ahead) if case.ahead is not None else ""
    told = "\n".join(part for part in (text, wait, talk.text("status_street")) if part)
    talk.say_text(told, talk.menu() if buttons is None else buttons)


def _since(talk: Talk, case: CaseView) -> str:
    passed = talk.around.now - case.opened_at if case.opened_at else timedelta()
    if passed >= timedelta(days=1):
        return talk.text("since_days", number=passed.days)
    if passed >= timedelta(hours=1):
        return talk.text("since_hours", number=passed.seconds // 3600)
    minutes = passed.seconds // 60
    return talk.text("since_minutes", number=minutes) if minutes else talk.text("since_now")


def waiting(talk: Talk, case: CaseView) -> None:
    """「怎么还没人理我」: the status honestly, and the worker is told."""
    talk.label = "act.status"
    talk.effects.append(AddToCase("resident_waiting", talk.message.text[:LONGEST_MORE]))
    if not case.worker:
        talk.say("status_waiting")
    status(talk)


def cancel(talk: Talk, case: CaseView) -> None:
    """The resident wants to withdraw; a person confirms it with them."""
    talk.label = "act.cancel"
    talk.change(withdrawn=case.number)
    talk.effects.append(AddToCase("resident_cancel", talk.message.text[:LONGEST_MORE]))
    talk.say("cancel_noted", talk.menu(), number=case.number)


def again(talk: Talk, case: CaseView) -> None:
    """「我又想办了」: the wish to withdraw is over."""
    talk.label = "act.update"
    talk.change(withdrawn="")
    talk.effects.append(AddToCase("resident_again", talk.message.text[:LONGEST_MORE]))
    talk.say("case_again", talk.menu(), number=case.number)
