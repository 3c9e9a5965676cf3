"""How easy an answer is to read: sentence length and official words left unexplained. Measures; forbids nothing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from bot.answers.render import Rendered, render_answer
from bot.knowledge import Answer, Knowledge
from bot.knowledge.limits import RareTerm, ReadingGrade

_SENTENCE_END = re.compile(r"[。！？；\n]")
_CLAUSE_MARK = re.compile(r"[\s，、：；。！？「」《》（）·…-]")


@dataclass(frozen=True, slots=True)
class Readability:
    """One answer measured, short answer and details together, as said to somebody whose district is not known."""

    label: str
    title: str
    sentences: int
    mean_sentence: float
    """Characters a sentence without marks and spaces, on average."""
    longest_sentence: int
    rare: Mapping[str, str]
    """Official words that the answer does not explain → what to say instead."""
    rare_share: float
    """Percent of all characters that belong to them."""
    grade: ReadingGrade


def readability(knowledge: Knowledge, answer: Answer, day: date) -> Readability:
    """Measure `answer` as it reads on `day`.

    Raises:
        PolicyFaults: the template does not render.
    """
    return measured(knowledge, render_answer(knowledge, answer, day))


@lru_cache(maxsize=2)
def hardest_first(knowledge: Knowledge, day: date) -> tuple[Readability, ...]:
    """All answers measured, those that need mending most at the head.

    Raises:
        PolicyFaults: a template does not render.
    """
    grades = [limit.grade for limit in knowledge.limits.reading]
    found = [readability(knowledge, answer, day) for answer in knowledge.answers.values()]

    def order(one: Readability) -> tuple[int, float, str]:
        return (-grades.index(one.grade) if one.grade in grades else -len(grades), -one.mean_sentence, one.label)

    return tuple(sorted(found, key=order))


def measured(knowledge: Knowledge, rendered: Rendered) -> Readability:
    """Measure an answer that is rendered already."""
    sentences = _sentences(rendered)
    lengths = [len(_CLAUSE_MARK.sub("", sentence)) for sentence in sentences]
    counted = _unexplained(knowledge, sentences)
    letters = max(sum(lengths), 1)
    mean, longest = sum(lengths) / max(len(lengths), 1), max(lengths, default=0)
    share = 100 * sum(len(term.word) * times for term, times in counted) / letters
    return Readability(
        rendered.label, rendered.title, len(lengths), round(mean, 1), longest,
        {term.word: term.plain for term, _ in counted}, round(share, 1), _grade(knowledge, mean, longest, share),
    )


def _sentences(rendered: Rendered) -> list[str]:
    found = (sentence.strip() for sentence in _SENTENCE_END.split(f"{rendered.text}\n{rendered.details}"))
    return [sentence for sentence in found if sentence]


def _unexplained(knowledge: Knowledge, sentences: list[str]) -> list[tuple[RareTerm, int]]:
    """Rare terms and how often each occurs; a term is explained where its sentence, or a neighbour, says what it is."""
    rare, found = knowledge.rare_terms, []
    text, hidden = "\n".join(sentences), "\n".join(sentences)
    for term in sorted(rare.terms, key=lambda one: -len(one.word)):
        times = hidden.count(term.word)
        hidden = hidden.replace(term.word, "\n")
        if times and not _explained(rare.explained_by, term, sentences, text):
            found.append((term, times))
    return found


def _explained(signs: tuple[str, ...], term: RareTerm, sentences: list[str], text: str) -> bool:
    if term.plain in text or f"{term.word}：" in text:
        return True
    for index, sentence in enumerate(sentences):
        if term.word in sentence:
            around = "\n".join(sentences[max(index - 1, 0) : index + 2])
            if any(sign in around for sign in signs):
                return True
    return False


def _grade(knowledge: Knowledge, mean: float, longest: int, share: float) -> ReadingGrade:
    for limit in knowledge.limits.reading:
        if mean <= limit.mean_sentence and longest <= limit.longest_sentence and share <= limit.rare_share:
            return limit.grade
    return "hard"
