"""What a message is about while somebody is handed to a person, or after an alarm: the matters of lexicon/handover.yaml."""

from functools import lru_cache
from typing import Literal

from bot.knowledge import Knowledge
from bot.knowledge.lexicon import PatternRule
from bot.understanding.compiled import Rules, compiled
from bot.understanding.replies import is_question, yes_or_no
from bot.understanding.text import Heard, heard

Consent = Literal["yes", "no", "later"]


class Matters:
    """The compiled patterns of lexicon/handover.yaml."""

    def __init__(self, knowledge: Knowledge) -> None:
        words = knowledge.lexicon.handover
        facts = {name: (PatternRule(value=True, any=rule.any, unless=rule.unless),) for name, rule in words.said.items()}
        self._rules = Rules(words.groups, facts)
        self._names = tuple(facts)

    def in_(self, message: Heard, *names: str) -> frozenset[str]:
        """The matters a message speaks of; only those of `names` when some are given."""
        scene = self._rules.scene(message)
        return frozenset(name for name in names or self._names if self._rules.first(name, message, scene) is not None)


@lru_cache(maxsize=8)
def matters(knowledge: Knowledge) -> Matters:
    """The matters of this snapshot, compiled once."""
    return Matters(knowledge)


@lru_cache(maxsize=64)
def matters_in(knowledge: Knowledge, text: str) -> frozenset[str]:
    """The matters a message speaks of (see `bot.knowledge.lexicon.MATTERS`). Never raises."""
    return matters(knowledge).in_(heard(text))


def consent_said(knowledge: Knowledge, text: str) -> Consent | None:
    """What a message says to «may I pass this on»: yes, no, later, or None for neither.

    Clause by clause: contact or place may stand beside a plain yes. Whoever hesitates, or says yes and no, has not agreed.
    """
    message, lists, known = heard(text), compiled(knowledge), matters(knowledge)
    marks = knowledge.lexicon.handover.yes_marks
    said: set[str] = {"yes"} if not message.text and any(mark in text for mark in marks) else set()
    for start, end in message.clauses():
        clause = heard(message.text[start:end])
        about = known.in_(clause, "yes", "no", "later")
        plain = yes_or_no(lists, clause.text)
        if "later" in about:
            said.add("later")
        elif is_question(lists, clause):
            continue
        elif "no" in about or plain is False:
            said.add("no")
        elif "yes" in about or plain is True:
            said.add("yes")
    if "later" in said:
        return "later"
    if said == {"no"}:
        return "no"
    return "yes" if said == {"yes"} else None
