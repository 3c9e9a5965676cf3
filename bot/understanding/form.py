"""What people say while they are asked that is no answer: a pause, a person, why, a correction of what they said before."""

import re

from bot.knowledge import Knowledge
from bot.understanding.compiled import compiled
from bot.understanding.replies import bare, is_question
from bot.understanding.text import heard

_LONG_PHRASE = 4
"""Characters from which a phrase counts anywhere in a message, not only as a clause of its own."""
_LONGEST = 40
_NOT_BUT = re.compile("不是.{1,8}是.")
"""「不是南开，是河西」."""
_CLAUSE = re.compile(r"[^，,。；;！!？?…\s]+[？?]?")


def form_act(knowledge: Knowledge, text: str) -> str | None:
    """What is meant by words that answer no question, as named in lexicon/form.yaml; None for everything else."""
    message, words = heard(text), knowledge.lexicon.form
    if not message.text or len(message.text) > _LONGEST:
        return None
    fillers = compiled(knowledge).act_fillers
    parts = [message.text[start:end] for start, end in message.clauses()] + [heard(part).text for part in clauses(text)]
    said = {message.text, bare(message.text, fillers), *parts, *(bare(part, fillers) for part in parts)}
    for name, phrases in words.says.items():
        if said.intersection(phrases) or any(len(phrase) >= _LONG_PHRASE and phrase in message.text for phrase in phrases):
            return name
    return None


def clauses(text: str) -> list[str]:
    """The clauses of a message; spaces part them too, as people type who use no punctuation."""
    return _CLAUSE.findall(text[:2000])


def told_and_asked(knowledge: Knowledge, text: str) -> tuple[str, str]:
    """The clauses of a message that tell something, and those that ask something, each joined again."""
    lists = compiled(knowledge)
    told: list[str] = []
    asked: list[str] = []
    for part in clauses(text):
        (asked if is_question(lists, heard(part)) else told).append(part)
    return "，".join(told), "，".join(asked)


def corrects(knowledge: Knowledge, text: str) -> bool:
    """Whether the words take back something said before."""
    said = heard(text).text
    return any(word in said for word in knowledge.lexicon.form.corrections) or _NOT_BUT.search(said) is not None


def right_value(knowledge: Knowledge, text: str) -> str:
    """What follows the last word of taking back (改成、说错了); the whole text where there is none."""
    said = heard(text).marked
    if _NOT_BUT.search(heard(text).text):
        return said.rpartition("是")[2]
    ends = [said.rfind(word) + len(word) for word in knowledge.lexicon.form.instead if word in said]
    return said[max(ends, default=0):].strip(" ，,。.:：是了") or said


def facts_named(knowledge: Knowledge, text: str) -> tuple[str, ...]:
    """Facts that the words name (存款、岁数), in the order of the questionnaire."""
    said = heard(text).text
    words = knowledge.lexicon.form.facts
    return tuple(fact for fact in knowledge.facts if any(word in said for word in words.get(fact, ())))


def sign(knowledge: Knowledge, text: str) -> bool | None:
    """True or False for a message that is nothing but a sign of yes or no (👌, ❌)."""
    said = text.strip().rstrip("\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
    words = knowledge.lexicon.form
    if said and all(char in words.yes_signs or char == "\ufe0f" for char in said):
        return True
    if said and all(char in words.no_signs or char == "\ufe0f" for char in said):
        return False
    return None


def programme_alone(knowledge: Knowledge, text: str) -> bool:
    """Whether the words are a programme's name and nothing else."""
    lists = compiled(knowledge)
    return bare(heard(text).text, lists.leads) in lists.programme_words


def programme_follows(knowledge: Knowledge, text: str) -> bool:
    """Whether the words are nothing but a programme and a «what about it» (那特困呢、临时救助呢)."""
    lists = compiled(knowledge)
    said = heard(text).text
    for ending in knowledge.lexicon.form.after:
        if said.endswith(ending):
            said = said[: -len(ending)]
            break
    else:
        if not said.startswith(("那", "还有")):
            return False
    return bare(said, lists.leads) in lists.programme_words
