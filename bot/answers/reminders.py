"""What policy staff are reminded of: nothing here keeps the texts from being used."""

from datetime import date
from functools import lru_cache

from bot.answers.freshness import due, stale
from bot.knowledge import Fault, Knowledge, loose_ends


@lru_cache(maxsize=2)
def reminders(knowledge: Knowledge, day: date) -> tuple[Fault, ...]:
    """Checks that are too old, then those due soon, then facts and figures nothing tells of."""
    return (*stale(knowledge, day), *due(knowledge, day), *loose_ends(knowledge))
