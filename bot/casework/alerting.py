"""When a case calls people, and whether somebody has answered."""

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.knowledge.duty import Duty

ANSWERS = frozenset({"claimed", "replied", "verified", "colour", "moved", "transfer_accepted"})
"""What somebody of the staff does with a case that shows that a person has it."""


def calls_people(duty: Duty, colour: str, signals: Collection[str]) -> bool:
    """Whether policies/duty.yaml wants people called for such a case."""
    return any(rule.colour == colour or any(signal in signals for signal in rule.signals) for rule in duty.alarms)


def is_an_answer(what: str) -> bool:
    """Whether an event of a case (`moved:closed`) shows that a person has it."""
    return what.partition(":")[0] in ANSWERS


def may_call_again(duty: Duty, answered_at: datetime, now: datetime) -> bool:
    """Whether new words of danger call people anew after an alarm that somebody answered."""
    return now >= answered_at + timedelta(minutes=duty.quiet_minutes)
