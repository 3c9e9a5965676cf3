"""To a person: agreement, how and when to reach the resident safely, where they live, a case number.

The case is opened as soon as the resident agrees, so that nothing is lost when they stop half-way; what
they say afterwards is added to it. Typed words may answer several steps at once.
"""

from collections.abc import Callable

from bot.conversation import permission
from bot.conversation.effects import AddToCase, OpenCase, RecordConsent, UpdateCase
from bot.conversation.numbers import case_number
from bot.conversation.replies import Button
from bot.conversation.state import Handover
from bot.conversation.talk import Talk
from bot.understanding import phone_in, place_in, read_answer, street_in

STEPS: dict[str, tuple[str, ...]] = {
    "screening": ("agree", "contact", "contact_when", "place", "hukou_place"),
    "asked": ("agree", "contact", "contact_when", "place", "hukou_place"),
    "misses": ("agree", "contact", "contact_when", "place", "hukou_place"),
    "complaint": ("agree", "contact", "contact_when", "place"),
    "privacy": ("agree", "contact", "contact_when"),
    "help": ("need_what", "contact", "contact_when", "place"),
    "report": ("report_what", "report_place"),
}
DOUBTS_BEFORE_GOING_ON = 2


def start(talk: Talk, kind: str, need: str = "", *, ask_first: bool = False) -> None:
    """Begin a hand-over of `kind`; `need` is what the resident already said they want.

    `ask_first`: the wish was only heard in their words, so they are asked before anything is passed on.
    """
    if permission.elsewhere(talk):
        return
    case = talk.around.case
    if case is not None and case.status != "closed" and kind != "report":
        if need:
            talk.effects.append(UpdateCase(details={"more": need[:500]}))
        talk.effects.append(AddToCase("wrote"))
        talk.say("case_exists", talk.menu(), number=case.number)
        return
    details: dict[str, object] = {"need": need[:500]} if need else {}
    steps = [step for step in STEPS[kind] if not (need and step in {"need_what", "report_what"})]
    if ask_first:
        steps.insert(0, "agree")
    district = talk.state.district or str(talk.interview.facts.get("district", ""))
    talk.change(handover=Handover(kind=kind, steps=tuple(steps), details=details, district=district))
    if talk.interview.running:
        talk.change_interview(running=False, paused=True)
    _take_what_is_said(talk, need)
    _go_on(talk)


def _go_on(talk: Talk) -> None:
    """Ask the next step; open the case as soon as nothing stands in the way; say the number at the end."""
    pending = talk.handover
    if not pending.number and not {"agree", "need_what", "report_what"} & set(pending.steps):
        _open(talk)
        pending = talk.handover
    if not pending.steps:
        _done(talk)
        return
    talk.open_prompt("step")
    _ask(talk, pending.steps[0])


def _ask(talk: Talk, step: str, again: bool = False) -> None:
    text_id = {"agree": "handover_agree"}.get(step, step)
    again_id = {"agree": "handover_agree_again", "contact": "contact_again", "place": "place_again", "report_place": "place_again"}
    talk.say(again_id.get(step, text_id) if again else text_id, _buttons(talk, step))


def _buttons(talk: Talk, step: str) -> tuple[Button, ...]:
    match step:
        case "agree":
            return (talk.button("yes"), talk.button("no"))
        case "contact":
            return (talk.button("chat_only"), talk.button("no_contact"), talk.button("pass"))
        case "contact_when":
            return (talk.button("anytime"), talk.button("daytime"), talk.button("evening"), talk.button("pass"))
        case "hukou_place":
            return (talk.button("outside"), talk.button("pass"))
        case "need_what" | "report_what":
            return (talk.button("menu"),)
        case _:
            return (talk.button("pass"),)


def reask(talk: Talk) -> None:
    """Put the open step again."""
    if talk.handover.kind == "crisis":
        talk.say("crisis_place")
        return
    _ask(talk, talk.handover.steps[0])


def agree(talk: Talk, agreed: bool) -> None:
    """The answer to «may I pass this on»."""
    talk.effects.append(RecordConsent("handover", agreed))
    if not agreed:
        talk.change(handover=None)
        talk.close_prompt()
        talk.say("handover_refused", talk.menu())
        return
    _finish_step(talk, "agree")


def pass_step(talk: Talk) -> None:
    """«Rather not say» leaves the open step empty."""
    step = talk.handover.steps[0]
    if step == "agree":
        agree(talk, False)
        return
    if step == "contact":
        _keep(talk, contact="chat")
        _drop(talk, "contact_when")
    _finish_step(talk, step)


def take_button(talk: Talk, code: str) -> None:
    """A tapped choice of the open step."""
    step = talk.handover.steps[0]
    if step == "agree" and code in {"yes", "no"}:
        agree(talk, code == "yes")
    elif step == "contact" and code in {"chat_only", "no_contact"}:
        _keep(talk, contact="chat" if code == "chat_only" else "none")
        _drop(talk, "contact_when")
        _finish_step(talk, step)
    elif step == "contact_when" and code in {"anytime", "daytime", "evening"}:
        _keep(talk, when=talk.title(code))
        _finish_step(talk, step)
    elif step == "hukou_place" and code == "outside":
        _keep(talk, hukou=talk.title("outside"))
        _finish_step(talk, step)
    else:
        talk.say("old_button")
        reask(talk)


