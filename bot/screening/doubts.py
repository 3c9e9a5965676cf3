"""Answers that hardly go together, or cannot be: asked about once, then kept with a mark for the caseworker."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.knowledge import Knowledge
from bot.knowledge.facts import UNKNOWN
from bot.logic import Known, facts_and_figures
from bot.screening.known import fact_value


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One thing to ask about again."""

    id: str
    question: str
    """Id of the question to put again."""
    facts: tuple[str, ...]
    """The facts that hardly go together."""
    ask: str
    """How to ask about it, in words for residents."""


def contradictions(knowledge: Knowledge, facts: Mapping[str, object]) -> tuple[Contradiction, ...]:
    """What a resident should be asked about once more, in the order of the questionnaire.

    A value that its fact cannot have (a negative income, 200 people) is reported as `<fact>_impossible`,
    with the example of its question; names that are no facts are ignored.
    """
    values: dict[str, Known] = {}
    impossible: set[str] = set()
    for name, value in facts.items():
        spec = knowledge.facts.get(name)
        if spec is None or value is None or value == UNKNOWN:
            continue
        if spec.accepts(value):
            values[name] = fact_value(spec, tuple(value) if isinstance(value, list) else value)  # type: ignore[arg-type]
        else:
            impossible.add(name)
    found: list[Contradiction] = []
    for question in knowledge.questions:
        for name in question.facts:
            if name in impossible:
                impossible.discard(name)
                found.append(Contradiction(f"{name}_impossible", question.id, (name,), question.example))
        for doubt in question.doubts:
            if doubt.holds_if.judge(values):
                found.append(Contradiction(doubt.id, question.id, facts_and_figures(doubt.holds_if), doubt.ask))
    return tuple(found)
