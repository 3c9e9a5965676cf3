"""Telephone numbers in a message, read with the rules of the numbering plan of China."""

import re
import unicodedata

import phonenumbers

from bot.understanding.text import clean

_SPOKEN = str.maketrans("零〇一幺二两三四五六七八九", "0011223456789")
_LONGEST = 300
_GROUPED = re.compile(r"(?<=\d)[ -](?=\d)")


def phone_in(text: str) -> str | None:
    """The first valid telephone number of the message as digits (area code included), else None.

    Mobile numbers come without country code (13812345678), landlines with their area code (02223456789).
    Short public hotlines are not telephone numbers of a resident.
    """
    marked = _GROUPED.sub("", unicodedata.normalize("NFKC", clean(text[:_LONGEST])))
    for candidate in (marked, marked.translate(_SPOKEN)):
        for match in phonenumbers.PhoneNumberMatcher(candidate, "CN"):
            number = match.number
            if number.country_code == 86 and phonenumbers.is_valid_number(number):
                national = phonenumbers.national_significant_number(number)
                return national if len(national) == 11 and national.startswith("1") else f"0{national}"
    return None
