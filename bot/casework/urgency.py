"""How urgent a case is, by the first rule of policies/triage.yaml that fits its signals."""

from collections.abc import Collection

from bot.knowledge.triage import Colour, Triage

COLOURS: tuple[Colour, ...] = ("red", "orange", "yellow", "green")
"""Most urgent first."""


def urgency(triage: Triage, signals: Collection[str]) -> tuple[Colour, str]:
    """The colour and its reason for a set of signals.

    Signals are `crisis.<kind>`, `fact.<id>` for a true fact, `likely.<programme>`, `kind.<case kind>`
    and `always`, which fits every case.
    """
    for rule in triage.rules:
        if any(signal in signals or signal == "always" for signal in rule.signals):
            return rule.colour, rule.reason
    return "green", ""
