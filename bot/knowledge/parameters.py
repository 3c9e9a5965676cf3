"""Figures with dates and sources. Outside its dates a figure has no value; none is ever borrowed."""

from datetime import date
from decimal import Decimal

from bot.errors import JinnuanError
from bot.knowledge.documents import Strict
from bot.knowledge.sources import Grade


class ParameterNotInForce(JinnuanError):
    """A figure has no value on the day asked for; the case goes to a person."""


class DatedValue(Strict):
    """One value, from a day on and, where stated, up to and including another."""

    starts_on: date
    ends_on: date | None = None
    value: Decimal
    source: str
    """Id of a file in policies/sources, optionally `#clause`."""
    grade: Grade


class Derived(Strict):
    """How a figure follows from another one: so many times as much, from the same days on."""

    figure: str
    times: Decimal


class Parameter(Strict):
    """One figure and its whole history, earliest first."""

    label: str
    unit: str
    checked_on: date
    values: tuple[DatedValue, ...]
    derived: Derived | None = None
    note: str = ""

    def on(self, day: date) -> DatedValue:
        """The value in force on `day`; both edge days count.

        Raises:
            ParameterNotInForce: `day` lies before the first value, in a gap, or after the end.
        """
        latest = next((entry for entry in reversed(self.values) if entry.starts_on <= day), None)
        if latest is not None and (latest.ends_on is None or day <= latest.ends_on):
            return latest
        raise ParameterNotInForce(f"{self.label} 在 {day} 没有可用的数")
