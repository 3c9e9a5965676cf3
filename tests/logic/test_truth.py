"""Kleene's three truth values."""

from itertools import product

import pytest

from bot.logic import Truth, all_of, any_of, negated

VALUES: tuple[Truth, ...] = (True, False, None)


@pytest.mark.parametrize(("value", "opposite"), [(True, False), (False, True), (None, None)])
def test_the_opposite_of_the_unknown_is_unknown(value: Truth, opposite: Truth) -> None:
    assert negated(value) is opposite


@pytest.mark.parametrize(
    ("values", "result"),
    [((), True), ((True, True), True), ((True, None), None), ((None, False), False), ((False, None), False)],
)
def test_one_false_decides_an_and_before_the_unknown_does(values: tuple[Truth, ...], result: Truth) -> None:
    assert all_of(values) is result


@pytest.mark.parametrize(
    ("values", "result"),
    [((), False), ((False, False), False), ((False, None), None), ((None, True), True), ((True, None), True)],
)
def test_one_true_decides_an_or_before_the_unknown_does(values: tuple[Truth, ...], result: Truth) -> None:
    assert any_of(values) is result


def test_de_morgan_holds_for_all_three_values() -> None:
    for pair in product(VALUES, repeat=2):
        assert negated(all_of(pair)) is any_of(negated(value) for value in pair)
