"""Words and labels: the glossary of terms, and everything a resident's message can mean.

A label is `ask.<programme>.<aspect>`, `ask.<topic>`, `act.<name>`, `crisis.<kind>` or `oos`.
"""

from dataclasses import dataclass
from functools import cached_property

from bot.knowledge.documents import Strict


class Term(Strict):
    """One term of the house: a scheme, a fact, a place or a word of the trade."""

    code: str
    name: str
    also: tuple[str, ...] = ()
    """What residents say for it, common mistakes of hearing and typing included."""
    kind: str
    plain: str
    """One sentence a grandmother understands."""


class Glossary(Strict):
    """All terms, in the order in which programmes are listed to residents."""

    terms: tuple[Term, ...]
    note: str = ""

    @cached_property
    def by_code(self) -> dict[str, Term]:
        """Terms by their code."""
        return {term.code: term for term in self.terms}


class Labels(Strict):
    """Every meaning a message can have; ids are fixed by contract, names are for staff."""

    programmes: tuple[str, ...]
    aspects: dict[str, str]
    topics: dict[str, str]
    acts: dict[str, str]
    crisis: dict[str, str]
    note: str = ""

    @cached_property
    def all(self) -> tuple[str, ...]:
        """Every label, `oos` last."""
        asks = [f"ask.{programme}.{aspect}" for programme in self.programmes for aspect in self.aspects]
        return (
            *asks,
            *(f"ask.{topic}" for topic in self.topics),
            *(f"act.{act}" for act in self.acts),
            *(f"crisis.{kind}" for kind in self.crisis),
            "oos",
        )

    @cached_property
    def known(self) -> frozenset[str]:
        """The same as a set."""
        return frozenset(self.all)


@dataclass(frozen=True, slots=True)
class LabelParts:
    """A label taken apart; parts it does not have are empty."""

    family: str
    subject: str
    aspect: str

    @classmethod
    def of(cls, label: str) -> "LabelParts":
        """`ask.dibao.amount` → (ask, dibao, amount)."""
        family, _, rest = label.partition(".")
        subject, _, aspect = rest.partition(".")
        return cls(family, subject, aspect)
