"""Money as residents say it: which numbers of a text are amounts, for how long, and what they come to.

A range, a figure per person, and a figure for a day or a quarter have no value here.
"""

from dataclasses import dataclass

from bot.understanding.compiled import Compiled
from bot.understanding.numbers import Number, numbers_in

MONTHS_PER_YEAR = 12
_LEAST_WITHOUT_UNIT = 10
_LONGEST_DIGITS = 8
_TENTHS = {char: digit for row in ("一二三四五六七八九", "123456789") for digit, char in enumerate(row, 1)} | {"两": 2}


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount of money."""

    number: Number
    period: str
    """`month`, `year`, `other` or empty where nothing was said."""
    per_person: bool
    has_unit: bool

    @property
    def value(self) -> float | None:
        """Yuan as said; None where it is vague."""
        return self.number.value

    @property
    def monthly(self) -> float | None:
        """Yuan per month, whole where divided; None where it is vague or for another period."""
        if self.value is None or self.period == "other":
            return None
        return float(round(self.value / MONTHS_PER_YEAR)) if self.period == "year" else self.value


def amounts_in(lists: Compiled, text: str, start: int = 0, end: int | None = None) -> list[Amount]:
    """Numbers between `start` and `end` that can be money."""
    stretch = text[start : len(text) if end is None else end]
    spoken_for = [(begin, stop) for begin, stop, _ in lists.periods.find(stretch)]
    found: list[Amount] = []
    behind = 0
    for number in numbers_in(stretch, lists):
        if number.start < behind or any(begin < number.end and number.start < stop for begin, stop in spoken_for):
            continue
        number = _with_tenths(lists, stretch, number)
        behind = number.end
        rest = stretch[number.end :]
        unit = next((unit for unit in lists.money_units if rest.startswith(unit)), "")
        if not unit and rest.startswith(lists.not_money_units) and not rest.startswith(lists.no_units):
            continue
        period = _period(lists, stretch, number, found)
        shifted = Number(number.start + start, number.end + start, number.value, number.approximate, number.text)
        found.append(Amount(shifted, period, _per_person(lists, stretch, number), bool(unit) or _has_scale(number)))
    return found


def _with_tenths(lists: Compiled, stretch: str, number: Number) -> Number:
    """两千三百五十六块八: a lone digit after the unit counts tenths, unless it counts something else."""
    unit = next((unit for unit in lists.whole_units if stretch.startswith(unit, number.end)), "")
    place = number.end + len(unit)
    digit = _TENTHS.get(stretch[place : place + 1], 0)
    if not unit or not digit or number.value is None:
        return number
    end = place + 1
    coin = next((coin for coin in lists.tenth_units if stretch.startswith(coin, end)), "")
    if not coin and end < len(stretch) and not stretch.startswith(lists.after_tenths, end):
        return number
    return Number(number.start, end + len(coin), number.value + digit / 10, number.approximate, stretch[number.start : end])


def _has_scale(number: Number) -> bool:
    return number.value is None or any(char in "十百千万亿wk块元圆" for char in number.text)


def is_plausible(amount: Amount) -> bool:
    """A lone «3» or a string of digits like a telephone number is no amount of money."""
    if amount.has_unit or amount.value is None:
        return True
    return (amount.value == 0 or amount.value >= _LEAST_WITHOUT_UNIT) and len(amount.number.text) < _LONGEST_DIGITS


def _period(lists: Compiled, stretch: str, number: Number, earlier: list[Amount]) -> str:
    """The nearest word for a period: after the number (两万四一年), else before it."""
    after = stretch[number.end :]
    for unit in lists.money_units:
        if after.startswith(unit):
            after = after[len(unit) :]
            break
    following = lists.periods.find(after[:5]) or lists.periods_after.find(after[:3])
    if following and following[0][0] <= 1 and not _belongs_to_next(lists, after, following[0][1]):
        return following[0][2]
    before = lists.periods.find(stretch[: number.start])
    return before[-1][2] if before else ""


def _belongs_to_next(lists: Compiled, after: str, end: int) -> bool:
    """In 「工资三千一年两万四」 the period stands between two numbers and belongs to the second."""
    numbers = numbers_in(after[end : end + 4], lists)
    return bool(numbers) and numbers[0].start <= 1


def _per_person(lists: Compiled, stretch: str, number: Number) -> bool:
    return any(word in stretch for word in lists.per_person)
