"""Money as whole fen."""

from decimal import Decimal
from fractions import Fraction

import pytest

from bot.logic.money import fen, yuan, yuan_text


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(1045, 104500), (0.1, 10), (1567.5, 156750), (Decimal("0.005"), 1), (Decimal("2090"), 209000), (0.29, 29)],
)
def test_yuan_become_whole_fen(amount: int | float | Decimal, expected: int) -> None:
    assert fen(amount) == expected


@pytest.mark.parametrize("amount", [float("nan"), float("inf"), Decimal("NaN")])
def test_what_is_no_amount_is_refused(amount: float | Decimal) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        fen(amount)


def test_half_a_fen_rounds_up_on_the_way_back() -> None:
    assert yuan(Fraction(3, 2)) == Decimal("0.02")


@pytest.mark.parametrize(("amount", "text"), [(104500, "1045"), (156750, "1567.5"), (0, "0"), (1, "0.01"), (100000, "1000")])
def test_yuan_are_written_without_idle_zeros(amount: int, text: str) -> None:
    assert yuan_text(amount) == text
