"""Plain texts of the bot as safe HTML: paragraphs, line breaks, lists, telephone numbers to tap."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from markupsafe import Markup, escape

_ITEM = re.compile(r"([-•●◐○✓✗?]) +(\S.*)")
_CASE = r"(?<![0-9A-Za-z])JN\d{4}-[0-9A-Z]{6}(?![0-9A-Za-z])"
_PAGE = r"(?<![A-Za-z0-9_/.-])(?:https?://[A-Za-z0-9.:-]{1,100})?(?:(/(?:mine|findings)/[A-Za-z0-9_-]{43})|(/resume))(?![0-9A-Za-z/_-])"
"""Pages of our own that the bot hands out, the secret ones in a group of their own; whatever host is named, the link leads to this one."""
OPEN = "点这里打开"
"""What people see in place of a secret address."""
_COUNTED = "元天个%人分岁日小时月年周次平倍万千多"
"""What follows an amount: 「120 元」 is no telephone number."""


_WHOLE = Markup('<span class="whole">{0}</span>')
_OPENED = Markup('<a href="{0}" rel="nofollow noreferrer">{1}</a>')
_CALLED = Markup('<a class="tel" href="tel:{0}">{0}</a>')


def prose(text: str, numbers: Iterable[str] = ()) -> Markup:
    """`text` as HTML; everything in it is escaped.

    Lines that begin with `- ` or with a mark (●, ✓ …) become lists; a line break stays one; an empty line
    parts paragraphs. `numbers` are telephone numbers that become links.
    """
    pattern = _numbers(tuple(sorted(numbers)))
    return Markup("").join(_block(kind, rows, pattern) for kind, rows in _blocks(text))


def _blocks(text: str) -> Iterator[tuple[str, list[str]]]:
    lines = [line.strip() for line in text.splitlines()]
    for kind, rows in groupby(lines, key=_kind):
        if kind:
            yield kind, list(rows)


def _kind(line: str) -> str:
    found = _ITEM.fullmatch(line)
    if found is None:
        return "words" if line else ""
    return "list" if found[1] in "-•" else "marked"


def _block(kind: str, rows: Sequence[str], pattern: re.Pattern[str]) -> Markup:
    if kind == "words":
        return Markup("<p>{}</p>").format(Markup("<br>").join(_linked(row, pattern) for row in rows))
    return Markup("<ul{}>{}</ul>").format(
        Markup(' class="marked"') if kind == "marked" else "",
        Markup("").join(_item(kind, row, pattern) for row in rows),
    )


def _item(kind: str, row: str, pattern: re.Pattern[str]) -> Markup:
    found = _ITEM.fullmatch(row)
    assert found is not None  # `_kind` put it here
    words = _linked(found[2], pattern)
    if kind == "list":
        return Markup("<li>{}</li>").format(words)
    return Markup('<li><span class="mark">{}</span> <span>{}</span></li>').format(found[1], words)


@lru_cache(maxsize=32)
def _numbers(numbers: tuple[str, ...]) -> re.Pattern[str]:
    """Finds, each in a group: case numbers (which must not break at their hyphen), numbers to call, secret pages of ours, open ones."""
    choice = "|".join(re.escape(number) for number in sorted(numbers, key=len, reverse=True)) or "(?!)"
    return re.compile(rf"({_CASE})|(?<![\d.-])({choice})(?![\d.-])(?! ?[{_COUNTED}])|{_PAGE}")


def _linked(words: str, pattern: re.Pattern[str]) -> Markup:
    parts: list[Markup] = []
    end = 0
    for found in pattern.finditer(words):
        parts.append(escape(words[end : found.start()]))
        parts.append(_link(found))
        end = found.end()
    return Markup("").join([*parts, escape(words[end:])])


def _link(found: re.Match[str]) -> Markup:
    if found[3]:
        return _OPENED.format(found[3], OPEN)
    if found[4]:
        return _OPENED.format(found[4], found[0])
    return (_WHOLE if found[1] else _CALLED).format(found[0])
