"""What typed words mean while a question of the pre-screening is open."""

from collections.abc import Mapping

from bot.conversation.talk import Talk
from bot.knowledge import Question, Value
from bot.knowledge.facts import UNKNOWN
from bot.understanding import (
    clauses,
    extract,
    facts_named,
    is_yes_no,
    looks_like_question,
    programme_alone,
    programme_follows,
    programme_in,
    read_answer,
)

DENIED_WITHIN = 3
"""Characters before what a tick-list names in which a denial stands."""
TELLING = 3
"""Characters from which a clause may tell something."""


def asks_something(talk: Talk) -> bool:
    """Whether the words ask about policy rather than answer: they are put as a question, or name a programme for sure."""
    label, text = talk.reading.label or "", talk.message.text
    if programme_follows(talk.knowledge, text):
        return True
    if label.startswith("ask.") and programme_alone(talk.knowledge, text):
        return True
    if not label.startswith("ask.") or talk.reading.certainty == "none":
        return False
    named = talk.reading.certainty == "sure" and programme_in(talk.knowledge, text) is not None
    return named or looks_like_question(talk.knowledge, text)


def told(talk: Talk, words: str | None = None) -> dict[str, Value]:
    """Facts in the words; a known district helps to understand «my 户口 is there too»."""
    text, district = talk.message.text if words is None else words, talk.interview.facts.get("district")
    found = extract(talk.knowledge, text)
    if district and "hukou" not in found and "district" not in found:
        found = {**extract(talk.knowledge, talk.text("lives_in", district=district) + text), **found}
        found.pop("district", None)
    return found


def read(talk: Talk, question: Question, words: str | None = None) -> dict[str, Value] | None:
    """Facts that the words answer; {} for «I do not know»; None when doubtful.

    `words`: the part of the message that tells something, where it also asks.
    """
    text = (talk.message.text if words is None else words).strip()
    if question.several:
        return _read_several(talk, question, text)
    tapped = _choice_in_words(talk, question, text)
    if tapped is not None:
        return tapped
    value, fact = None, question.facts[0]
    for name in question.facts:
        value = read_answer(talk.knowledge, name, text)
        if value is not None:
            fact = name
            break
    beside = told_beside(talk, text)
    if not set(beside) & set(question.facts) and (value is None or _of_another(talk, question, beside, text)):
        return None
    found: dict[str, Value] = dict(beside)
    if value is not None and value != UNKNOWN:
        found[fact] = value
    return found


def _of_another(talk: Talk, question: Question, beside: Mapping[str, Value], text: str) -> bool:
    """Whether the figure in the words is plainly one of another fact («一年自费八万» where income was asked)."""
    named = set(facts_named(talk.knowledge, text))
    return bool(named & set(beside)) and not named & set(question.facts)


def _choice_in_words(talk: Talk, question: Question, text: str) -> dict[str, Value] | None:
    """A typed button title, or the number of a button where a number cannot be the answer itself."""
    for choice in question.choices:
        if choice.title == text:
            return dict(choice.fills)
    counted = talk.knowledge.facts[question.facts[0]].type in {"integer", "money"}
    if not counted and text.isascii() and text.isdigit() and len(text) < 3 and 1 <= int(text) <= len(question.choices):
        return dict(question.choices[int(text) - 1].fills)
    return None


def _read_several(talk: Talk, question: Question, text: str) -> dict[str, Value] | None:
    if text == question.none_title or is_yes_no(talk.knowledge, text) is False:
        return without_known(talk, question.none_fills)
    found = told(talk, text)
    named = False
    for index in talk.interview.ticks:
        found = _merged(found, question.choices[index].fills)
    for index, choice in enumerate(question.choices):
        if str(index + 1) in _numbers(text) or _names(talk, choice.title, choice.also, text):
            found, named = _merged(found, choice.fills), True
    if named or set(found) & set(question.facts):
        return found
    return {} if talk.reading.act in {"act.unsure", "act.skip"} else None


def without_known(talk: Talk, fills: Mapping[str, Value]) -> dict[str, Value]:
    """Fills for facts that nothing was said of yet: «none of these» takes back nothing that was told."""
    return {fact: value for fact, value in fills.items() if fact not in talk.interview.facts}


def _names(talk: Talk, title: str, also: tuple[str, ...], text: str) -> bool:
    """Whether the words name a line of a tick-list and do not deny it."""
    denying = talk.knowledge.lexicon.form.denying
    for word in (title, *also):
        place = text.find(word)
        if place >= 0 and not any(no in text[max(place - DENIED_WITHIN, 0) : place] for no in denying):
            return True
    return False


def only_denies(question: Question, filled: Mapping[str, Value]) -> bool:
    """Whether all that was said of a tick-list is that something is not so (「没有急事」), and not that nothing is."""
    own = [fact for fact in filled if fact in question.facts]
    denied = all(fact in question.none_fills and plain(filled[fact]) == plain(question.none_fills[fact]) for fact in own)
    return denied and len(own) < len(question.none_fills)


def all_understood(talk: Talk, question: Question) -> bool:
    """Whether every clause of the words was understood: what was not may be the very line that is taken as «none»."""
    for clause in clauses(talk.message.text):
        named = any(_names(talk, choice.title, choice.also, clause) for choice in question.choices)
        said = named or bool(told(talk, clause)) or is_yes_no(talk.knowledge, clause) is not None or bool(_numbers(clause))
        if len(clause) >= TELLING and not said:
            return False
    return True


def rest_of(talk: Talk, question: Question, filled: Mapping[str, Value]) -> dict[str, Value]:
    """What a tapped list would take as «none of these»: facts neither said nor left open nor known."""
    none = question.none_fills
    return {fact: none[fact] for fact in question.facts if fact in none and fact not in filled and fact not in talk.interview.facts}


def plain(value: Value) -> Value:
    """A value as it is kept: sets as tuples."""
    return tuple(value) if isinstance(value, list) else value


def _numbers(text: str) -> set[str]:
    parts = text.replace("、", " ").replace("\uff0c", " ").replace(",", " ").split()
    return set(parts) if parts and all(part.isascii() and part.isdigit() for part in parts) else set()


def _merged(first: Mapping[str, Value], second: Mapping[str, Value]) -> dict[str, Value]:
    """Both, sets joined; what is plainly told wins over a line that leaves its fact open."""
    joined = dict(first)
    for fact, value in second.items():
        before = joined.get(fact)
        if isinstance(before, list | tuple) and isinstance(value, list | tuple):
            joined[fact] = tuple(dict.fromkeys((*before, *value)))
        elif value is not None or fact not in joined:
            joined[fact] = tuple(value) if isinstance(value, list) else value
    return joined


def told_again(talk: Talk) -> dict[str, Value]:
    """Facts in the words that are known already, just so."""
    if looks_like_question(talk.knowledge, talk.message.text):
        return {}
    return {fact: value for fact, value in told(talk).items() if fact != "for_whom" and talk.interview.facts.get(fact) == value}


def told_beside(talk: Talk, words: str) -> dict[str, Value]:
    """Facts in the words that are new, or plainly named and other than what is known, whatever was asked.

    For whom the questions are is never changed by the way: much would have to be asked anew.
    """
    if looks_like_question(talk.knowledge, words):
        return {}
    known, named = talk.interview.facts, facts_named(talk.knowledge, words)
    if programme_alone(talk.knowledge, words):
        return {}  # a programme's bare name is asked about, not received
    return {
        fact: value for fact, value in told(talk, words).items()
        if fact not in known or (fact in named and fact != "for_whom" and known[fact] != value)
    }
