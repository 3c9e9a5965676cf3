"""policies/ as typed, checked, frozen objects under one content hash.

Refuses anything half right: `build` gives a whole `Knowledge` or raises `PolicyFaults` with every
fault found, each naming file, line and mend. Reads no files and no clock: texts and days come in.
"""

from bot.knowledge.answers import Answer
from bot.knowledge.contacts import Contact, District
from bot.knowledge.facts import FactSpec, Value
from bot.knowledge.faults import Fault, PolicyFaults
from bot.knowledge.labels import Glossary, Labels, Term
from bot.knowledge.loose_ends import loose_ends
from bot.knowledge.messages import Messages
from bot.knowledge.parameters import DatedValue, Parameter, ParameterNotInForce
from bot.knowledge.questionnaire import Choice, Question
from bot.knowledge.snapshot import Knowledge, build
from bot.knowledge.sources import Source

__all__ = [
    "Answer",
    "Choice",
    "Contact",
    "DatedValue",
    "District",
    "FactSpec",
    "Fault",
    "Glossary",
    "Knowledge",
    "Labels",
    "Messages",
    "Parameter",
    "ParameterNotInForce",
    "PolicyFaults",
    "Question",
    "Source",
    "Term",
    "Value",
    "build",
    "loose_ends",
]
