"""What a rule can say: arithmetic over named values, comparisons, and all / any / not over them.

Every part is frozen and judged by Kleene's logic: a name without a value makes what hangs on it unknown,
never zero and never «no». Nothing here raises, whatever the values: a value of the wrong kind counts as
unknown. The tree is plain data, so that the same rule can be judged, explained, planned with, or
translated into a query.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from bot.logic.truth import Truth, all_of, any_of, negated

Amount = int | Fraction
"""A number; money is in whole fen, shares are fractions (60 % is 3/5)."""

Known = Amount | str | bool | tuple[str, ...]
"""A known value: number, choice, yes or no, or set of choices."""

Values = Mapping[str, Known]
"""Known values by name; an unknown name is absent."""

BAND = "line_band"
"""Name of the figure that says how near to a line a comparison stays open: a share of the line."""

Operator = Literal["<", "<=", ">", ">=", "==", "!="]


@dataclass(frozen=True, slots=True)
class Number:
    """A number written in a rule; an amount of money is in fen."""

    value: Amount
    money: bool = False

    def amount(self, values: Values) -> Amount | None:
        """The number itself."""
        return self.value

    def names(self) -> Iterator[str]:
        """No names."""
        yield from ()


@dataclass(frozen=True, slots=True)
class Name:
    """A fact or a figure."""

    name: str

    def amount(self, values: Values) -> Amount | None:
        """Its value, or None where it has none or is no number."""
        value = values.get(self.name)
        return value if isinstance(value, int | Fraction) and not isinstance(value, bool) else None

    def names(self) -> Iterator[str]:
        """Its name."""
        yield self.name


@dataclass(frozen=True, slots=True)
class Product:
    """left × right."""

    left: "Arithmetic"
    right: "Arithmetic"

    def amount(self, values: Values) -> Amount | None:
        """The product, or None where a factor is unknown."""
        left, right = self.left.amount(values), self.right.amount(values)
        return None if left is None or right is None else left * right

    def names(self) -> Iterator[str]:
        """Names of both factors."""
        yield from self.left.names()
        yield from self.right.names()


@dataclass(frozen=True, slots=True)
class Sum:
    """left + right, or left − right when `minus`."""

    left: "Arithmetic"
    right: "Arithmetic"
    minus: bool = False

    def amount(self, values: Values) -> Amount | None:
        """The sum or difference, or None where a part is unknown."""
        left, right = self.left.amount(values), self.right.amount(values)
        if left is None or right is None:
            return None
        return left - right if self.minus else left + right

    def names(self) -> Iterator[str]:
        """Names of both parts."""
        yield from self.left.names()
        yield from self.right.names()


Arithmetic = Number | Name | Product | Sum


@dataclass(frozen=True, slots=True)
class Compared:
    """left `operator` right, exact to the fen."""

    left: Arithmetic
    operator: Operator
    right: Arithmetic

    def judge(self, values: Values) -> Truth:
        """The comparison, or None where a side is unknown."""
        left, right = self.left.amount(values), self.right.amount(values)
        if left is None or right is None:
            return None
        match self.operator:
            case "<":
                return left < right
            case "<=":
                return left <= right
            case ">":
                return left > right
            case ">=":
                return left >= right
            case "==":
                return left == right
            case "!=":
                return left != right

    def names(self) -> Iterator[str]:
        """Names of both sides."""
        yield from self.left.names()
        yield from self.right.names()


@dataclass(frozen=True, slots=True)
class _Line:
    """A value against a line that has a band around it."""

    value: Arithmetic
    line: Arithmetic

    def _side(self, values: Values) -> int | None:
        """−1 plainly under the line, +1 plainly over it, None on it, within the band, or unknown."""
        value, line, band = self.value.amount(values), self.line.amount(values), values.get(BAND)
        if value is None or line is None or isinstance(band, bool) or not isinstance(band, int | Fraction):
            return None
        distance, width = value - line, band * line
        if -width <= distance <= width or width <= distance <= -width:
            return None
        return 1 if distance > 0 else -1

    def names(self) -> Iterator[str]:
        """Names of value and line; the band is understood."""
        yield from self.value.names()
        yield from self.line.names()


@dataclass(frozen=True, slots=True)
class Below(_Line):
    """Plainly under a line: true, plainly over it: false, on it or within the band: unknown."""

    def judge(self, values: Values) -> Truth:
        """See the class."""
        side = self._side(values)
        return None if side is None else side < 0


@dataclass(frozen=True, slots=True)
class Above(_Line):
    """Plainly over a line: true, plainly under it: false, on it or within the band: unknown."""

    def judge(self, values: Values) -> Truth:
        """See the class."""
        side = self._side(values)
        return None if side is None else side > 0


@dataclass(frozen=True, slots=True)
class IsOneOf:
    """A choice is one of those listed."""

    name: str
    choices: tuple[str, ...]

    def judge(self, values: Values) -> Truth:
        """Whether it is, or None where the choice is unknown."""
        value = values.get(self.name)
        return value in self.choices if isinstance(value, str) else None

    def names(self) -> Iterator[str]:
        """Its name."""
        yield self.name


@dataclass(frozen=True, slots=True)
class IsTrue:
    """A yes-or-no is yes."""

    name: str

    def judge(self, values: Values) -> Truth:
        """Yes or no, or None where it is unknown."""
        value = values.get(self.name)
        return value if isinstance(value, bool) else None

    def names(self) -> Iterator[str]:
        """Its name."""
        yield self.name


@dataclass(frozen=True, slots=True)
class Includes:
    """A set holds one choice."""

    name: str
    choice: str

    def judge(self, values: Values) -> Truth:
        """Whether it does, or None where the set is unknown."""
        value = values.get(self.name)
        return self.choice in value if isinstance(value, tuple) else None

    def names(self) -> Iterator[str]:
        """Its name."""
        yield self.name


@dataclass(frozen=True, slots=True)
class IsEmpty:
    """A set is known to hold nothing."""

    name: str

    def judge(self, values: Values) -> Truth:
        """Whether it is empty, or None where the set is unknown."""
        value = values.get(self.name)
        return not value if isinstance(value, tuple) else None

    def names(self) -> Iterator[str]:
        """Its name."""
        yield self.name


@dataclass(frozen=True, slots=True)
class Never:
    """Never true: as `fails_if` it says that nothing a resident tells can rule the condition out."""

    def judge(self, values: Values) -> Truth:
        """False."""
        return False

    def names(self) -> Iterator[str]:
        """No names."""
        yield from ()


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; the unknown stays unknown."""

    part: "Expression"

    def judge(self, values: Values) -> Truth:
        """See the class."""
        return negated(self.part.judge(values))

    def names(self) -> Iterator[str]:
        """Names of the part."""
        yield from self.part.names()


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part is true."""

    parts: tuple["Expression", ...]

    def judge(self, values: Values) -> Truth:
        """Kleene's and."""
        return all_of(part.judge(values) for part in self.parts)

    def names(self) -> Iterator[str]:
        """Names of all parts."""
        for part in self.parts:
            yield from part.names()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part is true."""

    parts: tuple["Expression", ...]

    def judge(self, values: Values) -> Truth:
        """Kleene's or."""
        return any_of(part.judge(values) for part in self.parts)

    def names(self) -> Iterator[str]:
        """Names of all parts."""
        for part in self.parts:
            yield from part.names()


Expression = Compared | Below | Above | IsOneOf | IsTrue | Includes | IsEmpty | Never | Not | AllOf | AnyOf


def facts_and_figures(expression: Expression | Arithmetic) -> tuple[str, ...]:
    """The names an expression hangs on, each once, in the order in which they stand."""
    return tuple(dict.fromkeys(expression.names()))
