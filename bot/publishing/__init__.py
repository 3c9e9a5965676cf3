"""How knowledge changes: loaded and checked whole, drafted and reviewed at the desk, swapped in whole; a faulty change is refused."""

from bot.publishing.files import load, read_folder
from bot.publishing.impact import BackDated, Verdict, back_dated, changed_answers, changed_rules, judge
from bot.publishing.press import Conflict, Press, Who
from bot.publishing.shelf import Shelf

__all__ = [
    "BackDated", "Conflict", "Press", "Shelf", "Verdict", "Who", "back_dated", "changed_answers", "changed_rules", "judge", "load", "read_folder",
]
