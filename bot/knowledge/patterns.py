"""The small grammar in which policies/lexicon/ says what words look like together.

A pattern is a row of items, separated by spaces, that must follow one another directly:

    打/骂          one of these words
    {people}       one of the words of a group; joins with others: {people}/老师
    ~6             at most six other characters may stand here
    !{not}~3       guard, first or last item only: none of these words in the three characters before (after)
    ^  $           start and end of the clause

Refuses everything else, so that no pattern can take more than linear time or mean two things.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_GAP = 30
_GAP = re.compile(r"~(\d{1,2})")
_GUARD = re.compile(r"!(\S+?)~(\d{1,2})")
_GROUP = re.compile(r"\{([a-z_0-9]+)\}")


class PatternFault(ValueError):
    """A pattern does not follow the grammar; the text says what, in Chinese."""


@dataclass(frozen=True, slots=True)
class Words:
    """One of these words stands here."""

    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Gap:
    """At most `longest` characters of anything."""

    longest: int


@dataclass(frozen=True, slots=True)
class Guard:
    """None of the words within `reach` characters outside the match."""

    words: frozenset[str]
    reach: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """A parsed pattern: words with the gap allowed before each, guards, anchors."""

    steps: tuple[tuple[int, Words], ...]
    """(longest gap before, words); the first gap counts only together with `at_start`."""
    before: Guard | None
    after: Guard | None
    at_start: int | None
    """Set if the match must begin at most so many characters after the start of its clause."""
    at_end: int | None


def parse_pattern(text: str, groups: Mapping[str, tuple[str, ...]]) -> Pattern:
    """Parse one pattern.

    Raises:
        PatternFault: it breaks the grammar or names a group that does not exist.
    """
    items = text.split()
    before = after = None
    if items and items[0].startswith("!"):
        before = _guard(items.pop(0), groups)
    if items and items[-1].startswith("!"):
        after = _guard(items.pop(), groups)
    anchored = bool(items) and items[0] == "^"
    items = items[1:] if anchored else items
    closed = bool(items) and items[-1] == "$"
    items = items[:-1] if closed else items
    steps: list[tuple[int, Words]] = []
    gap = 0
    for item in items:
        if item.startswith("~"):
            gap = _gap(item)
        else:
            steps.append((gap, Words(_words(item, groups))))
            gap = 0
    if not steps:
        raise PatternFault(f"「{text}」里没有词")
    if gap and not closed:
        raise PatternFault(f"「{text}」以 ~ 结尾,后面要有词或 $")
    if steps[0][0] and not anchored:
        raise PatternFault(f"「{text}」以 ~ 开头,前面要有 ^")
    return Pattern(tuple(steps), before, after, steps[0][0] if anchored else None, gap if closed else None)


def _gap(item: str) -> int:
    match = _GAP.fullmatch(item)
    if match is None or not 1 <= int(match.group(1)) <= LONGEST_GAP:
        raise PatternFault(f"「{item}」应写成 ~1 到 ~{LONGEST_GAP}")
    return int(match.group(1))


def _guard(item: str, groups: Mapping[str, tuple[str, ...]]) -> Guard:
    match = _GUARD.fullmatch(item)
    if match is None:
        raise PatternFault(f"「{item}」应写成 !词~字数")
    return Guard(_words(match.group(1), groups), int(match.group(2)))


def _words(item: str, groups: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    words: set[str] = set()
    for part in item.split("/"):
        group = _GROUP.fullmatch(part)
        if group is not None:
            if group.group(1) not in groups:
                raise PatternFault(f"没有叫「{group.group(1)}」的词组")
            words.update(groups[group.group(1)])
        elif not part or any(mark in part for mark in "{}~!^$"):
            raise PatternFault(f"「{item}」里有写错的地方")
        else:
            words.add(part)
    return frozenset(words)
