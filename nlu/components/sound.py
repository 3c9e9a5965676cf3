"""How a message sounds: toneless pinyin with the confusions of ear and input method folded.

«领时救助», «lin shi jiu zhu» and «临时救助» come out the same. Each syllable is one
character of the result, so that n-grams of sound are plain slices. Pure functions, no Rasa.
"""

import re
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

_FOLDED_INITIALS = {"zh": "z", "ch": "c", "sh": "s", "n": "l", "r": "l", "f": "h"}
_FOLDED_FINALS = {"ing": "in", "eng": "en", "ang": "an", "iang": "ian", "uang": "uan", "ueng": "un"}
_INITIALS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcsyw")
_CODED_INITIALS = ("", *"bpmdtlgkhjqxzcsyw")
_CODED_FINALS = (
    *("a", "o", "e", "i", "u", "v", "ai", "ei", "ui", "ao", "ou", "iu", "ie", "ue", "ve", "er", "an", "en", "in", "un", "vn"),
    *("ong", "iong", "ia", "ian", "iao", "ua", "uai", "uan", "uo", "m", "n", "ng", "io"),
)
_FIRST_CODE = 0xE000
_SYLLABLE = re.compile(
    r"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:iang|iong|uang|ueng|ang|eng|ing|ong|ian|iao|uai|uan|ai|ei|ui|ao|ou|iu|ie|ue|ve|er|an|en|in|un|ia|ua|uo|[aoeiuv])"
)
_LATIN = re.compile(r"[a-z]+")


def split_syllable(syllable: str) -> tuple[str, str]:
    """«zhang» → («zh», «ang»); a syllable without consonant has an empty initial."""
    for initial in _INITIALS:
        if syllable.startswith(initial) and syllable != initial:
            return initial, syllable[len(initial) :]
    return "", syllable


def fold(syllable: str) -> str:
    """Write syllables that residents and speech recognisers mix up the same way."""
    initial, final = split_syllable(syllable)
    return _FOLDED_INITIALS.get(initial, initial) + _FOLDED_FINALS.get(final, final)


@lru_cache(maxsize=2048)
def code(syllable: str) -> str:
    """One private-use character for a folded syllable; the syllable itself if it is none."""
    initial, final = split_syllable(fold(syllable))
    if initial not in _CODED_INITIALS or final not in _CODED_FINALS:
        return syllable
    number = _CODED_INITIALS.index(initial) * len(_CODED_FINALS) + _CODED_FINALS.index(final)
    return chr(_FIRST_CODE + number)


@lru_cache(maxsize=16384)
def syllable_of(char: str) -> str:
    """The usual reading of one Chinese character without tone; other characters unchanged."""
    return lazy_pinyin(char, style=Style.NORMAL)[0]


@lru_cache(maxsize=16384)
def _sound_of(char: str) -> str:
    return char if char.isascii() else code(syllable_of(char))


def _spelled(match: re.Match[str]) -> str:
    """Latin letters that are whole pinyin become syllables; «app» and «pos» stay letters."""
    word = match.group()
    if len(word) < 2:
        return word
    return "".join(code(part) for part in _segments(word)) or word


@lru_cache(maxsize=4096)
def _segments(word: str) -> tuple[str, ...]:
    """Cut «dibao» into («di», «bao»); empty when some letters are left over."""
    parts: list[str] = []
    position = 0
    while position < len(word):
        match = _SYLLABLE.match(word, position)
        if match is None:
            return ()
        parts.append(match.group())
        position = match.end()
    return tuple(parts)


def sound(text: str) -> str:
    """The sound of a normalised text: one character per syllable, spaces dropped."""
    spelled = _LATIN.sub(_spelled, text)
    return "".join(_sound_of(char) for char in spelled if char not in " ?")
