"""Applies the rules of every programme to what is known of one household."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from bot.knowledge import Knowledge
from bot.knowledge.rules import Condition, RuleSet
from bot.logic import Known, Truth
from bot.screening.findings import OUTCOMES, STATES, Finding, Findings, Judged, Outcome, way_in
from bot.screening.known import Standards, values_of
from bot.screening.prospects import FACTS, ProgrammeProspect, programme_prospect


@lru_cache(maxsize=8)
def fact_bits(knowledge: Knowledge) -> Mapping[str, int]:
    """Every fact with a bit of its own."""
    return {name: 1 << place for place, name in enumerate(knowledge.facts)}


@lru_cache(maxsize=8)
def prospects(knowledge: Knowledge) -> Mapping[str, ProgrammeProspect]:
    """The rules of every screened programme, ready for planning."""
    bits = fact_bits(knowledge)
    return {name: programme_prospect(knowledge.rules[name], bits) for name in knowledge.screened}


def screen(
    knowledge: Knowledge, facts: Mapping[str, object], day: date, standards: Standards | None = None
) -> Findings:
    """What the rules say of a household.

    Args:
        knowledge: the policy files in force.
        facts: what is known; a missing key, None and «unknown» all mean «not known». Money in yuan.
        day: the day whose figures count.
        standards: figures to use instead of those in force, by the name of the parameter.

    Raises:
        InputError: a fact or a standard does not exist or has an impossible value.
    """
    values = values_of(knowledge, facts, day, standards)
    found = {name: _finding(knowledge, knowledge.rules[name], values) for name in knowledge.screened}
    return Findings(
        day=day.isoformat(),
        knowledge=knowledge.version,
        standards={name: str(figure) for name, figure in (standards or {}).items()},
        by_programme=found,
    )


def standing(knowledge: Knowledge, facts: Mapping[str, object], day: date) -> dict[str, Outcome]:
    """Programme → outcome as `screen` would find it, without the reasons; quick enough for every turn.

    Raises:
        InputError: a fact does not exist or has an impossible value.
    """
    values = values_of(knowledge, facts, day)
    return {name: OUTCOMES[_truth(knowledge.rules[name], values)] for name in knowledge.screened}


def _truth(rules: RuleSet, values: Mapping[str, Known]) -> Truth:
    states: dict[str, list[Truth]] = {"": [], **{route.id: [] for route in rules.routes}}
    for route, condition in rules.every_condition:
        states[route].append(condition.judge(values))
    return way_in(states)[0]


def _finding(knowledge: Knowledge, rules: RuleSet, values: Mapping[str, Known]) -> Finding:
    states: dict[str, list[Truth]] = {"": [], **{route.id: [] for route in rules.routes}}
    judged = []
    plans = prospects(knowledge)[rules.programme].conditions
    for (route, condition), plan in zip(rules.every_condition, plans, strict=True):
        truth = condition.judge(values)
        states[route].append(truth)
        missing = plan.prospect(values, 0) >> FACTS if truth is None else 0
        judged.append(_judged(knowledge, condition, route, truth, missing))
    truth, routes = way_in(states)
    return Finding(
        programme=rules.programme,
        outcome=OUTCOMES[truth],
        conditions=tuple(judged),
        unchecked=tuple(item.says for item in rules.unchecked),
        already_receiving=rules.already_if is not None and rules.already_if.judge(values) is True,
        routes={route: OUTCOMES[way] for route, way in routes.items()},
    )


def _judged(knowledge: Knowledge, condition: Condition, route: str, truth: Truth, missing: int) -> Judged:
    bits = fact_bits(knowledge)
    return Judged(
        id=condition.id,
        says=condition.says,
        state=STATES[truth],
        source=condition.source,
        further_sources=condition.further_sources,
        missing=tuple(name for name, bit in bits.items() if bit & missing),
        by_worker=truth is None and not missing,
        note=condition.note,
        route=route,
    )