def take_text(talk: Talk) -> None:
    """Typed words while a step is open; they may fill later steps too."""
    step = talk.handover.steps[0]
    text = talk.message.text
    if step == "agree":
        _agreement_in_words(talk, text)
        return
    readers: dict[str, Callable[[Talk, str], bool]] = {
        "need_what": _need, "report_what": _need, "contact": _contact, "contact_when": _when,
        "place": _place, "report_place": _place, "hukou_place": _hukou,
    }
    understood = readers[step](talk, text)
    _take_what_is_said(talk, text, but=step)
    if understood:
        _finish_step(talk, step)
        return
    doubts = talk.handover.doubts + 1
    if doubts >= DOUBTS_BEFORE_GOING_ON:
        _keep(talk, **{f"{step}_words": text[:200]})
        _finish_step(talk, step)
        return
    talk.change_handover(doubts=doubts)
    _ask(talk, step, again=True)


def _agreement_in_words(talk: Talk, text: str) -> None:
    """Only a plain yes passes anything on; a phone number or place said beside it is kept for later steps."""
    answer = talk.agreed()
    if answer is not False:
        _take_what_is_said(talk, text)
    if answer is None:
        _ask(talk, "agree", again=True)
    else:
        agree(talk, answer)


def _need(talk: Talk, text: str) -> bool:
    _keep(talk, need=text[:500])
    return True


def answers_contact(talk: Talk) -> bool:
    """Whether the words plainly answer how the resident may be reached: the model alone makes no crisis of that."""
    pending = talk.state.handover
    return pending is not None and pending.steps[:1] == ("contact",) and _way(talk, talk.message.text) is not None


def _way(talk: Talk, text: str) -> str | None:
    """The way of contact that the words ask for, other than a phone number."""
    names = talk.knowledge.messages.names["contact_words"]
    return next((way for way, words in names.items() if any(word in text for word in words.split())), None)


def _contact(talk: Talk, text: str) -> bool:
    """A wish not to be called outranks a number said beside it; the number is kept for messages."""
    phone, way = phone_in(text), _way(talk, text)
    if phone:
        _keep(talk, contact="phone", phone=phone)
    if way is None:
        return phone is not None
    _keep(talk, contact=way, contact_words=text[:200])
    _drop(talk, "contact_when")
    return True


def _when(talk: Talk, text: str) -> bool:
    _keep(talk, when=text[:100])
    return True


def _place(talk: Talk, text: str) -> bool:
    district, street = place_in(talk.knowledge, text), street_in(talk.knowledge, text)
    if district:
        talk.change_handover(district=district)
        talk.change(district=district)
    if street:
        _keep(talk, street=street)
    if not district and talk.handover.district and text.strip():
        _keep(talk, street=street or text.strip()[:60])
        return True
    return bool(district)


def _hukou(talk: Talk, text: str) -> bool:
    district = place_in(talk.knowledge, text)
    if district:
        _keep(talk, hukou=district)
        return True
    value = read_answer(talk.knowledge, "hukou", text)
    if value == "outside_tianjin":
        _keep(talk, hukou=talk.title("outside"))
    elif value == "same_district" and talk.handover.district:
        _keep(talk, hukou=talk.handover.district)
    elif isinstance(value, str):
        _keep(talk, hukou=text[:60])
    return value is not None


def _take_what_is_said(talk: Talk, text: str, but: str = "") -> None:
    """Fill later steps from the same words: a phone number, a district, a street."""
    if not text:
        return
    steps = talk.handover.steps
    if but != "contact" and "contact" in steps and phone_in(text):
        _contact(talk, text)
        _drop(talk, "contact")
    place_step = "report_place" if "report_place" in steps else "place"
    if but not in {place_step, "hukou_place"} and place_step in steps and place_in(talk.knowledge, text):
        _place(talk, text)
        if street_in(talk.knowledge, text):
            _drop(talk, place_step)


def _keep(talk: Talk, **details: object) -> None:
    talk.change_handover(details={**talk.handover.details, **details})


def _drop(talk: Talk, step: str) -> None:
    talk.change_handover(steps=tuple(item for item in talk.handover.steps if item != step))


def _finish_step(talk: Talk, step: str) -> None:
    _drop(talk, step)
    talk.change_handover(doubts=0)
    talk.close_prompt()
    if talk.handover.number:
        pending = talk.handover
        talk.effects.append(UpdateCase(details=pending.details, district=pending.district or None))
    _go_on(talk)


def _open(talk: Talk) -> None:
    """Open the case with everything known so far."""
    pending = talk.handover
    number = case_number(talk)
    facts = talk.interview.facts if talk.state.consent else {}
    signals = {f"kind.{pending.kind}"}
    signals |= {f"fact.{fact}" for fact, value in facts.items() if value is True}
    if facts.get("emergency") not in {None, "none"}:
        signals.add("fact.emergency")
    details = {**pending.details, "marks": list(talk.interview.marks)} if talk.interview.marks else pending.details
    signals |= {f"likely.{name}" for name in talk.interview.likely}
    talk.effects.append(OpenCase(
        number=number, kind=pending.kind, signals=tuple(sorted(signals)), details=details,
        district=pending.district or None, programmes=talk.interview.likely,
    ))
    talk.change_handover(number=number)


def _done(talk: Talk) -> None:
    """Everything is said: the number, what happens next, and that this is no application."""
    pending = talk.handover
    talk.change(handover=None, misses=0)
    talk.close_prompt()
    if pending.kind == "report":
        talk.say("case_opened_report", talk.menu(), number=pending.number)
        return
    how = talk.text(f"how_{pending.details.get('contact', 'chat')}")
    talk.say("case_opened", talk.menu(), number=pending.number, how=how)
