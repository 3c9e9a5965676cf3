"""Which label comes first when someone may come to harm. Pure functions, no Rasa.

The kinds of crisis are easily taken for each other, so their probabilities are added up before
they are held against the rest: a beaten child is a crisis, whichever kind is written on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

KIND = "crisis."


@dataclass(frozen=True)
class Bar:
    """How probable a crisis must be to lead.

    A text of few characters tells the model little beyond who is spoken of («他知道»), so it has to be surer
    of one; words of danger that are plain in so short a text are heard by the bot's own patterns.
    """

    usual: float
    short: float
    """The bar for texts of up to `shortest` characters."""
    shortest: int

    def of(self, text: str) -> float:
        """The bar for this text; spaces do not count."""
        return self.short if len("".join(text.split())) <= self.shortest else self.usual


def rank(odds: Mapping[str, float], crisis_from: float) -> list[tuple[str, float]]:
    """Labels with their probability, best first.

    From `crisis_from` on, the likeliest kind of crisis leads and carries the probability that
    it is a crisis at all; below it, no kind of crisis leads, however scattered the rest is.
    """
    ranked = sorted(odds.items(), key=lambda entry: -entry[1])
    together = sum(probability for label, probability in ranked if label.startswith(KIND))
    is_crisis = together >= crisis_from
    for place, (label, probability) in enumerate(ranked):
        if label.startswith(KIND) == is_crisis:
            rest = ranked[:place] + ranked[place + 1 :]
            return [(label, together if is_crisis else probability), *rest]
    return ranked
