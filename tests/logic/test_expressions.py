"""What expressions say of values, and that nothing makes them raise."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logic import Expression, Known, Truth, facts_and_figures, read_expression

HUNDREDTH = Fraction(1, 100)


@pytest.mark.parametrize(
    ("text", "value", "truth"),
    [
        ("x < 5", 4, True), ("x < 5", 5, False),
        ("x <= 5", 5, True), ("x <= 5", 6, False),
        ("x > 5", 6, True), ("x > 5", 5, False),
        ("x >= 5", 5, True), ("x >= 5", 4, False),
        ("x == 5", 5, True), ("x == 5", 6, False),
        ("x != 5", 6, True), ("x != 5", 5, False),
        ("x + 2 * 3 - 1 == 9", 4, True),
        ("x == 1.5", Fraction(3, 2), True),
        ("x == 20元", 2000, True),
    ],
)
def test_comparisons_are_exact(text: str, value: Known, truth: Truth) -> None:
    assert read_expression(text).judge({"x": value}) is truth


@pytest.mark.parametrize(
    ("value", "below", "above"),
    [(98, True, False), (99, None, None), (100, None, None), (101, None, None), (102, False, True)],
    ids=["under the band", "at its lower edge", "on the line", "at its upper edge", "over the band"],
)
def test_within_one_percent_of_a_line_nothing_is_said(value: int, below: Truth, above: Truth) -> None:
    values: dict[str, Known] = {"x": value, "line": 100, "line_band": HUNDREDTH}
    assert read_expression("x below line").judge(values) is below
    assert read_expression("x above line").judge(values) is above


def test_a_line_at_zero_has_no_width_and_a_line_below_zero_has_one() -> None:
    band: dict[str, Known] = {"line_band": HUNDREDTH}
    assert read_expression("x above line").judge({**band, "x": 1, "line": 0}) is True
    assert read_expression("x above line").judge({**band, "x": 0, "line": 0}) is None
    assert read_expression("x above line").judge({**band, "x": -100, "line": -100}) is None
    assert read_expression("x above line").judge({**band, "x": -99, "line": -100}) is None
    assert read_expression("x above line").judge({**band, "x": -90, "line": -100}) is True


@pytest.mark.parametrize("text", ["x below 100", "x above 100"])
def test_without_a_band_no_line_is_judged(text: str) -> None:
    assert read_expression(text).judge({"x": 1}) is None
    assert read_expression(text).judge({"x": 1, "line_band": True}) is None


@pytest.mark.parametrize(
    ("text", "value", "truth"),
    [
        ("c is red", "red", True), ("c is red", "blue", False),
        ("c is not red", "red", False),
        ("c in red, blue", "blue", True), ("c in red, blue", "green", False),
        ("c is true", True, True), ("c is false", True, False), ("c is not true", True, False),
        ("c is not false", True, True),
        ("c includes red", ("red", "blue"), True), ("c includes red", (), False),
        ("c is empty", (), True), ("c is empty", ("red",), False), ("c is not empty", (), False),
        ("c is 河东区", "河东区", True),
        ("never", 1, False),
    ],
)
def test_choices_sets_and_yes_or_no(text: str, value: Known, truth: Truth) -> None:
    assert read_expression(text).judge({"c": value}) is truth


@pytest.mark.parametrize(
    "text", ["x < 5", "5 < x", "x * 2 < 5", "x + 2 < 5", "2 - x < 5", "x is red", "x is true", "x includes red", "x is empty"]
)
def test_a_missing_value_is_neither_zero_nor_no(text: str) -> None:
    assert read_expression(text).judge({}) is None


def test_all_any_and_not_follow_kleene() -> None:
    both = read_expression({"all": ["a is true", {"not": "b is true"}]})
    either = read_expression({"any": ["a is true", "b is true"]})
    assert both.judge({"a": True}) is None
    assert both.judge({"a": False}) is False
    assert both.judge({"a": True, "b": False}) is True
    assert either.judge({"a": True}) is True
    assert either.judge({"a": False}) is None


def test_the_names_of_an_expression_come_once_and_in_order() -> None:
    data = {"all": ["b * c + 2 < a", "a below b", {"not": "d is true"}, {"any": ["e in x, y", "f includes z", "g is empty", "never"]}]}
    assert facts_and_figures(read_expression(data)) == ("b", "c", "a", "d", "e", "f", "g")


VALUES = st.one_of(
    st.integers(-10**9, 10**9), st.booleans(), st.sampled_from(["red", ""]), st.fractions(), st.lists(st.text()).map(tuple)
)
EXPRESSIONS: list[Expression] = [
    read_expression(data)
    for data in ("x < y", "x below y", "x above y", "x is red", "x is true", "x includes red", "x is empty", {"not": {"all": ["x * y == 1"]}})
]


@given(st.dictionaries(st.sampled_from(["x", "y", "line_band"]), VALUES), st.sampled_from(EXPRESSIONS))
def test_no_value_of_any_kind_makes_an_expression_raise(values: dict[str, Known], expression: Expression) -> None:
    assert expression.judge(values) in (True, False, None)
