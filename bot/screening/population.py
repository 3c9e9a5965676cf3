"""The rules of every programme, run over many households at once: typed rules compiled to Polars expressions.

A frame has one row a household and one column a fact: money as whole fen and counts as integers, choices and
yes or no as they are, sets as lists, and null where a fact is not known. Nulls follow Kleene's logic, so that a
row comes to what `screen` says of the same household; money stays exact, because shares are cleared by
multiplication and sums that could outgrow 64 bits are reckoned in 128.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import reduce
from math import lcm
from operator import and_, or_

import polars as pl

from bot.errors import InputError
from bot.knowledge import FactSpec, Knowledge
from bot.knowledge.rules import Condition, RuleSet
from bot.logic import (
    Above,
    AllOf,
    AnyOf,
    Arithmetic,
    Below,
    Compared,
    Expression,
    Includes,
    IsEmpty,
    IsOneOf,
    IsTrue,
    Known,
    Name,
    Never,
    Not,
    Number,
    Product,
    Sum,
)
from bot.logic.expressions import BAND, Operator
from bot.logic.money import FEN_PER_YUAN
from bot.screening.findings import OUTCOMES
from bot.screening.known import Standards, fact_value, known_facts, values_of

OUTCOME = pl.Enum(["unlikely", "possible", "likely"])
"""The type of an outcome, from worst to best."""

MOST_YUAN = 10**12
"""No fact of money reaches it (`FactSpec.accepts`)."""
SMALL, LARGE = 2**63, 2**127
"""No integer of 64 or 128 bits reaches it."""
OPEN = pl.lit(None, dtype=pl.Boolean)


def frame(knowledge: Knowledge, households: Iterable[Mapping[str, object]]) -> pl.DataFrame:
    """Households as rows, every fact of policies/facts.yaml as a column.

    Args:
        knowledge: the policy files in force.
        households: facts as `screen` takes them: money in yuan, unknown ones missing, None or «unknown».

    Raises:
        InputError: a fact does not exist or has an impossible value.
    """
    columns: dict[str, list[Known | None]] = {name: [] for name in knowledge.facts}
    for household in households:
        known = known_facts(knowledge, household)
        for name, spec in knowledge.facts.items():
            value = known.get(name)
            columns[name].append(None if value is None else fact_value(spec, value))
    schema = {name: column_type(spec) for name, spec in knowledge.facts.items()}
    return pl.DataFrame(columns, schema=schema, strict=True)


def column_type(spec: FactSpec) -> pl.DataType:
    """How a fact stands in a frame."""
    match spec.type:
        case "boolean":
            return pl.Boolean()
        case "choice":
            return pl.Enum(spec.choice_ids)
        case "set":
            return pl.List(pl.Enum(spec.choice_ids))
    return pl.Int64()


def condition_column(programme: str, route: str, condition: str) -> str:
    """The name of the column that holds the state of a condition; `route` is «» where it counts for every route."""
    return f"{programme}/{route}/{condition}"


def judge(
    knowledge: Knowledge,
    households: pl.DataFrame,
    day: date,
    standards: Standards | None = None,
    *,
    conditions: bool = True,
) -> pl.DataFrame:
    """What the rules say of every household of a frame, in its order.

    Args:
        knowledge: the policy files in force.
        households: as `frame` makes it; a column that is not there counts as unknown throughout.
        day: the day whose figures count.
        standards: figures to use instead of those in force, by the name of the parameter.
        conditions: whether the state of every condition is wanted too.

    Returns:
        A column of type `OUTCOME` for every screened programme and, where `conditions` are wanted, a Boolean
        column for each of them (see `condition_column`): true met, false not met, null open.

    Raises:
        InputError: a standard does not exist, or is so large that sums with it are no longer exact.
    """
    compiler = _Compiler(knowledge, frozenset(households.columns), values_of(knowledge, {}, day, standards))
    states: dict[str, pl.Expr] = {}
    outcomes: dict[str, pl.Expr] = {}
    for programme in knowledge.screened:
        rules = knowledge.rules[programme]
        for route, condition in rules.every_condition:
            states[condition_column(programme, route, condition.id)] = compiler.condition(condition)
        outcomes[programme] = _outcome(_way_in(rules))
    judged = households.lazy().with_columns(**states).with_columns(**outcomes)
    return judged.select(*outcomes, *(states if conditions else ())).collect()


def _way_in(rules: RuleSet) -> pl.Expr:
    """Kleene's truth of a programme over the columns of its conditions."""

    def state(route: str, condition: Condition) -> pl.Expr:
        return pl.col(condition_column(rules.programme, route, condition.id))

    parts = [state("", condition) for condition in rules.conditions]
    ways = [_all(state(route.id, condition) for condition in route.conditions) for route in rules.routes]
    return _all([*parts, *([_any(ways)] if ways else [])])


