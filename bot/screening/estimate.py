"""The monthly amount, reckoned in the open: only where everything is known and every figure is proven."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.knowledge import Knowledge, ParameterNotInForce
from bot.knowledge.rules import EstimateRule
from bot.knowledge.sources import Grade
from bot.logic import Amount, Arithmetic, Known, Name, Number, Product, Sum, facts_and_figures
from bot.logic.days import MONTHS_PER_YEAR, months_later
from bot.logic.money import yuan_text
from bot.screening.judging import screen
from bot.screening.known import values_of

PROVEN: frozenset[Grade] = frozenset({"A", "A′", "B"})


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that an estimate uses."""

    name: str
    label: str
    since: date
    source: str


@dataclass(frozen=True, slots=True)
class Estimate:
    """A monthly amount with the way to it; people decide the real one."""

    programme: str
    says: str
    yuan: str
    """The amount in digits of yuan, for example «1035»."""
    arithmetic: str
    """The sum in figures, for example «1045 × 3 − 2100 = 1035»; money in yuan."""
    source: str
    figures: tuple[Figure, ...]
    caution: bool
    """A figure is older than twelve months: say that it may have changed since."""


def estimate(knowledge: Knowledge, facts: Mapping[str, object], programme: str, day: date) -> Estimate | None:
    """What a household may expect of `programme` a month, or None.

    None where the rules name no way to reckon it, the programme is not `likely` by the route that the sum
    is for, a fact is missing, a figure is not in force or not proven (grade A, A′ or B), or the sum is not
    above zero.

    Raises:
        InputError: a fact does not exist or has an impossible value.
    """
    rules = knowledge.rules.get(programme)
    rule = rules.estimate if rules else None
    if rule is None:
        return None
    finding = screen(knowledge, facts, day).by_programme.get(programme)
    if finding is None or finding.outcome != "likely" or finding.routes.get(rule.route, "likely") != "likely":
        return None
    figures = _figures(knowledge, rule, day)
    values = values_of(knowledge, facts, day)
    amount = rule.amount.amount(values)
    if figures is None or amount is None or amount <= 0:
        return None
    digits = yuan_text(amount)
    return Estimate(
        programme=programme,
        says=rule.says,
        yuan=digits,
        arithmetic=f"{_written(rule.amount, values, knowledge)} = {digits}",
        source=rule.source,
        figures=figures,
        caution=any(months_later(figure.since, MONTHS_PER_YEAR) <= day for figure in figures),
    )


def _figures(knowledge: Knowledge, rule: EstimateRule, day: date) -> tuple[Figure, ...] | None:
    found = []
    for name in facts_and_figures(rule.amount):
        parameter = knowledge.parameters.get(name)
        if parameter is None:
            continue
        try:
            entry = parameter.on(day)
        except ParameterNotInForce:
            return None
        if entry.grade not in PROVEN:
            return None
        found.append(Figure(name, parameter.label, entry.starts_on, entry.source))
    return tuple(found)


def _written(part: Arithmetic, values: Mapping[str, Known], knowledge: Knowledge) -> str:
    """A sum in digits; amounts of money in yuan."""
    match part:
        case Sum(left, right, minus):
            return f"{_written(left, values, knowledge)} {'−' if minus else '+'} {_written(right, values, knowledge)}"
        case Product(left, right):
            return f"{_written(left, values, knowledge)} × {_written(right, values, knowledge)}"
        case Number(value, money):
            return _digits(value, money)
    return _digits(part.amount(values) or 0, _is_money(part, knowledge))


def _is_money(name: Name, knowledge: Knowledge) -> bool:
    if name.name in knowledge.facts:
        return knowledge.facts[name.name].type == "money"
    return knowledge.parameters[name.name].unit.startswith("yuan")


def _digits(value: Amount, money: bool) -> str:
    return yuan_text(value) if money else str(value)
