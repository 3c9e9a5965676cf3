"""What is known of a household and which figures are in force, as values that rules can judge."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType

from bot.errors import InputError
from bot.knowledge import FactSpec, Knowledge, Parameter, Value
from bot.knowledge.facts import UNKNOWN
from bot.knowledge.rules import MONEY_UNITS
from bot.logic import Amount, Known
from bot.logic.money import FEN_PER_YUAN, fen

Standards = Mapping[str, int | float | Decimal]
"""Figures that replace those of the policy files, in the unit of the parameter of the same name."""


def known_facts(knowledge: Knowledge, facts: Mapping[str, object]) -> dict[str, Value]:
    """The facts that are known; a missing key, None and «unknown» all mean «not known».

    Raises:
        InputError: a fact does not exist or cannot have such a value.
    """
    known: dict[str, Value] = {}
    for name, value in facts.items():
        spec = knowledge.facts.get(name)
        if spec is None:
            raise InputError(f"没有「{name}」这一项情况")
        if value is None or value == UNKNOWN:
            continue
        if not spec.accepts(value):
            raise InputError(f"「{name}」的值「{str(value)[:40]}」不对")
        known[name] = tuple(value) if isinstance(value, list | tuple) else value  # type: ignore[assignment]
    return known


def fact_value(spec: FactSpec, value: Value) -> Known:
    """A known fact as rules see it: money in fen."""
    if spec.type == "money" and isinstance(value, int | float):
        return fen(value)
    return value if not isinstance(value, float) else Fraction(str(value))


def figure_amount(parameter: Parameter, value: Decimal) -> Amount:
    """A figure as rules see it: money in fen, percent as a share, all exact."""
    exact = Fraction(value)
    if parameter.unit.startswith(MONEY_UNITS):
        exact *= FEN_PER_YUAN
    elif parameter.unit == "percent":
        exact /= 100
    return exact.numerator if exact.denominator == 1 else exact


@lru_cache(maxsize=16)
def figures_on(knowledge: Knowledge, day: date) -> Mapping[str, Amount]:
    """Every figure in force on `day`; one without a value on that day is absent."""
    found: dict[str, Amount] = {}
    for name, parameter in knowledge.parameters.items():
        for entry in parameter.values:
            if entry.starts_on <= day and (entry.ends_on is None or day <= entry.ends_on):
                found[name] = figure_amount(parameter, entry.value)
    return MappingProxyType(found)


def values_of(
    knowledge: Knowledge, facts: Mapping[str, object], day: date, standards: Standards | None = None
) -> dict[str, Known]:
    """Facts and figures together, as rules see them.

    Raises:
        InputError: a fact or a standard does not exist or has an impossible value.
    """
    values: dict[str, Known] = dict(figures_on(knowledge, day))
    for name, figure in (standards or {}).items():
        values[name] = _standard(knowledge, name, figure)
    for name, value in known_facts(knowledge, facts).items():
        values[name] = fact_value(knowledge.facts[name], value)
    return values


def _standard(knowledge: Knowledge, name: str, value: object) -> Amount:
    if name not in knowledge.parameters:
        raise InputError(f"没有「{name}」这个标准")
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise InputError(f"标准「{name}」应是一个数")
    exact = Decimal(str(value))
    if not exact.is_finite() or exact <= 0:
        raise InputError(f"标准「{name}」应大于零")
    return figure_amount(knowledge.parameters[name], exact)
