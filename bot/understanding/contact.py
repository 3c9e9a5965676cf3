"""How and when somebody may be reached, who must not know of it, and what is an address: read from any words, in any order."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bot.knowledge import Knowledge
from bot.knowledge.lexicon import HandoverWords
from bot.understanding.compiled import compiled
from bot.understanding.matters import matters
from bot.understanding.phones import phone_in
from bot.understanding.places import place_in, street_in
from bot.understanding.replies import is_question
from bot.understanding.text import clean, heard, spelled

Way = Literal["phone", "chat", "none"]
Speech = Literal["text", "sign", "visit", "read_aloud"]
LONGEST_WORDS = 60
LONGEST_ADDRESS = 40
_DIGITS = re.compile(r"\d(?:[ -]?\d){6,}")
_NUMBERED = re.compile(r"\d+ ?(?:号|楼|单元|室|门|栋|弄|层)")
_HOUR = r"(?:[0-2]?\d|[一二两三四五六七八九十]{1,3})"


@dataclass(frozen=True, slots=True)
class ContactSaid:
    """What one message says about reaching its writer; empty where it says nothing."""

    phone: str = ""
    way: Way | None = None
    when: str = ""
    not_told: str = ""
    """In their words: who must not know of it."""
    speech: Speech | None = None

    @property
    def anything(self) -> bool:
        """Whether the message says anything of it (a time alone does not count)."""
        return bool(self.phone or self.way or self.not_told or self.speech)


def contact_said(knowledge: Knowledge, text: str) -> ContactSaid:
    """Read one message. A wish not to be called outranks a number beside it. Never raises."""
    known, rest = matters(knowledge), _without_numbers(text)
    message = heard(rest)
    phone = phone_in(text) or ""
    when = time_said(knowledge, rest)
    way: Way | None = None
    about = known.in_(message, *_OF_CONTACT)
    if "none" in about:
        way = "none"
    elif "chat" in about and not _denied_at_times(knowledge, rest):
        way = "chat"
    elif phone or "call_ok" in about:
        way = "phone"
    speech: Speech | None = next((name for name, matter in _SPEECH if matter in about), None)
    if speech == "text" and way is None:
        way = "chat"
    return ContactSaid(phone, way, when, _clause_of(knowledge, rest, "not_told") if "not_told" in about else "", speech)


_OF_CONTACT = ("none", "chat", "call_ok", "not_told", "text_only", "sign", "visit", "read_aloud")
_SPEECH: tuple[tuple[Speech, str], ...] = (("sign", "sign"), ("text", "text_only"), ("read_aloud", "read_aloud"), ("visit", "visit"))


def _without_numbers(text: str) -> str:
    """The text with every long row of digits as a comma, so that no street or hour swallows a digit of it."""
    return _DIGITS.sub(",", spelled(clean(text)))


def _clauses(text: str) -> list[str]:
    message = heard(text)
    return [message.text[start:end] for start, end in message.clauses()]


def _clause_of(knowledge: Knowledge, text: str, matter: str) -> str:
    """The clause in which a matter stands, as it was said."""
    found = next((clause for clause in _clauses(text) if matters(knowledge).in_(heard(clause), matter)), text)
    return found.strip()[:LONGEST_WORDS]


def _denied_at_times(knowledge: Knowledge, text: str) -> bool:
    """「晚上别打电话」: calls are refused at a time, not altogether."""
    known = matters(knowledge)
    refusing = [clause for clause in _clauses(text) if known.in_(heard(clause), "chat")]
    return bool(refusing) and all(_times(knowledge).search(clause) for clause in refusing)


@lru_cache(maxsize=8)
def _times(knowledge: Knowledge) -> re.Pattern[str]:
    return _pattern(knowledge.lexicon.handover)


def _pattern(words: HandoverWords) -> re.Pattern[str]:
    """A run of days, parts of the day and hours; linear, as every part begins with a word or a digit."""

    def one_of(list_: tuple[str, ...]) -> str:
        return "(?:" + "|".join(re.escape(word) for word in sorted(list_, key=len, reverse=True)) + ")"

    day, part, ends, joins = one_of(words.days), one_of(words.day_parts), one_of(words.time_ends), one_of(words.time_joins)
    hour = f"(?:{_HOUR}{one_of(words.clock)}|[0-2]?\\d[:.][0-5]\\d)"
    atom = f"(?:(?:{day}|{part}|{hour}){ends}?)"
    return re.compile(f"{atom}(?:{joins}?-?{atom}){{0,6}}")


def time_said(knowledge: Knowledge, text: str) -> str:
    """The times of day or week named in a message, joined; with 「别」 where they are refused; 「」 when there are none.

    An hour alone counts from two on or with more beside it: 「快一点」 is no time.
    """
    words, found = knowledge.lexicon.handover, []
    if matters(knowledge).in_(heard(text), "anytime"):
        return knowledge.messages.buttons["anytime"]
    for clause in _clauses(_with_colons(_without_numbers(text))):
        runs = [match.group() for match in _times(knowledge).finditer(clause) if match.group() not in {"一点", "两点"}]
        if runs and any(denied in clause for denied in words.time_denied):
            found.append(clause[:LONGEST_WORDS])
        else:
            found += runs
    return "，".join(dict.fromkeys(found))[:LONGEST_WORDS]


def refuses_time(knowledge: Knowledge, when: str) -> bool:
    """Whether times were named as those at which nobody may call."""
    return any(word in when for word in knowledge.lexicon.handover.time_denied)


def _with_colons(text: str) -> str:
    """18:30 as 18点30, because the reading of clauses drops the colon."""
    return re.sub(r"(?<!\d)([0-2]?\d)[:：]([0-5]\d)(?!\d)", lambda match: f"{match[1]}点" + ("半" if match[2] == "30" else ""), text)


@dataclass(frozen=True, slots=True)
class PlaceSaid:
    """Where somebody is or lives, as far as one message says it."""

    district: str = ""
    street: str = ""
    address: str = ""
    """Words that look like an address, or say where somebody is."""

    @property
    def anything(self) -> bool:
        """Whether the message says a place at all."""
        return bool(self.district or self.street or self.address)


def place_said(knowledge: Knowledge, text: str) -> PlaceSaid:
    """The place in a message; nothing is a place that is not one. Never raises."""
    rest = _without_numbers(text)
    district = place_in(knowledge, rest) or ""
    street = _street(knowledge, rest)
    address = next((clause for clause in _clauses(rest) if _is_address(knowledge, clause)), "")
    return PlaceSaid(district, street, address.strip()[:LONGEST_ADDRESS])


def without_hukou(knowledge: Knowledge, text: str) -> tuple[str, str]:
    """(the clauses that speak of the 户口, the rest): a district named with the 户口 is not where somebody lives."""
    words = compiled(knowledge).hukou_words
    clauses = _clauses(_without_numbers(text))
    about = [clause for clause in clauses if any(word in clause for word in words)]
    return "，".join(about), "，".join(clause for clause in clauses if clause not in about)


def _street(knowledge: Knowledge, text: str) -> str:
    street = street_in(knowledge, text) or ""
    endings = knowledge.lexicon.places.street_endings
    bare = next((street.removesuffix(ending) for ending in sorted(endings, key=len, reverse=True) if street.endswith(ending)), "")
    wrong = any(word in bare for word in knowledge.lexicon.handover.telling)
    return "" if not bare or wrong else street


def _is_address(knowledge: Knowledge, clause: str) -> bool:
    """Whether a clause looks like an address (幸福里小区3号楼) or says where somebody is (在家)."""
    words, lists = knowledge.lexicon.handover, compiled(knowledge)
    if not clause or len(clause) > LONGEST_ADDRESS or is_question(lists, heard(clause)):
        return False
    if any(word in clause for word in words.address_not):
        return False
    tells = any(word in clause for word in knowledge.lexicon.handover.telling)
    if _NUMBERED.search(clause) or (not tells and any(clause.endswith(ending) and len(clause) > len(ending) + 1 for ending in words.address_ends)):
        return True
    return any(word in clause and len(clause) <= len(word) + _AROUND_SOMEWHERE for word in words.somewhere)


_AROUND_SOMEWHERE = 4
"""「我就在家里」 says where somebody is; 「楼下老两口没人管」 tells of somebody."""
