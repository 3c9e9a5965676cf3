"""Whom residents can call and where districts differ. No number without a source."""

from typing import Literal

from bot.knowledge.documents import Strict


class Contact(Strict):
    """A telephone number or other way to reach help."""

    name: str
    number: str
    hours: str
    """When somebody answers, in words; says so where it is not known."""
    source: str = ""
    emergency: bool = False
    """110, 119 and 120: nationwide emergency numbers, exempt from the rule on sources."""


class District(Strict):
    """One of the sixteen districts (区), with names people still use for it."""

    name: str
    also: tuple[str, ...] = ()
    kind: Literal["city", "suburb"] = "city"
    practices: tuple[str, ...] = ()
