"""Which cases are sealed: those of a child that was harmed, which child protection and duty staff open, others with a reason."""

from collections.abc import Collection

from bot.knowledge.triage import Triage


def is_of_a_harmed_child(triage: Triage, signals: Collection[str]) -> bool:
    """Whether any signal of the case is among those that policies/triage.yaml seals."""
    return any(signal in signals for signal in triage.sealed)
