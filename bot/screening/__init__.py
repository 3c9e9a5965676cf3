"""The pre-screening: what the rules say of a household, why, and which question is worth asking next.

It never decides: an outcome is likely, possible or unlikely, and people decide. It knows no programme by
name; everything about programmes stands in policies/.
"""

from bot.screening.doubts import Contradiction, contradictions
from bot.screening.estimate import Estimate, Figure, estimate
from bot.screening.findings import Finding, Findings, Judged, Outcome, State
from bot.screening.judging import screen, standing
from bot.screening.known import Standards, known_facts
from bot.screening.planning import filled_by, next_question, remaining, settled

__all__ = [
    "Contradiction",
    "Estimate",
    "Figure",
    "Finding",
    "Findings",
    "Judged",
    "Outcome",
    "Standards",
    "State",
    "contradictions",
    "estimate",
    "filled_by",
    "known_facts",
    "next_question",
    "remaining",
    "screen",
    "settled",
    "standing",
]
