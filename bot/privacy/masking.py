"""Takes out of a sentence what could tell who said it, before anybody but the caseworker may see it.

Beside identity and bank card numbers: telephones, e-mail addresses and account names, where somebody lives, and
names after 「我叫」「姓」. Rather too much than too little: a group of like sentences still says what was asked.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache, partial

from bot.privacy.identifiers import mask_identifiers

PHONE, ACCOUNT, PLACE, NAME = "〔电话〕", "〔账号〕", "〔住处〕", "〔姓名〕"
LONGEST_NAME = 4
LONGEST_PLACE = 16
"""Characters of a place that are taken out before its number or behind 「住在」."""
_DIGIT = "0-9零〇一二三四五六七八九十百"
_HAN = "\u4e00-\u9fff"
_NUMBER = re.compile(r"[+(]?\d(?:[ \-()]{0,2}\d){6,19}")
_ACCOUNT = re.compile(r"[A-Za-z0-9._+\-]{1,40}@[A-Za-z0-9.\-]{1,40}|(?<![A-Za-z0-9_])[A-Za-z][A-Za-z0-9_\-]{5,40}")
_MANY_DIGITS = 7
Words = Mapping[str, Iterable[str]]


def mask_personal(text: str, identifiers: Words, personal: Words) -> str:
    """`text` without identifiers, telephones, accounts, addresses and names that are introduced as such.

    Args:
        text: a sentence of a resident.
        identifiers: see `mask_identifiers`.
        personal: `name_after` (words before a name), `house` (words after the number of a house), `street` (ends of the
            names of streets and estates), `live` (words before where somebody lives), `keep` (words of a place that
            tell no more than the district), of policies/messages.yaml.

    Short public numbers (12345), districts and sums stay.
    """
    words = _compiled(tuple(sorted((key, tuple(found)) for key, found in personal.items())))
    masked = mask_identifiers(text, identifiers).text
    plain = "".join(_plain(sign) for sign in masked)
    for pattern, mark in words:
        plain = pattern.sub(partial(_without, mark=mark), plain)
    plain = _NUMBER.sub(_telephone, plain)
    return _ACCOUNT.sub(ACCOUNT, plain)


def _plain(sign: str) -> str:
    """ASCII for full-width letters and digits; always one for one."""
    return unicodedata.normalize("NFKC", sign) if "\uff10" <= sign <= "\uff5a" and sign.isalnum() else sign


def _without(found: re.Match[str], *, mark: str) -> str:
    """The match with its group `out` replaced."""
    start, end = found.span("out")
    return found.string[found.start() : start] + mark + found.string[end : found.end()]


def _telephone(found: re.Match[str]) -> str:
    """A run of digits is a number to call unless it is two sums side by side."""
    digits = re.sub(r"\D", "", found.group())
    alone = max(len(part) for part in re.split(r"\D+", found.group()))
    called = len(digits) in {11, 13} and re.match(r"(?:86)?1[3-9]|0\d{2}", digits)
    return PHONE if alone >= _MANY_DIGITS or called else found.group()


@lru_cache(maxsize=4)
def _compiled(personal: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[tuple[re.Pattern[str], str], ...]:
    words = {key: "|".join(re.escape(word) for word in sorted(found, key=len, reverse=True)) for key, found in personal}
    name = rf"(?:{words['name_after']})[:：是为 ]{{0,2}}(?P<out>[{_HAN}·]{{1,{LONGEST_NAME - 1}}})"
    before = rf"(?:(?!{words['keep']}|{words['live']})[{_HAN}{_DIGIT}]){{0,{LONGEST_PLACE}}}"
    number = rf"(?P<out>{before}[{_DIGIT}]{{1,5}}[ \-－]?(?:{words['house']})(?:[{_DIGIT}]{{1,5}}(?:{words['house']})?)*)"
    street = rf"(?P<out>{before}(?:{words['street']})[{_DIGIT}]{{1,5}}号[楼院门]?)"
    lives = rf"(?:{words['live']})(?:[{_HAN}]{{1,5}}(?:{words['keep']}))?(?P<out>[{_HAN}{_DIGIT}]{{1,{LONGEST_PLACE}}}?(?:{words['street']}))"
    return tuple((re.compile(pattern), mark) for pattern, mark in ((street, PLACE), (number, PLACE), (lives, PLACE), (name, NAME)))
