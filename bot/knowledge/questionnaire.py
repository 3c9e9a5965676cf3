"""The questions of the pre-screening: words, buttons and which facts an answer fills."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from pydantic import Field, field_validator

from bot.knowledge.documents import Document, Strict
from bot.knowledge.facts import FactSpec
from bot.knowledge.faults import Fault
from bot.knowledge.rules import check_expression
from bot.logic import Expression, ExpressionFault, read_expression


class Prior(Strict):
    """One answer that is thought usual, for planning only; it never enters a household's facts."""

    share: int
    """Its weight beside the other answers of the same question."""
    fills: dict[str, Any]


class Doubt(Strict):
    """Answers that hardly go together: asked about once, kindly, then kept with a mark for the caseworker."""

    id: str
    when: Any
    """An expression over facts, in the grammar of the rules."""
    ask: str

    @field_validator("when")
    @classmethod
    def _readable(cls, data: Any) -> Any:
        try:
            read_expression(data)
        except ExpressionFault as fault:
            raise ValueError(str(fault)) from fault
        return data

    @cached_property
    def holds_if(self) -> Expression:
        """`when`, read."""
        return read_expression(self.when)


class Choice(Strict):
    """A button of a question and the facts that it fills when tapped."""

    title: str
    fills: dict[str, Any]
    """Fact → value; null leaves the fact open, so that it is asked by itself."""
    also: tuple[str, ...] = ()
    """Other words that, typed, tick this line of a tick-list (with no denial before them)."""


class Question(Strict):
    """One question. A tick-list (`several`) fills several facts at once."""

    id: str
    facts: tuple[str, ...]
    """Facts that an answer fills; the first one is what typed words are read for."""
    title: str = ""
    """What the summary calls it; empty: the name of its first fact."""
    ask: dict[str, str]
    """Wording by who is asked for: `self`, `family`, `other`; `self` always exists."""
    why: str
    """The answer to 「为什么要问这个」."""
    plain: str = ""
    """The same in the plainest words, for whoever asks what is meant."""
    example: str
    """Shown when the answer was doubtful: how one may answer."""
    choices: tuple[Choice, ...] = ()
    several: bool = False
    none_title: str = ""
    """Title of the button «none of these» of a tick-list."""
    none_fills: dict[str, Any] = Field(default_factory=dict)
    """What is filled when nothing is ticked; where something is, what its ticks say nothing about."""
    opening: bool = False
    """Asked at the very start, in the order of the file: it decides the wording."""
    closing: bool = False
    """Asked at the end even where no outcome hangs on it, for example for the place to go to; earlier only if one does."""
    priors: tuple[Prior, ...] = ()
    """Usual answers and their weights, by which the planner expects; none: each choice weighs the same."""
    doubts: tuple[Doubt, ...] = ()
    urgent: bool = False
    """Asked before everything else that is equally useful."""
    sensitive: bool = False
    """For somebody outside the family: asked only after that person agreed."""
    reopens: tuple[str, ...] = ()
    """Facts that no longer hold when the answer to this question is corrected (户口在本区, when the district changes)."""
    note: str = ""

    def wording(self, for_whom: str) -> str:
        """The question as put for `for_whom` (falls back to `self`)."""
        return self.ask.get(for_whom) or self.ask["self"]


def check_planning(document: Document, questions: Sequence[Question], facts: Mapping[str, FactSpec]) -> list[Fault]:
    """Faults in the priors and doubts of the questions; empty when all is well."""
    faults: list[Fault] = []
    for index, question in enumerate(questions):
        for place, prior in enumerate(question.priors):
            for fact, value in prior.fills.items():
                if fact not in facts or not facts[fact].accepts(value):
                    where = (index, "priors", place)
                    faults.append(document.fault(where, f"不认识的「{fact}: {value}」", "请对照 facts.yaml 改"))
        for place, doubt in enumerate(question.doubts):
            for what, mend in check_expression(doubt.holds_if, facts, {}):
                faults.append(document.fault((index, "doubts", place, "when"), what, mend))
    return faults
