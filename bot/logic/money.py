"""Money as whole fen inside the program, as yuan at its borders."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

FEN_PER_YUAN = 100


def fen(yuan: int | float | Decimal) -> int:
    """Yuan as whole fen; half a fen rounds up.

    Raises:
        ValueError: `yuan` is not a finite number.
    """
    if isinstance(yuan, int):
        return yuan * FEN_PER_YUAN
    exact = yuan if isinstance(yuan, Decimal) else Decimal(str(yuan))
    if not exact.is_finite():
        raise ValueError(f"{yuan} is not an amount of money")
    return int((exact * FEN_PER_YUAN).to_integral_value(rounding=ROUND_HALF_UP))


def yuan(amount: int | Fraction) -> Decimal:
    """Fen as yuan, rounded to whole fen, half a fen up."""
    exact = Decimal(amount.numerator) / Decimal(amount.denominator)
    return exact.to_integral_value(rounding=ROUND_HALF_UP) / FEN_PER_YUAN


def yuan_text(amount: int | Fraction) -> str:
    """Fen as digits of yuan without idle zeros: 104500 → «1045», 156750 → «1567.5»."""
    text = f"{yuan(amount):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
