"""Comparing texts for people, and carrying a change over to a base that has moved."""

import difflib
import itertools
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a comparison."""

    kind: Literal["same", "gone", "new"]
    old: int | None
    """1-based line in the old text."""
    new: int | None
    """1-based line in the new text."""
    text: str


def compare(old: str | None, new: str | None) -> list[Row]:
    """The two texts line by line; what is gone stands before what is new in its place."""
    before, after = (old or "").split("\n"), (new or "").split("\n")
    rows: list[Row] = []
    for tag, first, last, start, end in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            rows += [Row("same", first + at + 1, start + at + 1, before[first + at]) for at in range(last - first)]
            continue
        rows += [Row("gone", at + 1, None, before[at]) for at in range(first, last)]
        rows += [Row("new", None, at + 1, after[at]) for at in range(start, end)]
    return rows


def carry_over(base: str, mine: str, theirs: str) -> str | None:
    """`mine` with the changes that `theirs` made to the common `base`; None where both changed the same lines.

    Lines that touch count as the same place: two people who wrote side by side should look at it together.
    """
    if base == theirs or mine == theirs:
        return mine
    if base == mine:
        return theirs
    lines = base.split("\n")
    changes = [(change, 0) for change in _changes(lines, mine)] + [(change, 1) for change in _changes(lines, theirs)]
    changes.sort(key=lambda item: (item[0][0], item[0][1]))
    for (one, who), (other, whose) in itertools.pairwise(changes):
        if who != whose and other[0] <= one[1]:
            return None
    merged: list[str] = []
    at = 0
    for (first, last, put), _ in changes:
        merged += [*lines[at:first], *put]
        at = last
    return "\n".join([*merged, *lines[at:]])


def _changes(base: list[str], text: str) -> list[tuple[int, int, list[str]]]:
    after = text.split("\n")
    codes = difflib.SequenceMatcher(None, base, after, autojunk=False).get_opcodes()
    return [(first, last, after[start:end]) for tag, first, last, start, end in codes if tag != "equal"]
