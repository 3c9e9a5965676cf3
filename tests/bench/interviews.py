"""How many questions an interview takes: by the planner, in fixed order, and at best with hindsight."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from bot.knowledge import Knowledge, Question
from bot.screening import next_question, settled
from bot.screening.judging import fact_bits, prospects
from bot.screening.known import values_of
from bot.screening.prospects import FACTS, ProgrammeProspect
from tests.bench.households import Household, answer

DAY = date(2026, 11, 24)


@dataclass(frozen=True, slots=True)
class Told:
    """An interview that is over."""

    questions: tuple[str, ...]
    facts: Household


def planned(knowledge: Knowledge, household: Household) -> Told:
    """The interview as the planner leads it, until every programme is settled."""
    facts: Household = {}
    asked: list[str] = []
    while not settled(knowledge, facts, asked, DAY) and (question := next_question(knowledge, facts, asked, DAY)):
        asked.append(question.id)
        facts.update(answer(question, household))
    return Told(tuple(asked), facts)


def planned_with_the_place(knowledge: Knowledge, household: Household) -> Told:
    """The same with what is asked after that, for the place to go to."""
    facts: Household = {}
    asked: list[str] = []
    while (question := next_question(knowledge, facts, asked, DAY)) is not None:
        asked.append(question.id)
        facts.update(answer(question, household))
    return Told(tuple(asked), facts)


def in_fixed_order(knowledge: Knowledge, household: Household) -> Told:
    """The same questions in the order of the file, without those already answered, until every programme is settled."""
    return _one_after_another(knowledge, knowledge.questions, household)


def in_fixed_order_place_last(knowledge: Knowledge, household: Household) -> Told:
    """The same, with what only decides the place to go to at the end, where the planner has it too."""
    return _one_after_another(knowledge, sorted(knowledge.questions, key=lambda question: question.closing), household)


def _one_after_another(knowledge: Knowledge, questions: Iterable[Question], household: Household) -> Told:
    facts: Household = {}
    asked: list[str] = []
    for question in questions:
        if all(name in facts or name in asked for name in question.facts):
            continue
        if settled(knowledge, facts, asked, DAY):
            break
        asked.append(question.id)
        facts.update(answer(question, household))
    return Told(tuple(asked), facts)


def in_fixed_order_with_skips(knowledge: Knowledge, household: Household) -> Told:
    """The same, but leaving out, as the planner does, every question whose facts can no longer matter."""
    facts: Household = {}
    asked: list[str] = []
    for question in knowledge.questions:
        if all(name in facts or name in asked for name in question.facts):
            continue
        never = [name for name in asked if name not in facts]
        if question.opening or set(question.facts) & matters(knowledge, facts, never):
            asked.append(question.id)
            facts.update(answer(question, household))
    return Told(tuple(asked), facts)


def to_the_end(knowledge: Knowledge, household: Household) -> Told:
    """The same questions in the order of the file, without those already answered, and no notion of being settled."""
    facts: Household = {}
    asked: list[str] = []
    for question in knowledge.questions:
        if not all(name in facts or name in asked for name in question.facts):
            asked.append(question.id)
            facts.update(answer(question, household))
    return Told(tuple(asked), facts)


def one_by_one(knowledge: Knowledge, household: Household) -> Told:
    """A form without tick-lists: one question a fact in the order of the facts, until every programme is settled."""
    facts: Household = {}
    asked: list[str] = []
    for name in knowledge.facts:
        if settled(knowledge, facts, asked, DAY):
            break
        asked.append(name)
        facts.update({name: household[name]} if name in household else {})
    return Told(tuple(asked), facts)


def matters(knowledge: Knowledge, facts: Household, never: Collection[str]) -> set[str]:
    """The facts that could still change an outcome."""
    bits = fact_bits(knowledge)
    values, mask = values_of(knowledge, facts, DAY), _mask(bits[name] for name in never if name in bits)
    left = 0
    for programme in prospects(knowledge).values():
        left |= programme.outcome([item.prospect(values, mask) for item in programme.conditions]) >> FACTS
    return {name for name, bit in bits.items() if bit & left}


@dataclass(frozen=True, slots=True)
class Hindsight:
    """The least that would have settled every programme, had one known the answers beforehand."""

    facts: int
    """Single facts."""
    questions: int
    """Questions of the file, the opening ones included, a tick-list counting as one."""


def with_hindsight(knowledge: Knowledge, household: Household) -> Hindsight:
    """The smallest sets of facts and of questions that settle every programme for this household."""
    facts: Household = {}
    for question in knowledge.questions:
        facts.update({name: value for name, value in answer(question, household).items() if name not in facts})
    sets = [0]
    for programme in prospects(knowledge).values():
        sets = _minimal(one | other for one in sets for other in _sufficient(knowledge, programme, facts))
    return Hindsight(min(item.bit_count() for item in sets), _fewest_questions(knowledge, household, sets))


def _sufficient(knowledge: Knowledge, programme: ProgrammeProspect, facts: Household) -> list[int]:
    """The smallest sets of known facts that settle a programme; none of them holds another."""
    bits = fact_bits(knowledge)
    names = [name for name in knowledge.facts if bits[name] & programme.facts and name in facts]
    never = _mask(bit for name, bit in bits.items() if name not in facts)
    every = values_of(knowledge, facts, DAY)
    figures = values_of(knowledge, {}, DAY)
    found: list[int] = []
    for size in range(len(names) + 1):
        for chosen in combinations(names, size):
            mask = _mask(bits[name] for name in chosen)
            if any(smaller & mask == smaller for smaller in found):
                continue
            values = {**figures, **{name: every[name] for name in chosen}}
            if not programme.outcome([item.prospect(values, never) for item in programme.conditions]) >> FACTS:
                found.append(mask)
    return found


def _minimal(sets: Iterable[int]) -> list[int]:
    """Those sets that hold no other one."""
    kept: list[int] = []
    for item in sorted(set(sets), key=int.bit_count):
        if not any(smaller & item == smaller for smaller in kept):
            kept.append(item)
    return kept


def _fewest_questions(knowledge: Knowledge, household: Household, sets: Sequence[int]) -> int:
    bits = fact_bits(knowledge)
    opening = [question for question in knowledge.questions if question.opening]
    free = _mask(bits[name] for question in opening for name in question.facts)
    broad = []
    for question in knowledge.questions:
        filled = _mask(bits[name] for name in answer(question, household))
        if filled.bit_count() > 1:
            broad.append(filled)
    fewest = len(bits)
    for count in range(len(broad) + 1):
        for chosen in combinations(broad, count):
            covered = free
            for filled in chosen:
                covered |= filled
            fewest = min(fewest, *(count + (item & ~covered).bit_count() for item in sets))
    return len(opening) + fewest


def _mask(bits: Iterable[int]) -> int:
    mask = 0
    for bit in bits:
        mask |= bit
    return mask
