"""How urgent a case is, by the first rule of policies/triage.yaml that fits its signals."""

from collections.abc import Collection

from bot.knowledge.triage import Colour, Floor, Triage

COLOURS: tuple[Colour, ...] = ("red", "orange", "yellow", "green")
"""Most urgent first."""


def urgency(triage: Triage, signals: Collection[str]) -> tuple[Colour, str]:
    """The colour and its reason for a set of signals.

    Signals are `crisis.<kind>`, `minor`, `past.self_harm`, `fact.<id>` for a true fact, `likely.<programme>`, `kind.<case kind>`
    and `always`, which fits every case.
    """
    for rule in triage.rules:
        if any(signal in signals or signal == "always" for signal in rule.signals):
            return rule.colour, rule.reason
    return "green", ""


def is_more_urgent(colour: Colour, than: Colour) -> bool:
    """Whether the first colour comes before the second."""
    return COLOURS.index(colour) < COLOURS.index(than)


def floor(triage: Triage, signals: Collection[str], colour: Colour) -> Floor | None:
    """What forbids to give a case with these signals that colour, if anything does."""
    return next(
        (item for item in triage.floors if set(item.signals) <= set(signals) and is_more_urgent(item.colour, colour)), None
    )
