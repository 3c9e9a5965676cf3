"""To a person: consent first, then the number of the case, then at most two questions on how and where to reach the resident.

The case is opened as soon as the resident agrees, so that nothing is lost when they stop half-way; what
they say afterwards is added to it. Contact, time, place and warnings are taken from any message, in any order.
"""

from bot.conversation import hours, permission, reach, steps, updates
from bot.conversation.effects import OpenCase, RecordConsent, UpdateCase
from bot.conversation.numbers import case_number
from bot.conversation.state import Handover
from bot.conversation.talk import Talk

LONGEST_NEED = 500


def start(talk: Talk, kind: str, need: str = "", *, earlier: str = "") -> None:
    """Begin a hand-over of `kind`.

    Args:
        need: what the resident already said they want or saw.
        earlier: number of a closed case that this one goes on with.

    With a case open what is wanted goes there; a report is always a case of its own.
    """
    if permission.elsewhere(talk):
        return
    case = updates.open_case(talk)
    if case is not None and kind != "report":
        if need:
            updates.add_wish(talk, case, need, talk.menu())
        else:
            talk.say("case_exists", talk.menu(), number=case.number)
        return
    details: dict[str, object] = {"need": need[:LONGEST_NEED]} if need else {}
    if earlier:
        details["earlier"] = earlier
    district = "" if kind == "report" else talk.state.district or str(talk.interview.facts.get("district", ""))
    told = reach.read(talk, need, district=district) if need else reach.Told()
    if told.of_place or told.of_contact:
        details |= {key: value for key, value in told.details.items() if key not in {"when", "call_agreed"} or "phone" in told.details}
    pending = Handover(kind=kind, steps=(), details=details, district=told.district or district)
    talk.change(handover=pending)
    if talk.interview.running:
        talk.change_interview(running=False, paused=True)
    go_on(talk)


def go_on(talk: Talk) -> None:
    """Put the next question, or end when nothing is left to ask."""
    step = steps.next_step(talk)
    if step is None:
        _done(talk)
        return
    asked = (*talk.handover.asked, step) if talk.handover.number else talk.handover.asked
    talk.change_handover(steps=(step,), doubts=0, asked=asked)
    talk.open_prompt("step")
    steps.ask(talk)


def agree(talk: Talk, agreed: bool) -> None:
    """The answer to «may I pass this on»: on a yes the case is open, and its number is the first thing said."""
    talk.effects.append(RecordConsent("handover", agreed))
    if not agreed:
        leave(talk, "handover_refused")
        return
    _open(talk)
    report = talk.handover.kind == "report"
    talk.say("case_opened_report" if report else "case_opened", number=talk.handover.number)
    go_on(talk)


def later(talk: Talk) -> None:
    """«Not now»: nothing is passed on and nothing recorded; a plain «同意» later still finds it here."""
    talk.close_prompt()
    talk.say("handover_later", talk.menu())


def taken_up(talk: Talk) -> bool:
    """Whether a hand-over waits for the consent that was put off."""
    pending = talk.state.handover
    return pending is not None and talk.state.prompt is None and pending.steps == ("agree",) and not pending.number


def leave(talk: Talk, text_id: str) -> None:
    """End the hand-over; a case that is open stays."""
    number = talk.handover.number
    talk.change(handover=None, misses=0)
    talk.close_prompt()
    talk.say(text_id, talk.menu(), number=number)


def keep(talk: Talk, told: reach.Told) -> None:
    """Note what a message said, in the case too once there is one."""
    if not told.details and not told.district:
        return
    pending = talk.handover
    details, district = {**pending.details, **told.details}, told.district or pending.district
    talk.change_handover(details=details, district=district)
    if told.district and pending.kind != "report":
        talk.change(district=told.district)
    if pending.number:
        talk.effects.append(UpdateCase(details=dict(told.details), district=told.district or None))
    said = reach.summary(talk, told, details)
    if said:
        talk.change_handover(taken=(*talk.handover.taken, said))


