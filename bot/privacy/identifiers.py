"""Catches ID card and bank card numbers before anything is stored."""

import re
from dataclasses import dataclass

_ID_CARD = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)")
_LONG_NUMBER = re.compile(r"(?<!\d)\d(?:[ -]?\d){14,18}(?!\d)")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"


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


def mask_identifiers(text: str) -> Masked:
    """`text` with every ID card and bank card number replaced by stars of the kind."""
    kinds: set[str] = set()

    def id_card(match: re.Match[str]) -> str:
        if not is_id_card(match.group()):
            return match.group()
        kinds.add("id_card")
        return "〔身份证号已隐去〕"

    def bank_card(match: re.Match[str]) -> str:
        if not is_bank_card(re.sub(r"\D", "", match.group())):
            return match.group()
        kinds.add("bank_card")
        return "〔银行卡号已隐去〕"

    masked = _LONG_NUMBER.sub(bank_card, _ID_CARD.sub(id_card, text))
    return Masked(masked, frozenset(kinds))
