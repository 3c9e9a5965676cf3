"""Which question is worth asking next, and how many may still come.

The measure: a question is worth as many questions as, after its usual answers, need no longer be put,
weighed by how usual each answer is (`priors` of the question). The question itself counts, and so do
those that the answer makes idle, for example the one on savings once nothing depends on them.
Questions of urgent need come first; equal worth goes by the order of policies/questionnaire.yaml. What is only
needed for the place to go to (`closing`) is asked at the very end.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from bot.knowledge import Knowledge, Question
from bot.logic import Known
from bot.screening.judging import fact_bits, prospects
from bot.screening.known import fact_value, values_of
from bot.screening.prospects import FACTS, ProgrammeProspect


@dataclass(frozen=True, slots=True)
class _Answer:
    """A usual answer as the planner sees it."""

    share: float
    fills: tuple[tuple[str, int, Known], ...]
    """(fact, its bit, value)."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """A question ready for planning."""

    question: Question
    facts: int
    answers: tuple[_Answer, ...]
    leaves: int
    """Facts that an answer may leave open, so that they are asked by themselves."""


@lru_cache(maxsize=8)
def _plans(knowledge: Knowledge) -> tuple[_Plan, ...]:
    return tuple(_plan(knowledge, question) for question in knowledge.questions)


def _plan(knowledge: Knowledge, question: Question) -> _Plan:
    bits = fact_bits(knowledge)
    priors = [(prior.share, prior.fills) for prior in question.priors]
    priors = priors or [(1, choice.fills) for choice in question.choices]
    total = sum(share for share, _ in priors) or 1
    answers = tuple(_Answer(share / total, _fills(knowledge, fills)) for share, fills in priors)
    return _Plan(question, _mask(bits, question.facts), answers, _mask(bits, _left_open(question)))


def _left_open(question: Question) -> set[str]:
    """Facts that may still be asked by themselves after the question was answered."""
    if question.several:
        return {name for choice in question.choices for name, value in choice.fills.items() if value is None}
    return set(question.facts[1:])  # typed words are read for the first fact alone


def _fills(knowledge: Knowledge, fills: Mapping[str, object]) -> tuple[tuple[str, int, Known], ...]:
    bits, found = fact_bits(knowledge), []
    for name, value in fills.items():
        spec = knowledge.facts[name]
        if value is not None and spec.accepts(value):
            plain = tuple(value) if isinstance(value, list) else value
            found.append((name, bits[name], fact_value(spec, plain)))  # type: ignore[arg-type]
    return tuple(found)


def _mask(bits: Mapping[str, int], names: Iterable[str]) -> int:
    mask = 0
    for name in names:
        mask |= bits.get(name, 0)
    return mask


class _Outlook:
    """What still matters for one household, and what would after an answer."""

    def __init__(self, programmes: Iterable[ProgrammeProspect], values: dict[str, Known], never: int) -> None:
        self.values = values
        self.never = never
        self.open: list[tuple[ProgrammeProspect, list[int], int]] = []
        for programme in programmes:
            results = [item.prospect(values, never) for item in programme.conditions]
            facts = programme.outcome(results) >> FACTS
            if facts:
                self.open.append((programme, results, facts))
        self.facts = 0
        for _, _, facts in self.open:
            self.facts |= facts

    def after(self, fills: tuple[tuple[str, int, Known], ...]) -> int:
        """Bits of the facts that still matter once `fills` are known as well."""
        new = [(name, value) for name, bit, value in fills if name not in self.values]
        told = _all_bits(fills)
        values = {**self.values, **dict(new)}
        left = 0
        for programme, results, facts in self.open:
            if not programme.facts & told:
                left |= facts
                continue
            again = [
                item.prospect(values, self.never) if item.facts & told else result
                for item, result in zip(programme.conditions, results, strict=True)
            ]
            left |= programme.outcome(again) >> FACTS
        return left

    def lacks(self, plan: _Plan) -> bool:
        """Whether a fact that the question asks for is not known."""
        return any(name not in self.values for name in plan.question.facts)

    def worth(self, plan: _Plan, plans: Collection[_Plan]) -> float:
        """How many of the questions in `plans` need no longer be put, on average, once this one is."""
        now = len(_useful(plans, self.facts))
        others = [other for other in plans if other is not plan]
        if not plan.answers:
            return 1.0
        return sum(answer.share * (now - len(_useful(others, self.after(answer.fills)))) for answer in plan.answers)


def _all_bits(fills: tuple[tuple[str, int, Known], ...]) -> int:
    told = 0
    for _, bit, _ in fills:
        told |= bit
    return told


def _outlook(
    knowledge: Knowledge, facts: Mapping[str, object], asked: Collection[str], day: date, agreed: bool, closed: Collection[str]
) -> _Outlook:
    bits = fact_bits(knowledge)
    values = values_of(knowledge, facts, day)
    # A fact that was asked for, or is given as unknown, and still has no value will never have one.
    never = _mask(bits, (name for name in (*asked, *facts) if name not in values))
    for plan in _plans(knowledge):
        question = plan.question
        if question.id not in asked or len(question.facts) == 1:
            continue
        if not any(name in values for name in question.facts):
            never |= plan.facts  # the question was skipped as a whole
        elif not question.several:
            never |= _mask(bits, (name for name in question.facts if name not in values)) & ~plan.leaves
    if not agreed:
        free = _union(plan for plan in _plans(knowledge) if not plan.question.sensitive)
        never |= _mask(bits, bits) & ~free
    return _Outlook((item for name, item in prospects(knowledge).items() if name not in closed), values, never)


def _may_ask(plan: _Plan, asked: Collection[str], agreed: bool) -> bool:
    return plan.question.id not in asked and (agreed or not plan.question.sensitive)


def _useful(plans: Iterable[_Plan], facts: int) -> list[_Plan]:
    """Questions that ask for something in `facts`, without those that ask for less than another one, or less surely."""
    asking = [(plan, plan.facts & facts, plan.facts & facts & ~plan.leaves) for plan in plans if plan.facts & facts]
    return [
        plan
        for plan, mine, sure in asking
        if not any((mine != theirs and mine & theirs == mine) or (mine == theirs and not sure and surer) for _, theirs, surer in asking)
    ]


def next_question(
    knowledge: Knowledge,
    facts: Mapping[str, object],
    asked: Collection[str],
    day: date,
    *,
    agreed: bool = True,
    closed: Collection[str] = (),
) -> Question | None:
    """The question most worth asking now, or None when no answer could change any outcome.

    A `closing` question comes last, also where no outcome hangs on it; `settled` tells whether all are settled.

    Args:
        knowledge: the policy files in force.
        facts: what is known.
        asked: ids of the questions already put, and of facts that the resident does not know or does not
            want to tell. None of them is asked again; a question on several facts that left all of them
            open counts as skipped, with all its facts.
        day: the day whose figures count.
        agreed: whether the person asked for agreed to questions on income, health and family; without it
            sensitive questions are left out.
        closed: programmes that are not looked at (refused before): nothing is asked for their sake.

    Raises:
        InputError: a fact does not exist or has an impossible value.
    """
    outlook = _outlook(knowledge, facts, asked, day, agreed, closed)
    plans = [plan for plan in _plans(knowledge) if _may_ask(plan, asked, agreed)]
    if not outlook.facts:
        return next((plan.question for plan in plans if plan.question.closing and outlook.lacks(plan)), None)
    for plan in plans:
        if plan.question.opening and outlook.lacks(plan):
            return plan.question
    useful = _useful(plans, outlook.facts)
    urgent = [plan for plan in useful if plan.question.urgent]
    best = max(urgent or useful, key=lambda plan: outlook.worth(plan, plans), default=None)
    if best is None:
        best = next((plan for plan in plans if plan.question.closing and outlook.lacks(plan)), None)
    return best.question if best else None


def settled(
    knowledge: Knowledge, facts: Mapping[str, object], asked: Collection[str], day: date, *, agreed: bool = True,
    closed: Collection[str] = (),
) -> bool:
    """Whether no answer to a question still to come could change any outcome (see `next_question`)."""
    return not _outlook(knowledge, facts, asked, day, agreed, closed).facts


def remaining(
    knowledge: Knowledge,
    facts: Mapping[str, object],
    asked: Collection[str],
    day: date,
    *,
    agreed: bool = True,
    closed: Collection[str] = (),
) -> int:
    """How many questions may still come at most; never fewer than will, when tick-lists are answered by ticking.

    Every question makes at least one fact that matters known or idle and none matter anew, so the count
    of facts that matter is a bound; a tick-list counts once, plus what its ticks may leave open.
    """
    outlook = _outlook(knowledge, facts, asked, day, agreed, closed)
    plans = [plan for plan in _plans(knowledge) if _may_ask(plan, asked, agreed)]
    openings = [plan for plan in plans if plan.question.opening and outlook.facts]
    certain = [*openings, *(plan for plan in plans if plan.question.closing)]
    count = sum(outlook.lacks(plan) for plan in certain)
    left = outlook.facts & ~_union(certain)
    for plan in _useful(plans, left):
        mine = plan.facts & left
        if mine.bit_count() > 1 and plan.facts & ~plan.leaves:
            count += 1
            left &= ~(mine & ~plan.leaves)
    answerable = left & _union(plans)
    return count + answerable.bit_count()


def _union(plans: Iterable[_Plan]) -> int:
    facts = 0
    for plan in plans:
        facts |= plan.facts
    return facts


def filled_by(question: Question, ticked: Collection[int]) -> dict[str, object]:
    """The facts that tapped choices fill; a fact left open by a choice is absent.

    Args:
        question: the question that was answered.
        ticked: places of the tapped choices, from 0; empty means «none of these» in a tick-list.

    In a tick-list a fact that no tick speaks of gets its value from `none_fills`, sets are joined, and a
    choice that leaves a fact open wins over any other.
    """
    fills: dict[str, object] = dict(question.none_fills) if question.several else {}
    touched: set[str] = set()
    left_open: set[str] = set()
    for place in sorted(set(ticked)):
        for name, value in question.choices[place].fills.items():
            if value is None:
                left_open.add(name)
            elif isinstance(value, list):
                before = fills.get(name) if name in touched else []
                fills[name] = [*before, *(item for item in value if item not in before)]  # type: ignore[misc, operator]
            elif name not in touched:
                fills[name] = value
            touched.add(name)
    return {name: value for name, value in fills.items() if name not in left_open}
