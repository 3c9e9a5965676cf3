"""How long words may be and how old a check may be: limits that policy staff set themselves."""

from calendar import monthrange
from datetime import date
from typing import Literal

from pydantic import Field

from bot.knowledge.documents import Strict

ReadingGrade = Literal["easy", "fair", "hard"]


class ReadingLimit(Strict):
    """The most that a text of one grade may have."""

    grade: ReadingGrade
    mean_sentence: float
    """Characters a sentence, on average."""
    longest_sentence: int
    rare_share: float
    """Percent of all characters that belong to unexplained rare terms."""


class Limits(Strict):
    """All limits of limits.yaml."""

    checked_months: int = Field(gt=0)
    """Months after which `checked_on` is a fault."""
    remind_months: int = Field(gt=0)
    """Months after which staff are reminded to check again."""
    figure_months: int = Field(gt=0)
    """Months after which a figure is given with its day and a caution."""
    longest_sentence: int = Field(gt=0)
    longest_short_answer: int = Field(gt=0)
    longest_title: int = Field(gt=0)
    reading: tuple[ReadingLimit, ...]
    """From the easiest grade to the hardest; what exceeds all of them is `hard`."""
    note: str = ""


class RareTerm(Strict):
    """An official word that residents do not use, and what to say instead."""

    word: str = Field(min_length=2)
    plain: str


class RareTerms(Strict):
    """All of lexicon/rare_terms.yaml."""

    explained_by: tuple[str, ...]
    """Words that show that a sentence explains the term it names."""
    terms: tuple[RareTerm, ...]
    note: str = ""


def months_after(day: date, months: int) -> date:
    """The same day `months` later; the last of the month where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
