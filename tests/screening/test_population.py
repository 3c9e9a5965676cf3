"""Both ways of running the rules, one household at a time and many at once, come to the same."""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

import polars as pl
import pytest

from bot.errors import InputError
from bot.knowledge import Knowledge
from bot.knowledge.rules import Condition, Route, RuleSet
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
    Name,
    Never,
    Not,
    Number,
    Product,
    Sum,
)
from bot.logic.expressions import Operator
from bot.screening import Standards, screen
from bot.screening.findings import STATES
from bot.screening.population import OUTCOME, condition_column, frame, judge
from tests.screening.test_properties import household

DAY = date(2026, 11, 24)
ROUND: Standards = {"dibao_monthly": 1000, "disposable_income_annual": 48000}
"""Standards for which the amounts of `household` lie on the lines and on the edges of the bands."""
OPERATORS: tuple[Operator, ...] = ("<", "<=", ">", ">=", "==", "!=")
HOUSEHOLDS = 10_000


def disagreements(
    knowledge: Knowledge, households: list[dict[str, object]], standards: Standards | None
) -> list[tuple[int, str]]:
    """Every (household, column) of which the two ways of running the rules think differently."""
    found = []
    judged = judge(knowledge, frame(knowledge, households), DAY, standards)
    for place, (facts, row) in enumerate(zip(households, judged.iter_rows(named=True), strict=True)):
        expected = one_by_one(knowledge, facts, standards)
        assert expected.keys() == row.keys()
        found += [(place, name) for name in expected if expected[name] != row[name]]
    return found


def one_by_one(knowledge: Knowledge, facts: Mapping[str, object], standards: Standards | None) -> dict[str, object]:
    """What `screen` says, in the columns of `judge`."""
    truths = {state: truth for truth, state in STATES.items()}
    columns: dict[str, object] = {}
    for programme, finding in screen(knowledge, facts, DAY, standards).by_programme.items():
        columns[programme] = finding.outcome
        for item in finding.conditions:
            columns[condition_column(programme, item.route, item.id)] = truths[item.state]
    return columns


