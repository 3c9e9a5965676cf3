"""Catches ID card and bank card numbers before anything is stored, also ones that were mistyped."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["id_card", "bank_card"]
STARS: Mapping[Kind, str] = {"id_card": "〔身份证号已隐去〕", "bank_card": "〔银行卡号已隐去〕"}
NEAR = 10
"""Characters before or after a number within which its name is looked for."""
_APART = r"[ \t\u3000\-‐‑–—－._·]{0,2}"
_RUN = re.compile(rf"\d(?:{_APART}\d)*(?:{_APART}[xX](?![a-zA-Z]))?")
_GROUP = re.compile(r"\d+[xX]?|[xX]")
_ID_FORM = re.compile(r"[1-8]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]")
_MOBILE = re.compile(r"(?:86)?1[3-9]\d{9}")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_BY_NAME: Mapping[Kind, range] = {"id_card": range(14, 21), "bank_card": range(12, 24)}
"""How many digits a number that is called so may have: mistyped by a digit or two, but never a telephone number."""
_SPOKEN = dict(zip("〇零幺一二两三四五六七八九", "0011223456789", strict=True))


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without identifiers, and which kinds were taken out."""

    text: str
    kinds: frozenset[str]
    """`id_card` and/or `bank_card`."""


def is_id_card(digits: str) -> bool:
    """Whether 18 characters form a resident identity number with a right check digit (GB 11643-1999)."""
    total = sum(int(digit) * weight for digit, weight in zip(digits[:17], _ID_WEIGHTS, strict=True))
    return _ID_CHECKS[total % 11] == digits[17].upper()


def is_bank_card(digits: str) -> bool:
    """Whether 15 to 19 digits pass the Luhn check (ISO/IEC 7812-1)."""
    doubled = [int(digit) * (2 if index % 2 else 1) for index, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def mask_identifiers(text: str, named: Mapping[str, Iterable[str]] | None = None) -> Masked:
    """`text` with every ID card and bank card number replaced by stars of the kind.

    Taken for one: an ID card number by its form alone (place, birthday, 18 characters), so that a wrong check
    digit does not save it; a bank card number by its check digit; and any number of fitting length that is
    called so.

    Args:
        text: as it was typed; digits may be full-width, Chinese or set apart.
        named: kind → words by which people call such a number, of policies/messages.yaml.

    Telephone numbers stay.
    """
    words = {kind: tuple(found) for kind, found in (named or {}).items()}
    plain = "".join(_digit(sign) for sign in text)
    kinds: set[str] = set()
    parts: list[str] = []
    end = 0
    for start, stop, kind in _found(plain, words):
        parts += [text[end:start], STARS[kind]]
        kinds.add(kind)
        end = stop
    return Masked("".join([*parts, text[end:]]), frozenset(kinds))


def _digit(sign: str) -> str:
    """The digit that a character stands for, else the character: always one for one."""
    if sign in _SPOKEN:
        return _SPOKEN[sign]
    value = unicodedata.decimal(sign, None)
    return sign if value is None else str(value)


def _found(plain: str, words: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[int, int, Kind]]:
    """(start, end, kind) of each number to take out, in order."""
    for run in _RUN.finditer(plain):
        groups = [(run.start() + group.start(), run.start() + group.end()) for group in _GROUP.finditer(run.group())]
        around = plain[max(0, run.start() - NEAR) : run.start()], plain[run.end() : run.end() + NEAR]
        alone = [(start, end, kind) for start, end in groups if (kind := _kind(plain[start:end], around, words))]
        if alone:
            yield from alone
            continue
        if any(_MOBILE.fullmatch(plain[start:end]) for start, end in groups) or any(end - start < 3 for start, end in groups[:-1]):
            continue  # telephone numbers side by side, or a list of small numbers
        whole = _kind("".join(plain[start:end] for start, end in groups), around, words)
        if whole:
            yield run.start(), run.end(), whole


def _kind(number: str, around: tuple[str, str], words: Mapping[str, tuple[str, ...]]) -> Kind | None:
    if _ID_FORM.fullmatch(number):
        return "id_card"
    if number.isdecimal() and 15 <= len(number) <= 19 and is_bank_card(number):
        return "bank_card"
    return _called(number, around, words)


def _called(number: str, around: tuple[str, str], words: Mapping[str, tuple[str, ...]]) -> Kind | None:
    """The kind by the name that stands before the number, else behind it."""
    for place in around:
        for kind, lengths in _BY_NAME.items():
            if len(number) in lengths and any(word in place for word in words.get(kind, ())):
                return kind
    return None
