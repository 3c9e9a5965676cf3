"""What staff say again and again, and which papers they ask for: texts and lists kept as data."""

from pydantic import Field

from bot.knowledge.documents import Strict


class Canned(Strict):
    """A text that staff put into a reply; its gaps are filled before it is sent."""

    title: str
    text: str
    """May name figures and numbers to call like an answer, and the gaps of `needs`."""
    needs: tuple[str, ...] = ()
    """Gaps that staff fill in or the case fills: keys of `names.gap` in messages.yaml."""


class Checklist(Strict):
    """Papers that one programme usually asks for."""

    title: str
    programme: str = ""
    """A programme's code; empty for papers of any."""
    papers: tuple[str, ...] = Field(min_length=1)
    sources: tuple[str, ...] = Field(min_length=1)
    """`source#clause`, as in an answer."""
    note: str = ""
    """What staff must know of the list, for example how old its source is."""
