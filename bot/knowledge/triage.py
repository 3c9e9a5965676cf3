"""How urgent a case is: 红 橙 黄 绿, by the first rule that fits."""

from typing import Literal

from bot.knowledge.documents import Strict

Colour = Literal["red", "orange", "yellow", "green"]


class TriageRule(Strict):
    """One rule: any of its signals gives its colour."""

    colour: Colour
    signals: tuple[str, ...]
    """Signals of casework, for example `crisis.self_harm`, `fact.basic_needs_unmet`, `likely.linshi_jiuzhu`, `asked`."""
    reason: str
    """Why, in words fit for the resident to read."""


class Triage(Strict):
    """All rules in order; the last one must fit everything (`always`)."""

    rules: tuple[TriageRule, ...]
    note: str = ""