def add_need(talk: Talk, words: str) -> None:
    """What is wanted, or something further of it."""
    pending = talk.handover
    key = "more" if pending.details.get("need") else "need"
    before = str(pending.details.get("more", ""))
    value = f"{before}\n{words}".strip() if key == "more" else words
    talk.change_handover(details={**pending.details, key: value[-LONGEST_NEED:]})
    if pending.number:
        talk.effects.append(UpdateCase(details={key: words[:LONGEST_NEED]}))


def reask(talk: Talk, lead: str = "") -> None:
    """Put the open step again."""
    steps.ask(talk, lead=lead)


def pass_step(talk: Talk) -> None:
    """«Rather not say» leaves the open step empty; who names no way of contact is answered in the chat only."""
    step = talk.handover.steps[0] if talk.handover.steps else ""
    if step == "agree":
        agree(talk, False)
        return
    if step in {"contact", "contact_place"} and "contact" not in talk.handover.details:
        talk.change_handover(details={**talk.handover.details, "contact": "chat"})
        talk.effects.append(UpdateCase(details={"contact": "chat"}))
    go_on(talk)


def take_button(talk: Talk, code: str) -> None:
    """A tapped choice of the open step."""
    step = talk.handover.steps[0] if talk.handover.steps else ""
    match step, code:
        case "agree", "yes" | "no":
            agree(talk, code == "yes")
        case "contact" | "contact_place", "chat_only" | "no_contact":
            keep(talk, reach.Told({"contact": "chat" if code == "chat_only" else "none", "call_agreed": False}))
            go_on(talk)
        case "contact_when", "anytime" | "daytime" | "evening":
            keep(talk, reach.Told({"when": talk.title(code), "call_agreed": True}))
            go_on(talk)
        case "report_urgent", "urgent" | "not_urgent":
            urgent(talk, code == "urgent")
            go_on(talk)
        case _:
            reask(talk, talk.text("old_button"))


def urgent(talk: Talk, is_so: bool) -> None:
    """How urgent a report is; an urgent one is raised."""
    talk.change_handover(details={**talk.handover.details, "urgent": is_so})
    if talk.handover.number:
        talk.effects.append(UpdateCase(details={"urgent": is_so}, signals=("report.urgent",) if is_so else ()))


def _open(talk: Talk) -> None:
    """Open the case with everything known so far."""
    pending = talk.handover
    number = case_number(talk)
    facts = talk.interview.facts if talk.state.consent else {}
    signals = {f"kind.{pending.kind}"}
    signals |= {f"fact.{fact}" for fact, value in facts.items() if value is True}
    if facts.get("emergency") not in {None, "none"}:
        signals.add("fact.emergency")
    if pending.details.get("urgent"):
        signals.add("report.urgent")
    details = {**pending.details, "marks": list(talk.interview.marks)} if talk.interview.marks else pending.details
    signals |= {f"likely.{name}" for name in talk.interview.likely}
    talk.effects.append(OpenCase(
        number=number, kind=pending.kind, signals=tuple(sorted(signals)), details=details,
        district=pending.district or None, programmes=talk.interview.likely,
    ))
    talk.change_handover(number=number)


def _done(talk: Talk) -> None:
    """Everything is said: what was noted, what happens next."""
    pending = talk.handover
    talk.change(handover=None, misses=0)
    talk.close_prompt()
    lead = talk.text("handover_noted", summary="，".join(pending.taken)) + "\n" if pending.taken else ""
    if pending.kind == "report":
        talk.say_text(lead + talk.text("case_done_report", number=pending.number), talk.menu())
        return
    case = talk.around.case
    wait = hours.expected(talk, case.ahead if case is not None and case.number == pending.number else talk.around.ahead)
    done = talk.text("case_done", number=pending.number, how=reach.how(talk, pending.details))
    lacks = not pending.district or (pending.details.get("contact") == "phone" and not pending.details.get("when"))
    more = talk.text("case_done_more") if lacks else ""
    talk.say_text(lead + "\n".join(part for part in (done, wait, more) if part), talk.menu())
