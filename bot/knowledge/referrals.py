"""What lies outside this service, and who does it: `oos` is no dead end."""

from bot.knowledge.documents import Strict


class Referral(Strict):
    """One neighbouring matter: the words by which it is recognised and who takes care of it."""

    id: str
    words: tuple[str, ...]
    says: str
    """What residents read: who does it and where to call."""
    source: str = ""
    further_sources: tuple[str, ...] = ()
    checked_on: str = ""
