"""Somebody may come to harm: the fixed first reply, a case without asking, then short next messages."""

from bot.conversation.effects import AddToCase, OpenCase, UpdateCase
from bot.conversation.numbers import case_number
from bot.conversation.state import Handover
from bot.conversation.talk import Talk
from bot.understanding import place_in, street_in


def respond(talk: Talk, label: str) -> None:
    """Numbers first, then the case; an interview under way is paused and kept."""
    talk.label = label
    first = talk.state.crisis != label
    number = _case(talk, label)
    if first:
        _first_reply(talk, label, number)
    elif talk.around.owner == "bot":
        talk.say("crisis_more", number=number)
    if talk.interview.running:
        talk.change_interview(running=False, paused=True)
    talk.change(crisis=label, misses=0, greeted=True)
    if talk.around.owner == "bot":
        steps = () if _place(talk) else ("crisis_place",)
        talk.change(handover=Handover(kind="crisis", steps=steps, number=number) if steps else None)
        talk.close_prompt()
        if steps:
            talk.open_prompt("step")


def _first_reply(talk: Talk, label: str, number: str) -> None:
    rendered = talk.answer(label)
    talk.say_text(rendered.text if rendered else talk.text("trouble"))
    if talk.around.on_duty:
        talk.say("crisis_duty", (talk.button("policy"),))
        return
    kind = "crisis_registered_destitute" if label == "crisis.destitute" else "crisis_registered"
    talk.say(kind, (talk.button("policy"),), number=number)


def _case(talk: Talk, label: str) -> str:
    """Open a red case, or raise the open one; returns its number."""
    place = _place(talk)
    case = talk.around.case
    if case is not None and case.status != "closed":
        details = {"street": place[1]} if place and place[1] else {}
        talk.effects.append(UpdateCase(details=details, district=place[0] if place else None, signals=(label,)))
        talk.effects.append(AddToCase("wrote"))
        return case.number
    number = case_number(talk)
    details = {"need": talk.message.text, **({"street": place[1]} if place and place[1] else {})}
    talk.effects.append(OpenCase(
        number=number, kind="crisis", signals=(label, "kind.crisis"), details=details,
        district=(place[0] if place else None) or talk.state.district or None,
    ))
    return number


def _place(talk: Talk) -> tuple[str | None, str] | None:
    district = place_in(talk.knowledge, talk.message.text)
    street = street_in(talk.knowledge, talk.message.text) or ""
    return (district, street) if district or street else None


def names_a_place(talk: Talk) -> bool:
    """Whether the words say where somebody is."""
    return _place(talk) is not None


def take_place(talk: Talk) -> None:
    """The resident says where they are after the first reply; whatever it is, it goes to the case."""
    place = _place(talk)
    district, street = place if place else (None, "")
    details = {"where": talk.message.text[:200], **({"street": street} if street else {})}
    talk.effects.append(UpdateCase(details=details, district=district))
    talk.effects.append(AddToCase("wrote"))
    talk.change(handover=None)
    talk.close_prompt()
    talk.say("crisis_place")


def was_a_question(talk: Talk) -> None:
    """「我是问政策」: the case stays, marked, and the bot goes on as usual."""
    talk.effects.append(AddToCase("resident_policy"))
    talk.change(handover=None, crisis="")
    talk.close_prompt()
    talk.say("crisis_policy", talk.menu())
