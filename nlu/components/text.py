"""Brings a resident's message into one spelling before anything is learnt from it.

Pure functions, no Rasa: the same module runs on the newer Python of the tests.
It never decides what a message means and keeps no message.
"""

import re
import unicodedata
from functools import lru_cache
from importlib.resources import files

SERVICE_NUMBERS = frozenset(
    ["110", "119", "120", "122", "12315", "12320", "12333", "12338", "12345", "12348", "12349", "12351", "12355", "12368", "12388", "12393"]
)
"""Public hotlines: these digits carry meaning and are kept as they are."""

_INVISIBLE = {"So", "Sk", "Cf", "Cs", "Co", "Cn", "Cc", "Mn"}
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_LONG_RUN = re.compile(r"(\D)\1{2,}")
_PUNCTUATION = re.compile(r"[^\w?]+")
_QUESTION_MARKS = re.compile(r"\s*\?[\s?]*")
_SOUNDS = re.compile(r"[嗯呃唔哎唉诶欸哦噢]+")
_STALLING = re.compile(r"(?:就是说|那个那个|这个这个|怎么说呢|我跟您说|我跟你说|您听我说)")
LONGEST = 2000
"""Characters read of one message; the rest would only slow the answer down."""


@lru_cache(maxsize=1)
def _simplified_table() -> dict[int, str]:
    """Traditional character → simplified character, from OpenCC's own table."""
    source = files("opencc").joinpath("dictionary/TSCharacters.txt")
    table: dict[int, str] = {}
    for line in source.read_text(encoding="utf-8").splitlines():
        traditional, _, simplified = line.partition("\t")
        if len(traditional) == 1 and simplified:
            table[ord(traditional)] = simplified.split()[0]
    return table


def to_simplified(text: str) -> str:
    """Write traditional characters the simplified way, one by one."""
    return text.translate(_simplified_table())


def strip_emoji(text: str) -> str:
    """Replace emoji, control characters and other marks without a sound by a space."""
    if text.isascii():
        return text.replace("\n", " ").replace("\t", " ")
    return "".join(" " if unicodedata.category(char) in _INVISIBLE else char for char in text)


def digit_class(match: re.Match[str]) -> str:
    """A number becomes zeros, as many as it has digits (five at most); hotlines stay."""
    number = match.group()
    if number in SERVICE_NUMBERS:
        return number
    return "0" * min(len(number.partition(".")[0]), 5)


def squeeze_runs(text: str) -> str:
    """«哈哈哈哈» and «急急急急» keep two of the same character."""
    return _LONG_RUN.sub(r"\1\1", text)


def drop_fillers(text: str) -> str:
    """Drop sounds of hesitation, unless nothing else was said («嗯» alone is an answer)."""
    shorter = _STALLING.sub("", _SOUNDS.sub("", text))
    return shorter if len(shorter.strip(" ?")) > 1 else text


def normalize(text: str) -> str:
    """One spelling for all that means the same; words are separated by one space at most."""
    text = unicodedata.normalize("NFKC", text[:LONGEST])
    text = to_simplified(strip_emoji(text)).lower()
    text = _DIGITS.sub(digit_class, text)
    text = _QUESTION_MARKS.sub("? ", text)
    text = _PUNCTUATION.sub(" ", text)
    return squeeze_runs(drop_fillers(text)).strip()
