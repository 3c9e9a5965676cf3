"""Questions by their words alone: which programme, which side of it, and the nearest known question.

Stands in when the classifier is away, and completes questions that lean on what was asked before.
"""

from functools import lru_cache

from rapidfuzz import fuzz, process

from bot.knowledge import Knowledge
from bot.understanding.compiled import Compiled, compiled
from bot.understanding.replies import bare
from bot.understanding.text import Heard, heard

PLAIN = 0.95
"""Score where programme and aspect are plainly named."""
_NAMED_ONLY = 0.9
_TOPIC = 0.85
_LIKELY_ASPECTS = (("overview", 0.6), ("eligibility", 0.55), ("apply", 0.5))
_MOST_FUZZY = 0.89
_EXACT_TITLE = 95
_LONGEST_FOLLOW_UP = 20
_LONGEST = 200
_DENIED_WITHIN = 5


def programme_in(knowledge: Knowledge, text: str) -> str | None:
    """The programme named in the message by one of its names; the first that is not denied (不是问低保)."""
    return _programme(compiled(knowledge), heard(text[:_LONGEST * 5]))


def _programme(lists: Compiled, message: Heard) -> str | None:
    for start, _, code in lists.programme_names.find_in(message):
        before = message.text[max(start - _DENIED_WITHIN, 0) : start]
        if not before.endswith(lists.not_about):
            return code
    return None


def _aspect(lists: Compiled, text: str) -> str | None:
    return next((aspect for word, aspect in lists.aspect_words if word in text), None)


def aspect_only(knowledge: Knowledge, text: str) -> str | None:
    """The aspect of a follow-up without subject (那要什么材料 → documents).

    None where a programme or an own situation is told, or nothing of the kind is asked.
    """
    lists = compiled(knowledge)
    message = heard(text)
    if not message.text or len(message.text) > _LONGEST_FOLLOW_UP or _programme(lists, message):
        return None
    if lists.situation.stands_in(message.text) or any(word in message.text for word, _ in lists.topic_words):
        return None
    return _aspect(lists, message.text)


def names_something(knowledge: Knowledge, text: str) -> bool:
    """Whether a programme, an aspect of one or a topic is named by any of its words."""
    lists = compiled(knowledge)
    message = heard(text)
    return (
        _programme(lists, message) is not None
        or _aspect(lists, message.text) is not None
        or any(word in message.text for word, _ in lists.topic_words)
    )


def nearest_questions(knowledge: Knowledge, text: str, limit: int = 3) -> list[tuple[str, float]]:
    """Up to `limit` labels with scores from 0 to 1, best first.

    0.9 and more only where the words leave no doubt: programme and aspect are both named, the message is the
    title of an answer, or nothing but a programme's name.
    """
    lists = compiled(knowledge)
    message = heard(text[:_LONGEST])
    scores: dict[str, float] = {}
    if message.text:
        _score_named(knowledge, lists, message, scores)
        for label, score in _score_titles(knowledge, message):
            scores[label] = max(scores.get(label, 0.0), score)
    ranked = sorted(scores.items(), key=lambda item: item[1], reverse=True)
    return ranked[:limit]


def _score_named(knowledge: Knowledge, lists: Compiled, message: Heard, scores: dict[str, float]) -> None:
    programme = _programme(lists, message)
    aspect = _aspect(lists, message.text)
    if programme is None:
        for word, topic in lists.topic_words:
            if word in message.text:
                scores.setdefault(f"ask.{topic}", _TOPIC)
        return
    if aspect is not None:
        scores[f"ask.{programme}.{aspect}"] = PLAIN
    elif bare(message.text, lists.leads) in lists.programme_words:
        scores[f"ask.{programme}.overview"] = _NAMED_ONLY
    for other, score in _LIKELY_ASPECTS:
        label = f"ask.{programme}.{other}"
        if label in knowledge.labels.known:
            scores.setdefault(label, score)


@lru_cache(maxsize=8)
def _titles(knowledge: Knowledge) -> dict[str, str]:
    """Title of an answer in one spelling → its label; crisis texts are never offered."""
    return {
        heard(answer.title).text: label
        for label, answer in knowledge.answers.items()
        if not label.startswith("crisis.")
    }


def _score_titles(knowledge: Knowledge, message: Heard) -> list[tuple[str, float]]:
    titles = _titles(knowledge)
    found = process.extract(message.text, titles.keys(), scorer=fuzz.WRatio, limit=5)
    result = []
    for title, _, _ in found:
        exact = fuzz.ratio(message.text, title)
        score = exact / 100 if exact >= _EXACT_TITLE else min(fuzz.ratio(message.text, title) / 100, _MOST_FUZZY)
        result.append((titles[title], score))
    return result
