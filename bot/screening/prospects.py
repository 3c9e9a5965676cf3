"""What a rule can still come to: which truth values are open, and which missing facts still matter.

For the planner an expression has not one truth value but the set of those that some answers could lead
to. The set may be too wide, never too narrow (facts that occur twice are taken as independent), so an
outcome that is called settled is settled. A result is packed into one integer, because one question is
planned with thousands of them: the three lowest bits say which of true, false, open can be reached, the
bits above which facts still matter.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.knowledge.rules import Condition, RuleSet
from bot.logic import Above, AllOf, AnyOf, Arithmetic, Below, Expression, Known, Not, Product, Sum, facts_and_figures

TRUE, FALSE, OPEN = 1, 2, 4
REACH = TRUE | FALSE | OPEN
FACTS = 3
"""How far the bits of facts are shifted."""
SETTLED = frozenset({TRUE, FALSE, OPEN})

Prospect = Callable[[Mapping[str, Known], int], int]
"""(values, facts that will never be known) → packed result."""


def conjunction(results: Sequence[int]) -> int:
    """Kleene's and over packed results; facts that cannot change it any more are left out."""
    true = True
    reach = 0
    for result in results:
        if result & REACH == FALSE:
            return FALSE
        true = true and bool(result & TRUE)
        reach |= result
    reach = (reach & (FALSE | OPEN)) | (TRUE if true else 0)
    if reach in SETTLED:
        return reach
    facts = 0
    for result in results:
        # Once it can no longer become true, only what may still make it false is worth knowing.
        if true or result & FALSE:
            facts |= result >> FACTS
    return reach | facts << FACTS


def opposite(result: int) -> int:
    """Kleene's not."""
    return (result & ~(TRUE | FALSE)) | (FALSE if result & TRUE else 0) | (TRUE if result & FALSE else 0)


def disjunction(results: Iterable[int]) -> int:
    """Kleene's or over packed results."""
    return opposite(conjunction([opposite(result) for result in results]))


def prospect_of(expression: Expression, bits: Mapping[str, int]) -> Prospect:
    """The prospect of an expression; `bits` gives every fact its bit."""
    match expression:
        case AllOf(parts):
            inner = [prospect_of(part, bits) for part in parts]
            return lambda values, never: conjunction([part(values, never) for part in inner])
        case AnyOf(parts):
            inner = [prospect_of(part, bits) for part in parts]
            return lambda values, never: disjunction([part(values, never) for part in inner])
        case Not(part):
            positive = prospect_of(part, bits)
            return lambda values, never: opposite(positive(values, never))
    return _leaf(expression, bits)


def _leaf(expression: Expression, bits: Mapping[str, int]) -> Prospect:
    names = facts_and_figures(expression)
    facts = [(name, bits[name]) for name in names if name in bits]
    figures = [name for name in names if name not in bits]
    reach = REACH if isinstance(expression, Below | Above) else TRUE | FALSE
    judge, floor = expression.judge, _floor(expression)

    def prospect(values: Mapping[str, Known], never: int) -> int:
        missing = 0
        for name, bit in facts:
            if name not in values:
                missing |= bit
        if missing:
            if missing & never or any(name not in values for name in figures):
                return OPEN
            if floor is not None and (line := floor.line.amount(values)) is not None and line <= 0:
                # Nothing counted or paid is below zero, so nothing is plainly under such a line.
                return reach & ~floor.under | missing << FACTS
            return reach | missing << FACTS
        truth = judge(values)
        return OPEN if truth is None else TRUE if truth else FALSE

    return prospect


@dataclass(frozen=True, slots=True)
class _Floor:
    """A line for a value that cannot be negative, and what the comparison says under it."""

    line: Arithmetic
    under: int


def _floor(expression: Expression) -> _Floor | None:
    match expression:
        case Above(value, line) if _never_negative(value):
            return _Floor(line, FALSE)
        case Below(value, line) if _never_negative(value):
            return _Floor(line, TRUE)
    return None


def _never_negative(value: Arithmetic) -> bool:
    match value:
        case Product(left, right):
            return _never_negative(left) and _never_negative(right)
        case Sum(left, right, minus):
            return not minus and _never_negative(left) and _never_negative(right)
    return True


def condition_prospect(condition: Condition, bits: Mapping[str, int]) -> Prospect:
    """The prospect of a condition: met, not met, or open."""
    if condition.met_if is None:
        return lambda values, never: OPEN
    met = prospect_of(condition.met_if, bits)
    if condition.fails_if is None:
        return met
    fails = prospect_of(condition.fails_if, bits)

    def prospect(values: Mapping[str, Known], never: int) -> int:
        first = met(values, never)
        if first & REACH == TRUE:
            return TRUE
        second = fails(values, never)
        if not first & TRUE and second & REACH == TRUE:
            return FALSE
        reach = first & TRUE
        if second & TRUE:
            reach |= FALSE
        if second & (FALSE | OPEN):
            reach |= OPEN
        return reach if reach in SETTLED else reach | (first >> FACTS | second >> FACTS) << FACTS

    return prospect


@dataclass(frozen=True, slots=True)
class ConditionProspect:
    """A condition ready for planning."""

    prospect: Prospect
    facts: int
    """Bits of the facts that it hangs on."""


@dataclass(frozen=True, slots=True)
class ProgrammeProspect:
    """A programme ready for planning: its conditions, and which of them belong to which route."""

    conditions: tuple[ConditionProspect, ...]
    own: tuple[int, ...]
    routes: tuple[tuple[int, ...], ...]
    facts: int

    def outcome(self, results: Sequence[int]) -> int:
        """The packed result of the programme from those of its conditions."""
        own = conjunction([results[index] for index in self.own]) & REACH
        ways = [conjunction([results[index] for index in route]) & REACH for route in self.routes]
        some = disjunction(ways) & REACH if ways else TRUE
        reach = conjunction((own, some)) & REACH
        if reach in SETTLED:
            return reach
        facts = 0
        for index in self.own:
            if results[index] & reach & (TRUE | FALSE):
                facts |= results[index] >> FACTS
        for route, way in zip(self.routes, ways, strict=True):
            worth = reach & ((way & TRUE) | (some & FALSE))
            for index in route:
                if results[index] & worth:
                    facts |= results[index] >> FACTS
        return reach | facts << FACTS


def programme_prospect(rules: RuleSet, bits: Mapping[str, int]) -> ProgrammeProspect:
    """`rules`, ready for planning."""
    conditions: list[ConditionProspect] = []
    places: dict[str, list[int]] = {"": [], **{route.id: [] for route in rules.routes}}
    for index, (route, condition) in enumerate(rules.every_condition):
        names = {name for expression in condition.expressions for name in expression.names()}
        facts = sum(bits[name] for name in names if name in bits)
        conditions.append(ConditionProspect(condition_prospect(condition, bits), facts))
        places[route].append(index)
    every = 0
    for item in conditions:
        every |= item.facts
    routes = tuple(tuple(places[route.id]) for route in rules.routes)
    return ProgrammeProspect(tuple(conditions), tuple(places[""]), routes, every)
