"""What typed words mean while a question of the pre-screening is open."""

from collections.abc import Mapping

from bot.conversation.talk import Talk
from bot.knowledge import Question, Value
from bot.knowledge.facts import UNKNOWN
from bot.understanding import extract, is_yes_no, looks_like_question, programme_in, read_answer


def asks_something(talk: Talk) -> bool:
    """Whether the words ask about policy rather than answer: they are put as a question, or name a programme for sure."""
    label, text = talk.reading.label or "", talk.message.text
    if not label.startswith("ask.") or talk.reading.certainty == "none":
        return False
    named = talk.reading.certainty == "sure" and programme_in(talk.knowledge, text) is not None
    return named or looks_like_question(talk.knowledge, text)


def told(talk: Talk) -> dict[str, Value]:
    """Facts in the words; a known district helps to understand «my 户口 is there too»."""
    text, district = talk.message.text, talk.interview.facts.get("district")
    found = extract(talk.knowledge, text)
    if district and "hukou" not in found and "district" not in found:
        found = {**extract(talk.knowledge, talk.text("lives_in", district=district) + text), **found}
        found.pop("district", None)
    return found


def read(talk: Talk, question: Question) -> dict[str, Value] | None:
    """Facts that the words answer; {} for «I do not know»; None when doubtful."""
    text = talk.message.text.strip()
    if question.several:
        return _read_several(talk, question)
    tapped = _choice_in_words(talk, question, text)
    if tapped is not None:
        return tapped
    value, fact = None, question.facts[0]
    for name in question.facts:
        value = read_answer(talk.knowledge, name, text)
        if value is not None:
            fact = name
            break
    beside = {} if looks_like_question(talk.knowledge, text) else told(talk)
    if value is None and not set(beside) & set(question.facts):
        return None
    found: dict[str, Value] = {name: item for name, item in beside.items() if name not in talk.interview.facts}
    if value is not None and value != UNKNOWN:
        found[fact] = value
    return found


def _choice_in_words(talk: Talk, question: Question, text: str) -> dict[str, Value] | None:
    """A typed button title, or the number of a button where a number cannot be the answer itself."""
    for choice in question.choices:
        if choice.title == text:
            return dict(choice.fills)
    counted = talk.knowledge.facts[question.facts[0]].type in {"integer", "money"}
    if not counted and text.isascii() and text.isdigit() and len(text) < 3 and 1 <= int(text) <= len(question.choices):
        return dict(question.choices[int(text) - 1].fills)
    return None


def _read_several(talk: Talk, question: Question) -> dict[str, Value] | None:
    text = talk.message.text.strip()
    found = told(talk)
    for index, choice in enumerate(question.choices):
        if choice.title in text or str(index + 1) in _numbers(text):
            found = _merged(found, choice.fills)
    if set(found) & set(question.facts):
        return found
    if text == question.none_title or talk.reading.act == "act.deny" or is_yes_no(talk.knowledge, text) is False:
        return dict(question.none_fills)
    return {} if talk.reading.act == "act.unsure" else None


def _numbers(text: str) -> set[str]:
    parts = text.replace("、", " ").replace("\uff0c", " ").replace(",", " ").split()
    return set(parts) if parts and all(part.isascii() and part.isdigit() for part in parts) else set()


def _merged(first: Mapping[str, Value], second: Mapping[str, Value]) -> dict[str, Value]:
    """Both, sets joined; a non-empty set gives way to nothing."""
    joined = dict(first)
    for fact, value in second.items():
        before = joined.get(fact)
        if isinstance(before, list | tuple) and isinstance(value, list | tuple):
            joined[fact] = tuple(dict.fromkeys((*before, *value)))
        else:
            joined[fact] = tuple(value) if isinstance(value, list) else value
    return joined


def told_beside(talk: Talk) -> dict[str, Value]:
    """Facts in the words that are not yet known, whatever was asked."""
    if looks_like_question(talk.knowledge, talk.message.text):
        return {}
    found = told(talk)
    return {fact: value for fact, value in found.items() if fact not in talk.interview.facts}
