"""What words say without a model: crisis patterns, numbers, money, yes/no, places, facts in free text.

Decides nothing about a resident's entitlement and keeps nothing; every function is pure and bears any text.
"""

from bot.understanding.acts import act_in
from bot.understanding.crisis import crisis_kind
from bot.understanding.narrative import extract
from bot.understanding.nearest import aspect_only, names_something, nearest_questions, programme_in
from bot.understanding.phones import phone_in
from bot.understanding.places import place_in, street_in
from bot.understanding.reading import read_answer
from bot.understanding.replies import is_yes_no, looks_like_question
from bot.understanding.text import clean

__all__ = [
    "act_in",
    "aspect_only",
    "clean",
    "crisis_kind",
    "extract",
    "is_yes_no",
    "looks_like_question",
    "names_something",
    "nearest_questions",
    "phone_in",
    "place_in",
    "programme_in",
    "read_answer",
    "street_in",
]
