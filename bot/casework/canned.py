"""Texts that staff put into a reply: filled, checked, shown before they are sent."""

from collections.abc import Mapping
from datetime import date

from bot.answers import fill
from bot.errors import InputError
from bot.knowledge import Knowledge

LONGEST_GAP = 200


def gaps(knowledge: Knowledge, canned_id: str, values: Mapping[str, str]) -> tuple[str, ...]:
    """The gaps of a text that `values` leave open, by their keys; empty for a text that does not exist."""
    canned = knowledge.canned.get(canned_id)
    return () if canned is None else tuple(name for name in canned.needs if not values.get(name, "").strip())


def preview(knowledge: Knowledge, canned_id: str, day: date, values: Mapping[str, str]) -> str:
    """The text as it will be sent.

    What staff type is put in as it stands: it is never read as a template.

    Raises:
        InputError: there is no such text, or gaps are open; the sentence names them.
    """
    canned = knowledge.canned.get(canned_id)
    if canned is None:
        raise InputError("没有这段常用的话。请刷新页面")
    missing = gaps(knowledge, canned_id, values)
    if missing:
        words = knowledge.messages.names["gap"]
        raise InputError(f"还没填：{'、'.join(words[name] for name in missing)}。填好再放进回复")
    given = {name: values[name].strip()[:LONGEST_GAP] for name in canned.needs}
    return fill(knowledge, canned.text, day, given)
