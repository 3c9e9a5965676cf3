"""What words say without a model: crisis patterns, numbers, money, yes/no, places, facts in free text.

Decides nothing about a resident's entitlement and keeps nothing; every function is pure and bears any text.
"""

from bot.understanding.acts import act_in
from bot.understanding.contact import ContactSaid, PlaceSaid, contact_said, place_said, refuses_time, time_said, without_hukou
from bot.understanding.crisis import crisis_kind
from bot.understanding.form import (
    clauses,
    corrects,
    facts_named,
    form_act,
    programme_alone,
    programme_follows,
    right_value,
    sign,
    told_and_asked,
)
from bot.understanding.matters import consent_said, matters_in
from bot.understanding.narrative import extract
from bot.understanding.nearest import aspect_only, names_something, nearest_questions, programme_in
from bot.understanding.phones import phone_in
from bot.understanding.places import place_in, street_in
from bot.understanding.reading import read_answer
from bot.understanding.replies import is_yes_no, looks_like_question
from bot.understanding.text import clean

__all__ = [
    "ContactSaid",
    "PlaceSaid",
    "act_in",
    "aspect_only",
    "clauses",
    "clean",
    "consent_said",
    "contact_said",
    "corrects",
    "crisis_kind",
    "extract",
    "facts_named",
    "form_act",
    "is_yes_no",
    "looks_like_question",
    "matters_in",
    "names_something",
    "nearest_questions",
    "phone_in",
    "place_in",
    "place_said",
    "programme_alone",
    "programme_follows",
    "programme_in",
    "read_answer",
    "refuses_time",
    "right_value",
    "sign",
    "street_in",
    "time_said",
    "told_and_asked",
    "without_hukou",
]
