"""The words after an alarm: fitted to the kind of danger and to who speaks, and never the same twice running."""

from bot.conversation.replies import Button
from bot.conversation.talk import Talk

VARIANTS = 3


def flavour(talk: Talk) -> str:
    """By which words go: `child` or `other` when such a one speaks, else the kind of danger."""
    who = talk.state.alarm.who
    return who if who in {"child", "other"} else talk.state.crisis.removeprefix("crisis.")


def text_id(talk: Talk, family: str) -> str:
    """The text of a family that fits best: `crisis_<family>_<flavour>`, else `crisis_<family>`."""
    fitted = f"crisis_{family}_{flavour(talk)}"
    return fitted if fitted in talk.knowledge.messages.texts else f"crisis_{family}"


def say(talk: Talk, family: str, buttons: tuple[Button, ...] = (), **values: str) -> None:
    """Say the fitting text of a family and note that it was said."""
    count_up(talk, family)
    talk.say(text_id(talk, family), buttons, number=talk.state.alarm.number, **values)


def count_up(talk: Talk, family: str) -> None:
    """Note that a family of texts was used once more."""
    alarm = talk.state.alarm
    talk.change(alarm=alarm.model_copy(update={"said": {**alarm.said, family: alarm.said.get(family, 0) + 1}}))


def more(talk: Talk, buttons: tuple[Button, ...] = ()) -> None:
    """Stay with somebody: short words, no list of numbers, in turn."""
    index = talk.state.alarm.said.get("more", 0) % VARIANTS + 1
    count_up(talk, "more")
    fitted = f"crisis_more_{flavour(talk)}_{index}"
    chosen = fitted if fitted in talk.knowledge.messages.texts else f"crisis_more_{index}"
    talk.say(chosen, buttons, number=talk.state.alarm.number)


def follow_up(talk: Talk, about: frozenset[str]) -> bool:
    """Answer what somebody in danger says next: cannot call, call for me, called, is anybody there, safe now."""
    for matter, family in _FOLLOW_UPS:
        if matter not in about:
            continue
        if family == "for_you" and talk.state.alarm.said.get(family):
            say(talk, "for_you_again")
        elif family == "anyone" and talk.around.on_duty:
            count_up(talk, family)
            talk.say("crisis_anyone_duty")
        elif family in _ONCE and talk.state.alarm.said.get(family):
            more(talk)
        else:
            say(talk, family)
        return True
    return False


_FOLLOW_UPS = (
    ("call_for_me", "for_you"), ("cannot_call", "cannot_call"), ("no_answer", "no_answer"), ("called", "called"), ("treated", "treated"),
    ("safer", "safer"), ("no_talk", "no_talk"), ("anyone", "anyone"),
    ("still_waiting", "anyone"),
)
"""Matter → family of texts; the first that is heard is answered."""
_ONCE = frozenset({"cannot_call", "called", "no_talk", "anyone"})
"""Families whose numbers or comfort are not repeated."""
