"""Whether two cases may be about the same household. A person decides; this only proposes, with its grounds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pypinyin import lazy_pinyin

_CONFUSED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("l", "n"), ("h", "f"))
"""Sounds that speech input and dialect mix up; the first is written as the second."""
_NEAR_AGE = 2
_NEAR_DAYS = 90
_ENOUGH = 3
"""So many traits of the person in need must agree where neither phone nor name does."""


def sound_of(name: str) -> str:
    """A name as it sounds: pinyin without tones, with sounds that are easily confused folded together.

    Two spellings of one name by people who only heard it give the same text; "" for no name.
    """
    syllables = lazy_pinyin("".join(name.split()))
    heard = "-".join(syllables).lower()
    for sound, written in _CONFUSED:
        heard = heard.replace(sound, written)
    return heard


@dataclass(frozen=True, slots=True)
class Sketch:
    """What of a case can be compared; empty fields say nothing."""

    phone_hash: str | None
    name_hash: str | None
    street: str
    age: int | None
    programmes: frozenset[str]
    opened_on: date


def grounds(one: Sketch, other: Sketch) -> tuple[str, ...]:
    """Why the two may belong together: `phone`, `name`, `street`, `age`, `programme`, `dates`; empty when they need not.

    The same phone or a name that sounds alike is enough; else three traits of the person in need must agree.
    """
    found = tuple(_agreeing(one, other))
    strong = {"phone", "name"} & set(found)
    return found if strong or (len(found) >= _ENOUGH and "street" in found) else ()


def _agreeing(one: Sketch, other: Sketch) -> Iterator[str]:
    if one.phone_hash and one.phone_hash == other.phone_hash:
        yield "phone"
    if one.name_hash and one.name_hash == other.name_hash:
        yield "name"
    if one.street and one.street == other.street:
        yield "street"
    if one.age is not None and other.age is not None and abs(one.age - other.age) <= _NEAR_AGE:
        yield "age"
    if one.programmes & other.programmes:
        yield "programme"
    if abs((one.opened_on - other.opened_on).days) <= _NEAR_DAYS:
        yield "dates"