@pytest.mark.parametrize("standards", [None, ROUND], ids=["in_force", "round"])
def test_both_ways_agree_on_every_condition_and_outcome(knowledge: Knowledge, standards: Standards | None) -> None:
    chance = random.Random(20261124)
    households = [household(knowledge, chance, chance.uniform(0.3, 1)) for _ in range(HOUSEHOLDS // 2)]
    assert disagreements(knowledge, households, standards) == []


def test_the_random_households_reach_every_outcome(knowledge: Knowledge) -> None:
    chance = random.Random(20261124)
    judged = judge(knowledge, frame(knowledge, (household(knowledge, chance, 0.9) for _ in range(5000))), DAY, ROUND)
    for programme in ("dibao", "dibao_bianyuan", "gangxing_zhichu", "tekun", "linshi_jiuzhu", "services", "skills"):
        assert judged[programme].n_unique() == len(OUTCOME.categories)


def test_the_random_households_bring_every_condition_of_every_route_to_all_it_can_be(knowledge: Knowledge) -> None:
    chance = random.Random(20261124)
    households = [household(knowledge, chance, chance.uniform(0.3, 1)) for _ in range(HOUSEHOLDS // 2)]
    judged = judge(knowledge, frame(knowledge, households), DAY, ROUND)
    for programme in knowledge.screened:
        for route, condition in knowledge.rules[programme].every_condition:
            reached = set(judged[condition_column(programme, route, condition.id)].unique().to_list())
            possible = {None} if condition.met_if is None else {True, None} if isinstance(condition.fails_if, Never) else {True, False, None}
            assert reached == possible, (programme, route, condition.id)
    assert {"household", "one_person"} <= {route for route, _ in knowledge.rules["dibao"].every_condition}


@pytest.mark.parametrize(
    "standards",
    [{"dibao_monthly": 0.01}, {"dibao_monthly": 1e13, "line_band": 2.5}, {"gangxing_zhichu_expense_share": 33.333333}],
)
def test_extreme_standards_are_reckoned_exactly(knowledge: Knowledge, standards: Standards) -> None:
    chance = random.Random(7)
    households = [household(knowledge, chance, 0.9) for _ in range(300)]
    for facts in households:
        facts["monthly_income"] = chance.choice((0, 0.01, 0.02, 999_999_999_999.99, 104_499.995))
        facts["rigid_expense_12m"] = chance.choice((0, 0.04, 3_999_999_999_999.5 / 4))
    assert disagreements(knowledge, households, standards) == []


def test_a_standard_beyond_exact_reckoning_is_refused(knowledge: Knowledge) -> None:
    with pytest.raises(InputError, match="没法准确计算"):
        judge(knowledge, frame(knowledge, [{}]), DAY, {"dibao_monthly": 10**40})


def test_a_standard_that_does_not_exist_is_refused(knowledge: Knowledge) -> None:
    with pytest.raises(InputError, match="没有「nothing」这个标准"):
        judge(knowledge, frame(knowledge, [{}]), DAY, {"nothing": 1})


def test_a_figure_that_is_not_in_force_leaves_open_what_hangs_on_it(knowledge: Knowledge) -> None:
    before_any = date(1990, 1, 1)
    rich = {"household_size": 1, "monthly_income": 90000, "receiving": "none", "disability": "none", "severe_illness": False}
    judged = judge(knowledge, frame(knowledge, [rich]), before_any)
    assert judged[condition_column("dibao", "household", "income")].to_list() == [None]


def test_a_fact_without_a_column_is_unknown(knowledge: Knowledge) -> None:
    whole = frame(knowledge, [{"child_distress": True}])
    narrow = whole.select("child_distress")
    assert judge(knowledge, narrow, DAY).equals(judge(knowledge, whole, DAY))


def test_the_order_of_rows_is_kept_and_conditions_can_be_left_out(knowledge: Knowledge) -> None:
    rows = frame(knowledge, [{"child_distress": True}, {}, {"child_distress": False}])
    judged = judge(knowledge, rows, DAY, conditions=False)
    assert tuple(judged.columns) == knowledge.screened
    assert judged["child_care"].to_list() == ["likely", "possible", "unlikely"]


def test_no_household_at_all_gives_no_row(knowledge: Knowledge) -> None:
    assert judge(knowledge, frame(knowledge, []), DAY).height == 0


def test_a_frame_holds_fen_lists_and_nulls(knowledge: Knowledge) -> None:
    told = {"monthly_income": 1045.125, "service_needs": ["meals"], "savings": "unknown", "homes": None}
    row = frame(knowledge, [told]).row(0, named=True)
    assert (row["monthly_income"], row["service_needs"], row["savings"], row["homes"]) == (104513, ["meals"], None, None)


def test_a_frame_refuses_what_no_fact_can_be(knowledge: Knowledge) -> None:
    with pytest.raises(InputError, match="household_size"):
        frame(knowledge, [{"household_size": 200}])
    assert frame(knowledge, [{"monthly_income": 999_999_999_999.99}])["monthly_income"].dtype == pl.Int64


def a_number(chance: random.Random, depth: int = 2) -> Arithmetic:
    """A random sum over facts, figures and numbers."""
    match chance.randrange(6 if depth else 3):
        case 0:
            return Number(chance.choice((0, 1, 3, 104500, Fraction(1, 3), Fraction(7, 1000))))
        case 1:
            return Name(chance.choice(("household_size", "age", "homes", "monthly_income", "savings")))
        case 2:
            return Name(chance.choice(("dibao_monthly", "dibao_bianyuan_income_multiple", "hukou", "nothing_of_the_kind")))
        case 3:
            return Product(a_number(chance, 0), Name("household_size"))
        case _:
            return Sum(a_number(chance, depth - 1), a_number(chance, depth - 1), chance.random() < 0.5)


def a_leaf(chance: random.Random) -> Expression:
    """A random comparison or statement, also about a fact of the wrong kind."""
    name = chance.choice(("hukou", "child_distress", "service_needs", "receiving", "age", "nothing_of_the_kind"))
    kind = chance.randrange(9)
    if kind < 3:
        return Compared(a_number(chance), chance.choice(OPERATORS), a_number(chance))
    if kind < 5:
        return (Below, Above)[kind - 3](a_number(chance), a_number(chance))
    if name == "service_needs":
        return chance.choice((Includes(name, "training"), IsEmpty(name), IsTrue(name)))
    choices: tuple[str, ...] = ("none", "dibao") if name == "receiving" else ("same_district", "other_district")
    return chance.choice((IsTrue(name), IsEmpty(name), Never(), IsOneOf(name, choices) if name in ("hukou", "receiving") else Never()))


def an_expression(chance: random.Random, depth: int = 3) -> Expression:
    """A random expression of the whole grammar."""
    match chance.randrange(5) if depth else 4:
        case 0:
            return AllOf(tuple(an_expression(chance, depth - 1) for _ in range(chance.randint(1, 3))))
        case 1:
            return AnyOf(tuple(an_expression(chance, depth - 1) for _ in range(chance.randint(1, 3))))
        case 2:
            return Not(an_expression(chance, depth - 1))
        case _:
            return a_leaf(chance)


def a_condition(chance: random.Random, name: str) -> Condition:
    met = an_expression(chance) if chance.random() < 0.9 else None
    fails = an_expression(chance) if met is not None and chance.random() < 0.5 else None
    return Condition(id=name, says="", source="", further_sources=(), note="", met_if=met, fails_if=fails)


def rules(chance: random.Random, programme: str) -> RuleSet:
    """Random rules with up to three routes."""
    routes = tuple(
        Route(f"way_{way}", "", tuple(a_condition(chance, f"{way}{place}") for place in range(chance.randint(1, 3))))
        for way in range(chance.randint(0, 3))
    )
    own = tuple(a_condition(chance, f"own{place}") for place in range(chance.randint(0 if routes else 1, 4)))
    return RuleSet(programme, own, routes, unchecked=(), already_if=None, estimate=None, note="", file="")


@pytest.mark.parametrize("seed", range(40))
def test_both_ways_agree_on_rules_that_nobody_wrote(knowledge: Knowledge, seed: int) -> None:
    chance = random.Random(seed)
    invented = replace(knowledge, rules={name: rules(chance, name) for name in knowledge.screened})
    households = [household(knowledge, chance, chance.uniform(0.4, 1)) for _ in range(60)]
    assert disagreements(invented, households, ROUND) == []
