"""The questions of a hand-over: which comes next, its words and its buttons."""

from bot.conversation import reach
from bot.conversation.replies import Button
from bot.conversation.state import Handover
from bot.conversation.talk import Talk

QUESTIONS_AFTER_CONSENT = 2
NEED_FIRST = {"help": "need_what", "report": "report_what"}
"""Kinds of hand-over that say what it is about before consent is asked."""
KNOWN = frozenset({
    "agree", "need_what", "report_what", "what", "contact", "contact_place", "contact_when", "place", "street", "report_place", "report_urgent",
})
"""Every step there is; a state kept by an earlier version may name another, which is passed over."""
LONGEST_ECHO = 60


def next_step(talk: Talk) -> str | None:
    """The next question worth asking, or None: need and consent first, then at most two of what is not known."""
    pending = talk.handover
    if not pending.number:
        first = NEED_FIRST.get(pending.kind)
        return first if first and not pending.details.get("need") else "agree"
    if len(pending.asked) >= QUESTIONS_AFTER_CONSENT:
        return None
    wanted = _of_report(pending) if pending.kind == "report" else _of_resident(talk, pending)
    return next((step for step in wanted if step not in pending.asked), None)


def _of_report(pending: Handover) -> list[str]:
    steps = [] if pending.district and _spot(pending) else ["report_place"]
    return steps if "urgent" in pending.details else [*steps, "report_urgent"]


def _spot(pending: Handover) -> bool:
    return bool(pending.details.get("street") or pending.details.get("where"))


def _of_resident(talk: Talk, pending: Handover) -> list[str]:
    details, steps = pending.details, []
    nameless = not details.get("need") and not talk.interview.outcomes and pending.kind in {"asked", "misses"}
    if nameless:
        steps.append("what")
    if "contact" not in details and "contact_place" not in pending.asked:
        both = "what" in (*steps, *pending.asked) and not pending.district
        steps.append("contact_place" if both else "contact")
    if not pending.district and "contact_place" not in (*steps, *pending.asked):
        steps.append("place")
    if details.get("contact") == "phone" and (not details.get("when") or reach.guarded(talk, details)):
        steps.append("contact_when")
    if pending.district and not _spot(pending) and "place" not in pending.asked:
        steps.append("street")
    return steps


def ask(talk: Talk, again: bool = False, lead: str = "") -> None:
    """Put the open step in words; what was noted since the last question is said first."""
    pending = talk.handover
    step = pending.steps[0] if pending.steps[:1] and pending.steps[0] in KNOWN else "contact"
    text = talk.text(_text_id(talk, step, again), need=_echo(pending), district=pending.district)
    noted = talk.text("handover_noted", summary="，".join(pending.taken)) if pending.taken else ""
    talk.change_handover(taken=())
    talk.say_text("\n".join(part for part in (lead, noted, text) if part), buttons(talk, step))


def _text_id(talk: Talk, step: str, again: bool) -> str:
    if step == "contact_when" and reach.guarded(talk, talk.handover.details):
        return "contact_when_guarded"
    if step != "agree":
        return f"{step}_again" if again else step
    if again:
        return "handover_agree_again"
    if talk.handover.details.get("need") and talk.handover.kind in NEED_FIRST:
        return "handover_agree_report" if talk.handover.kind == "report" else "handover_agree_need"
    return "handover_agree"


def _echo(pending: Handover) -> str:
    need = str(pending.details.get("need", ""))
    return need if len(need) <= LONGEST_ECHO else need[:LONGEST_ECHO] + "…"


def buttons(talk: Talk, step: str) -> tuple[Button, ...]:
    """The buttons of a step."""
    match step:
        case "agree":
            return (talk.button("yes"), talk.button("no"))
        case "contact" | "contact_place":
            return (talk.button("chat_only"), talk.button("no_contact"), talk.button("pass"))
        case "contact_when":
            return (talk.button("anytime"), talk.button("daytime"), talk.button("evening"), talk.button("pass"))
        case "report_urgent":
            return (talk.button("urgent"), talk.button("not_urgent"), talk.button("unsure"))
        case "need_what" | "report_what":
            return (talk.button("menu"),)
        case _:
            return (talk.button("pass"),)