def _outcome(truth: pl.Expr) -> pl.Expr:
    places = [pl.lit(OUTCOMES[value], dtype=OUTCOME) for value in (True, None, False)]
    return pl.when(truth).then(places[0]).when(truth.is_null()).then(places[1]).otherwise(places[2])


def _all(parts: Iterable[pl.Expr]) -> pl.Expr:
    """Kleene's and; nothing at all is true."""
    found = list(parts)
    return reduce(and_, found) if found else pl.lit(True)


def _any(parts: Iterable[pl.Expr]) -> pl.Expr:
    """Kleene's or; nothing at all is false."""
    found = list(parts)
    return reduce(or_, found) if found else pl.lit(False)


@dataclass(frozen=True, slots=True)
class _Term:
    """A number a household: whole `units`, each worth 1/`parts`.

    `units` is an int where it is the same for all; `most` bounds its size.
    """

    units: int | pl.Expr
    parts: int
    most: int

    def times(self, factor: int) -> "_Term":
        """The same number with `factor` times as many parts."""
        return _Term(self.more(factor), self.parts * factor, self.most * factor)

    def more(self, factor: int) -> int | pl.Expr:
        """`factor` times the units, widened first where they would outgrow 64 bits."""
        if isinstance(self.units, int):
            return self.units * factor
        wide = _wide(self.most * abs(factor))
        return self.units if factor == 1 else self.expression(wide) * pl.lit(factor, dtype=_kind(wide))

    def expression(self, wide: bool) -> pl.Expr:
        """The units as a column of 64 or 128 bits."""
        return pl.lit(self.units, dtype=_kind(wide)) if isinstance(self.units, int) else self.units.cast(_kind(wide))


