"""Chooses and renders the answer for a label: sandboxed templates over dated figures, with sources."""

from bot.answers.checks import check_texts
from bot.answers.freshness import due, stale
from bot.answers.readability import Readability, hardest_first, readability
from bot.answers.reminders import reminders
from bot.answers.render import Rendered, fill, render
from bot.answers.variables import Figure

__all__ = [
    "Figure", "Readability", "Rendered", "check_texts", "due", "fill", "hardest_first", "readability", "reminders", "render", "stale",
]
