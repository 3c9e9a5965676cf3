"""Brings a message into one spelling, and knows where its clauses and sentences end.

Nothing here decides what a message means.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

LONGEST = 10_000
"""Characters kept of one message."""

_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn"}
_SENTENCE_ENDS = frozenset("。!?;\n…")
_CLAUSE_ENDS = frozenset(",、:,~()《》「」\"“”'‘’[]【】|") | _SENTENCE_ENDS
_THOUSANDS = re.compile(r"(?<=\d),(?=\d\d\d(?!\d))")
_RANGE_MARK = re.compile(r"(?<=[\d一二三四五六七八九十百千万wk])[-~–—~至](?=[\d一二两三四五六七八九十])")
_FORMAL = re.compile(r"[壹贰叁肆伍陆柒捌玖拾佰仟]{2,}|[壹贰叁肆伍陆柒捌玖](?=[十百千万元级])")
_ZHE = re.compile("著(?![名作者称])")
"""活著 is the traditional 活着; 著 has two simplified forms, so the table leaves it."""
_NUMERALS = frozenset("一二两俩三仨四五六七八九十")
_DAILY = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
_CIRCLED = {ord(mark): f" {number} " for number, mark in enumerate("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳", 1)}


@dataclass(frozen=True, slots=True)
class Heard:
    """A message in one spelling: letters, digits and characters only, with the borders it had."""

    text: str
    """Lower case, simplified, no punctuation but a decimal point and %."""
    clause: tuple[int, ...]
    """Number of the clause of each character."""
    sentence: tuple[int, ...]
    """Number of the sentence of each character."""
    marked: str
    """The same message with its punctuation."""
    bounds: Mapping[int, tuple[int, int]]
    """Number of a clause → its (start, end) in `text`."""
    gaps: frozenset[int]
    """Characters before which a space stood that ends no clause (光棍一条 61了)."""

    def clauses(self) -> list[tuple[int, int]]:
        """(start, end) of every clause in `text`."""
        return list(self.bounds.values())

    def clause_around(self, index: int) -> tuple[int, int]:
        """(start, end) of the clause in which the character stands."""
        return self.bounds[self.clause[index]]


def _runs(numbers: tuple[int, ...]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    start = 0
    for index in range(1, len(numbers) + 1):
        if index == len(numbers) or numbers[index] != numbers[start]:
            spans.append((start, index))
            start = index
    return spans if numbers else []


def clean(text: str) -> str:
    """The message without control, bidirectional, zero-width and unassigned characters, at most 10,000 kept.

    Line breaks and tabs stay; everything is in Unicode normal form C. Never raises for any string.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text[: LONGEST * 4])
    kept = "".join(char for char in text[: LONGEST * 4] if char in "\n\t" or unicodedata.category(char) not in _DROPPED)
    return kept[:LONGEST].strip()


@lru_cache(maxsize=1)
def _simplified_table() -> dict[int, str]:
    """Traditional → simplified character, from OpenCC's own table; 「乾」 and the like take the first choice."""
    source = files("opencc").joinpath("dictionary/TSCharacters.txt")
    table: dict[int, str] = {}
    for line in source.read_text(encoding="utf-8").splitlines():
        traditional, _, simplified = line.partition("\t")
        if len(traditional) == 1 and simplified and traditional != simplified.split()[0]:
            table[ord(traditional)] = simplified.split()[0]
    return table


def spelled(text: str) -> str:
    """NFKC, simplified, lower case, punctuation kept in half width."""
    text = unicodedata.normalize("NFKC", clean(text).translate(_CIRCLED))
    text = _ZHE.sub("着", _FORMAL.sub(_as_written_daily, text.translate(_simplified_table()).lower()))
    return _RANGE_MARK.sub("到", _THOUSANDS.sub("", text))


def _as_written_daily(match: re.Match[str]) -> str:
    """Numerals as on cheques (贰千) the everyday way."""
    return match.group().translate(_DAILY)


def _is_kept(text: str, index: int) -> bool:
    char = text[index]
    if char == ".":
        return text[index - 1 : index].isdigit() and text[index + 1 : index + 2].isdigit()
    return char.isalnum() or char == "%"


def _joins(left: str, right: str) -> bool:
    """Whether a space between the two says nothing: it stands at a digit or Latin letter, but not between two numbers."""
    if left.isdigit() and right in _NUMERALS:
        return False
    return left.isascii() or right.isascii()


@lru_cache(maxsize=256)
def heard(text: str) -> Heard:
    """`text` as the other modules of this room read it."""
    marked = spelled(text)
    chars: list[str] = []
    clause_of: list[int] = []
    sentence_of: list[int] = []
    clause = sentence = 0
    gaps: set[int] = set()
    spaced = ended = stopped = False
    for index, char in enumerate(marked):
        if not _is_kept(marked, index):
            ended = ended or char in _CLAUSE_ENDS or char == "."
            stopped = stopped or char in _SENTENCE_ENDS
            spaced = True
            continue
        if chars and (ended or (spaced and not _joins(chars[-1], char))):
            clause += 1
        elif chars and spaced:
            gaps.add(len(chars))
        if chars and stopped:
            sentence += 1
        spaced = ended = stopped = False
        chars.append(char)
        clause_of.append(clause)
        sentence_of.append(sentence)
    clauses = _without_split_characters(clause_of)
    bounds = {clauses[start]: (start, end) for start, end in _runs(clauses)}
    return Heard("".join(chars), clauses, _no_finer(sentence_of, clauses), marked, bounds, frozenset(gaps))


def _without_split_characters(clauses: list[int]) -> tuple[int, ...]:
    """Clauses of one character each, three or more in a row, are one word written apart (「不 想 活」)."""
    runs = _runs(tuple(clauses))
    result = list(clauses)
    row: list[tuple[int, int]] = []
    for span in [*runs, (0, 0)]:
        if span[1] - span[0] == 1:
            row.append(span)
            continue
        if len(row) >= 3:
            for start, _ in row:
                result[start] = result[row[0][0]]
        row = []
    return tuple(result)


def _no_finer(sentences: list[int], clauses: tuple[int, ...]) -> tuple[int, ...]:
    """Sentences that never end within a clause."""
    result = list(sentences)
    shift: dict[int, int] = {}
    for index, sentence in enumerate(sentences):
        result[index] = shift.setdefault(clauses[index], sentence)
    return tuple(result)
