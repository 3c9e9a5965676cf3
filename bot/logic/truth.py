"""Kleene's three truth values: true, false, and None for unknown."""

from collections.abc import Iterable

Truth = bool | None
"""True, False, or None: not known."""


def negated(value: Truth) -> Truth:
    """Not; the unknown stays unknown."""
    return None if value is None else not value


def all_of(values: Iterable[Truth]) -> Truth:
    """And: one false decides, else one unknown leaves it open. Nothing at all is true."""
    result: Truth = True
    for value in values:
        if value is False:
            return False
        if value is None:
            result = None
    return result


def any_of(values: Iterable[Truth]) -> Truth:
    """Or: one true decides, else one unknown leaves it open. Nothing at all is false."""
    result: Truth = False
    for value in values:
        if value is True:
            return True
        if value is None:
            result = None
    return result
