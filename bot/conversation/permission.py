"""What has to be agreed to before the household is spoken of, beside the notice itself. Asks; `own_data` hears the answers."""

from bot.conversation.state import State
from bot.conversation.talk import Talk

ABROAD = frozenset({"telegram"})
"""Channels whose servers lie outside of the mainland."""


def elsewhere(talk: Talk) -> bool:
    """On a channel for policy only: says where to go instead, and True."""
    if not talk.around.policy_only:
        return False
    talk.say("policy_only", (talk.button("ask"),), site=f" {talk.around.site} " if talk.around.site else "")
    return True


def leaves_the_mainland(talk: Talk) -> bool:
    """Where a screening would leave the mainland and nobody agreed to that yet: asks, and True."""
    if talk.around.channel not in ABROAD or talk.state.abroad == talk.knowledge.messages.notice_version:
        return False
    if talk.state.prompt is None or talk.state.prompt.key != "abroad":
        talk.open_prompt("abroad")
    talk.say("abroad_ask", (talk.button("yes"), talk.button("no")))
    return True


def needs_guardian(talk: Talk, lead: str = "") -> bool:
    """The one in need is a small child and no guardian agreed yet: asks, after `lead`, and True."""
    age = talk.interview.facts.get("age")
    young = isinstance(age, int) and age < talk.knowledge.consents.guardian_under
    if not young or "guardian" in talk.interview.queried:
        return False
    if talk.state.prompt is None or talk.state.prompt.key != "guardian":
        talk.open_prompt("guardian")
    ask = talk.text("guardian_ask", age=talk.knowledge.consents.guardian_under)
    talk.say_text("\n".join(part for part in (lead, ask) if part), (talk.button("yes"), talk.button("no"), talk.button("person")))
    return True


def told_afterwards(talk: Talk, before: State) -> None:
    """A crisis is registered without asking; when it has calmed down the resident is told so, once.

    `before` is the state at the beginning of the turn: never in the turn of the alarm itself.
    """
    busy = talk.state.prompt is not None and talk.state.prompt.key == "crisis"
    if before.crisis and not before.crisis_told and not busy and talk.around.owner == "bot" and talk.reading.crisis is None:
        talk.change(crisis_told=True)
        talk.say("crisis_kept_child" if before.alarm.who == "child" else "crisis_kept")
