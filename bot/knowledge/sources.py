"""Documents that figures and answers rest on."""

from datetime import date
from typing import Literal

from bot.knowledge.documents import Strict

Grade = Literal["A", "A′", "B", "B′", "S", "D", "C"]


class Source(Strict):
    """One document: who issued it, when, where it was read, how sure we are of it.

    Grades: A official page, A′ transcript of an official text, B press, B′ reprint (its address is never
    shown), S campaign-week material, D derived by arithmetic, C not proven (never stated).
    """

    title: str
    issuer: str
    grade: Grade
    checked_on: date
    number: str = ""
    """文号, only where it was read in a source."""
    issued_on: date | None = None
    in_force_from: date | None = None
    url: str = ""
    clauses: dict[str, str] = {}
    """Fact id (for example DB-07) to what that clause says, in our own words."""
    unsaid: dict[str, str] = {}
    """Fact id to why no answer tells residents of it."""
    note: str = ""

    @property
    def address(self) -> str:
        """The address residents may be shown, or empty."""
        return self.url if self.grade in {"A", "B"} else ""