class _Compiler:
    """Expressions of the rules as Polars expressions, for given figures."""

    def __init__(self, knowledge: Knowledge, columns: frozenset[str], figures: Mapping[str, Known]) -> None:
        self.facts = {name: spec for name, spec in knowledge.facts.items() if name in columns}
        self.figures = figures

    def condition(self, condition: Condition) -> pl.Expr:
        """Met, not met or open, as `Condition.judge` has it."""
        if condition.met_if is None:
            return OPEN
        met = self.truth(condition.met_if)
        if condition.fails_if is None:
            return met
        return pl.when(met).then(True).when(self.truth(condition.fails_if)).then(False).otherwise(OPEN)

    def truth(self, expression: Expression) -> pl.Expr:
        """An expression as a Boolean column."""
        match expression:
            case AllOf(parts):
                return _all(self.truth(part) for part in parts)
            case AnyOf(parts):
                return _any(self.truth(part) for part in parts)
            case Not(part):
                return ~self.truth(part)
            case Never():
                return pl.lit(False)
            case Compared(left, operator, right):
                return self.compared(left, operator, right)
            case Below(value, line):
                return self.beside(value, line, "<")
            case Above(value, line):
                return self.beside(value, line, ">")
        return self.choice(expression)

    def choice(self, expression: IsOneOf | IsTrue | Includes | IsEmpty) -> pl.Expr:
        """What is said of a choice, a yes or no, or a set."""
        spec = self.facts.get(expression.name)
        column = pl.col(expression.name)
        match expression, spec.type if spec else "":
            case IsOneOf(_, choices), "choice":
                return _any(column == choice for choice in choices)
            case IsTrue(), "boolean":
                return column
            case Includes(_, choice), "set":
                return column.list.contains(choice)
            case IsEmpty(), "set":
                return column.list.len() == 0
        return OPEN

    def compared(self, left: Arithmetic, operator: Operator, right: Arithmetic) -> pl.Expr:
        """An exact comparison of two sums."""
        one, other = self.term(left), self.term(right)
        if one is None or other is None:
            return OPEN
        return _compare(*_aligned(one, other), operator)

    def beside(self, value: Arithmetic, line: Arithmetic, operator: Operator) -> pl.Expr:
        """Plainly on one side of a line; open on it and within the band around it."""
        one, other, band = self.term(value), self.term(line), self.figures.get(BAND)
        if one is None or other is None or not isinstance(band, int | Fraction):
            return OPEN
        one, other = _aligned(one, other)
        distance = _sum(one, other, minus=True)
        width = _product(other, _constant(band))
        near = _compare(*_aligned(_size(distance), _size(width)), "<=")
        return pl.when(near).then(OPEN).otherwise(_compare(one, other, operator))

    def term(self, part: Arithmetic) -> _Term | None:
        """A sum as a number a household; None where it is unknown for all of them.

        Raises:
            InputError: it cannot be reckoned exactly.
        """
        match part:
            case Number(value):
                return _constant(value)
            case Name(name):
                return self.named(name)
        left, right = self.term(part.left), self.term(part.right)
        if left is None or right is None:
            return None
        match part:
            case Product():
                return _product(left, right)
            case Sum(_, _, minus):
                return _sum(left, right, minus)

    def named(self, name: str) -> _Term | None:
        """A fact or a figure as a number."""
        spec = self.facts.get(name)
        if spec is None:
            figure = self.figures.get(name)
            return _constant(figure) if isinstance(figure, int | Fraction) and not isinstance(figure, bool) else None
        if spec.type not in {"money", "integer"}:
            return None
        most = MOST_YUAN * FEN_PER_YUAN if spec.type == "money" else _largest(spec)
        return _Term(pl.col(name).cast(pl.Int64), 1, most)


def _largest(spec: FactSpec) -> int:
    if spec.min is None or spec.max is None:
        return SMALL - 1
    return max(abs(spec.min), abs(spec.max))


def _constant(value: int | Fraction) -> _Term:
    return _Term(value.numerator, value.denominator, abs(value.numerator))


def _product(left: _Term, right: _Term) -> _Term:
    most, parts = left.most * right.most, left.parts * right.parts
    if isinstance(left.units, int) and isinstance(right.units, int):
        return _Term(left.units * right.units, parts, most)
    wide = _wide(most)
    return _Term(left.expression(wide) * right.expression(wide), parts, most)


def _aligned(left: _Term, right: _Term) -> tuple[_Term, _Term]:
    """Both numbers in the same parts."""
    parts = lcm(left.parts, right.parts)
    return left.times(parts // left.parts), right.times(parts // right.parts)


def _sum(left: _Term, right: _Term, minus: bool) -> _Term:
    one, other = _aligned(left, right)
    parts, most = one.parts, one.most + other.most
    if isinstance(one.units, int) and isinstance(other.units, int):
        return _Term(one.units - other.units if minus else one.units + other.units, parts, most)
    wide = _wide(most)
    first, second = one.expression(wide), other.expression(wide)
    return _Term(first - second if minus else first + second, parts, most)


def _size(term: _Term) -> _Term:
    units = term.units
    return _Term(abs(units) if isinstance(units, int) else units.abs(), term.parts, term.most)


def _compare(left: _Term, right: _Term, operator: Operator) -> pl.Expr:
    """A comparison of two numbers in the same parts."""
    wide = _wide(max(left.most, right.most))
    one, other = left.expression(wide), right.expression(wide)
    match operator:
        case "<":
            return one < other
        case "<=":
            return one <= other
        case ">":
            return one > other
        case ">=":
            return one >= other
        case "==":
            return one == other
        case "!=":
            return one != other


def _wide(most: int) -> bool:
    """Whether a number of this size needs 128 bits.

    Raises:
        InputError: not even those suffice.
    """
    if most >= LARGE:
        raise InputError("有一个标准大得没法准确计算。请检查是不是多写了几个零")
    return most >= SMALL


def _kind(wide: bool) -> pl.DataType:
    return pl.Int128() if wide else pl.Int64()
