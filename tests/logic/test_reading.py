"""The closed grammar of rules: what it reads, and how it says what is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logic import (
    Above,
    AllOf,
    Compared,
    ExpressionFault,
    IsOneOf,
    Name,
    Not,
    Number,
    Product,
    Sum,
    read_arithmetic,
    read_expression,
)


def test_a_comparison_is_read_with_products_before_sums() -> None:
    expected = Compared(Name("a"), "<=", Sum(Product(Name("b"), Number(2)), Name("c"), minus=True))
    assert read_expression("a <= b * 2 - c") == expected


def test_a_word_explained_under_where_stands_for_its_expression() -> None:
    heavy = read_expression("grade in one, two")
    assert read_expression({"not": "heavy"}, {"heavy": heavy}) == Not(IsOneOf("grade", ("one", "two")))


def test_nested_conditions_are_read() -> None:
    assert read_expression({"all": ["a above 2"]}) == AllOf((Above(Name("a"), Number(2)),))


def test_an_amount_of_money_is_read_in_fen() -> None:
    assert read_arithmetic("12.5元 * n") == Product(Number(1250, money=True), Name("n"))


@pytest.mark.parametrize(
    "data",
    [
        "", "heavy", "a <", "a < b c", "a ~ b", "< 5", "a is", "a in", "a in b,", "a includes", "a is not", "is is b", "1 is b",
        "a = 5", "a < 'x'", "__import__('os')", "a.b < 1", "a[0] < 1", "a or b", "a < b < c", "(a) < 1", "a < -1", "a" * 301,
        None, 5, True, [], {}, {"all": []}, {"any": "a"}, {"xor": ["a is b"]}, {"all": ["a is b"], "any": ["a is b"]},
        {"not": None},
    ],
)
def test_what_does_not_follow_the_grammar_is_refused_in_chinese(data: object) -> None:
    with pytest.raises(ExpressionFault) as caught:
        read_expression(data)
    assert caught.value.what
    assert caught.value.mend


def test_an_error_names_its_place_inside_the_condition() -> None:
    with pytest.raises(ExpressionFault) as caught:
        read_expression({"all": ["a is b", {"not": {"any": ["oops"]}}]})
    assert caught.value.place == ("all", 1, "not", "any", 0)


def test_conditions_cannot_be_nested_without_end() -> None:
    data: object = "a is b"
    for _ in range(5000):
        data = {"not": data}
    with pytest.raises(ExpressionFault, match="太深"):
        read_expression(data)


@pytest.mark.parametrize("data", [None, 3, "a <", "a b", ""])
def test_what_is_no_sum_is_refused(data: object) -> None:
    with pytest.raises(ExpressionFault):
        read_arithmetic(data)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_expression(text)
    except ExpressionFault:
        return


@given(st.text(alphabet="ab<>=!+*-, isnotin元1."))
def test_any_text_close_to_the_grammar_is_read_or_refused(text: str) -> None:
    try:
        read_expression(text)
    except ExpressionFault:
        return
