"""Numbers the Chinese way: 一千二, 两千来块, 1.5w, 俩, 六十好几; says when a number is only vague.

Refuses to guess: what is not one plain number has no value.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import cn2an

from bot.knowledge.lexicon import NumberWords
from bot.understanding.compiled import Compiled

_RUN = re.compile(r"[0-9零〇一二两俩三仨四五六七八九十廿百千万亿几多余来点.wk]+")
_FIRST = frozenset("0123456789零一二两俩三仨四五六七八九十廿百千万几")
_DIGITS = "零一二三四五六七八九"
_SAME = str.maketrans({"〇": "零", "两": "二", "廿": "二十"})
_UNITS = {"十": 10, "百": 100, "千": 1000, "k": 1000, "万": 10_000, "w": 10_000, "亿": 100_000_000}
_NEIGHBOURS = re.compile(r"[一二三四五六七八九]{2}")
_PIECE = re.compile(r"(\d+(?:\.\d+)?)([百千万亿wk]*)")
_LONGEST_RUN = 24
_LARGEST = 1e12
_LARGE = 100


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text."""

    start: int
    end: int
    """After the digits; the unit begins here."""
    value: float | None
    """None where it is vague (六十多, 三四万, 几百)."""
    approximate: bool
    """两千来块: round, but for people and ages too vague."""
    text: str

    @property
    def whole(self) -> int | None:
        """The value as a whole number, if it is one."""
        return int(self.value) if self.value is not None and self.value == int(self.value) else None


def numbers_in(text: str, lists: Compiled) -> list[Number]:
    """All numbers of a text in one spelling (see `heard`), with what stands around them taken into account."""
    words = lists.lexicon.numbers
    idioms = [(start, end) for start, end, _ in lists.not_numbers.find(text)]
    found = [
        item for item in _plain(text) if not any(start <= item.start and item.end <= end for start, end in idioms)
    ]
    result = []
    for index, number in enumerate(found):
        vague = _vague_before(text, number, words) or _vague_after(text, number.end, words)
        near = found[max(index - 1, 0) : index + 2]
        if vague or _in_range(text, number, near, words):
            number = Number(number.start, number.end, None, number.approximate, number.text)
        result.append(number)
    return result


def _plain(text: str) -> Iterator[Number]:
    for match in _RUN.finditer(text):
        run, start = match.group(), match.start()
        shift = next((index for index, char in enumerate(run) if char in _FIRST), len(run))
        run = run[shift:].rstrip(".点")
        start += shift
        letters = text[start + len(run) : start + len(run) + 1]
        if run and run[-1] in "wk" and letters.isascii() and letters.isalpha():
            run = run[:-1]
        if not run:
            continue
        for piece in _pieces(run):
            value, approximate = _value(piece)
            yield Number(start, start + len(piece), value, approximate, piece)
            start += len(piece)


def _pieces(run: str) -> list[str]:
    """「八十四一个人」 holds two numbers: a falling pair of digits after a unit is never one number."""
    if len(run) > _LONGEST_RUN:
        return [run]
    cuts = [0]
    for index in range(2, len(run)):
        first, second = _DIGITS.find(run[index - 1]), _DIGITS.find(run[index].translate(_SAME))
        if first > 0 and 0 < second < first and run[index - 2] in _UNITS:
            cuts.append(index)
        elif run[index] in "俩仨" and run[index - 1] not in "几多":
            cuts.append(index)  # 「六千俩老的」: 俩 begins a number of its own
    return [run[start:end] for start, end in pairwise([*cuts, len(run)])]


@lru_cache(maxsize=4096)
def _value(run: str) -> tuple[float | None, bool]:
    approximate = "来" in run
    run = run.replace("来", "").translate(_SAME)
    if run in {"俩", "仨"}:
        return (2.0 if run == "俩" else 3.0), approximate
    if not run or len(run) > _LONGEST_RUN or any(char in run for char in "几多余俩仨"):
        return None, approximate
    value = _arabic(run) if run[0].isdigit() else _chinese(run)
    return (value if value is not None and value < _LARGEST else None), approximate


def _chinese(run: str) -> float | None:
    """Characters only: cn2an reads them, once vague neighbours (三四, 一两) and tails are out of the way."""
    if any(char in run for char in "0123456789.wk") or run[0] in "百千万亿":
        return None
    if "点" in run:
        return _arabic(_digits_throughout(run).replace("点", "."))
    if _NEIGHBOURS.search(run):
        return None
    try:
        return float(cn2an.cn2an(run, "normal"))
    except ValueError:
        return None


def _arabic(run: str) -> float | None:
    """3万5, 1.2万, 2千500, 1w5: pieces of digits and units from left to right."""
    total, last_unit, position = 0.0, 0, 0
    for match in _PIECE.finditer(_digits_throughout(run)):
        if match.start() != position:
            return None
        position = match.end()
        amount, unit = float(match.group(1)), 1
        for sign in match.group(2):
            unit *= _UNITS[sign]
        if last_unit and amount * unit >= last_unit:
            return None
        if last_unit and not match.group(2) and len(match.group(1)) == 1:
            unit = last_unit // 10
        total += amount * unit
        last_unit = unit
        if unit == 1:
            break
    return total if position == len(_digits_throughout(run)) else None


def _digits_throughout(run: str) -> str:
    return "".join(str(_DIGITS.index(char)) if char in _DIGITS else char for char in run)


def _vague_before(text: str, number: Number, words: NumberWords) -> bool:
    before = text[max(number.start - 4, 0) : number.start]
    large = number.value is not None and number.value >= _LARGE
    return any(before.endswith(word) for word in words.vague_before) or (
        large and any(before.endswith(word) for word in words.vague_before_large)
    )


def _vague_after(text: str, end: int, words: NumberWords) -> bool:
    """「多」 and the like right after the number or after its unit."""
    rest = text[end : end + 8]
    for unit in (*words.money_units, *words.age_units, *words.people_units):
        if rest.startswith(unit):
            rest = rest[len(unit) :]
            break
    return any(rest.startswith(word) or text.startswith(word, end) for word in words.vague_after)


def _in_range(text: str, number: Number, near: list[Number], words: NumberWords) -> bool:
    """一千到一千五: both ends of a range are vague."""
    for other in near:
        first, second = sorted((number, other), key=lambda item: item.start)
        between = text[first.end : second.start]
        if first is second or len(between) > 6:
            continue
        for unit in words.money_units:
            between = between.replace(unit, "")
        if between in words.ranges:
            return True
    return False
