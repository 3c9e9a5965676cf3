"""Whom a story is about: people named in it, the one it is asked for, and whose facts stand where.

Refuses to merge people: what is said of somebody else stays theirs.
"""

from dataclasses import dataclass, field

from bot.understanding.compiled import Compiled
from bot.understanding.text import Heard

SELF = "self"
THIRD = "third"
OTHER = "other"
HOUSEHOLD = "household"
_VERB_WITHIN = 9
_BEFORE_WITHIN = 14
_DEATH_WITHIN = 10


@dataclass(frozen=True, slots=True)
class Mention:
    """A person named at a place of the text."""

    start: int
    end: int
    person: str
    leads: bool
    """False for a companion (跟儿子, 靠闺女): what follows is not about them."""


@dataclass(slots=True)
class Cast:
    """Everybody in a story."""

    mentions: list[Mention]
    asked_for: str | None = None
    """Person the resident asks for (给我妈问, 自己申请); None if not said."""
    asked_in: int = -1
    """Number of the clause in which the person asked for is named (我想给我妈问问); -1 if none is."""
    dead: set[str] = field(default_factory=set)
    subjects: list[str | None] = field(default_factory=list)
    """Per character: who is being spoken of there; None for the speaker's own household in general."""

    @property
    def for_whom(self) -> str | None:
        """`self`, `family`, `other`, or None if it was not said."""
        if self.asked_for is None:
            return None
        if self.asked_for == SELF:
            return SELF
        return OTHER if self.asked_for.startswith(OTHER) else "family"


def cast_of(lists: Compiled, message: Heard) -> Cast:
    """Find everybody in the message."""
    mentions = _mentions(lists, message)
    cast = Cast(mentions)
    cast.dead = {mention.person for mention in mentions if mention.leads and _is_dead(lists, message, mention)}
    cast.asked_for = _asked_for(lists, message, cast)
    cast.subjects = _subjects(lists, cast, message)
    return cast


def _mentions(lists: Compiled, message: Heard) -> list[Mention]:
    text = message.text
    found = [item for item in lists.people.find_in(message) if item[2]]
    kept: list[Mention] = []
    for index, (start, end, person) in enumerate(found):
        following = found[index + 1] if index + 1 < len(found) else None
        if person in {SELF, HOUSEHOLD} and following and text[end : following[0]] in lists.possessive and following[2] != SELF:
            continue
        if person in lists.honorific and text[start - 1 : start] in lists.surnames and start:
            person = OTHER
        if kept and kept[-1].person == OTHER and _is_title(lists, message, kept[-1], start, person):
            previous = kept.pop()
            kept.append(Mention(previous.start, end, previous.person, previous.leads))
            continue
        kept.append(Mention(start, end, person, _leads(lists, message, start, end)))
    return kept


def _is_title(lists: Compiled, message: Heard, before: Mention, start: int, person: str) -> bool:
    """In 「隔壁王奶奶」 both words name the same outsider."""
    together = message.clause[start] == message.clause[before.start]
    return together and person not in {SELF, THIRD, HOUSEHOLD} and message.text[before.end : start] in lists.possessive


def _leads(lists: Compiled, message: Heard, start: int, end: int) -> bool:
    before = _without_possessors(lists, _before(message, start))
    if before.endswith(lists.companions_before):
        return False
    ends_clause = end == len(message.text) or message.clause[end] != message.clause[start]
    if ends_clause and before.endswith(lists.having):
        return False
    return not message.text.startswith(lists.not_subject_after, end)


def _without_possessors(lists: Compiled, text: str) -> str:
    """「帮我老家的」 → 「帮」."""
    shorter = text
    while shorter:
        word = next((word for word in lists.possessors if shorter.endswith(word)), "")
        if not word:
            break
        shorter = shorter.removesuffix(word)
    return shorter


def _before(message: Heard, index: int) -> str:
    """What stands shortly before the character in its clause."""
    start, _ = message.clause_around(index)
    return message.text[max(start, index - _BEFORE_WITHIN) : index]


def _asked_for(lists: Compiled, message: Heard, cast: Cast) -> str | None:
    """The person after 给/替/帮 and before 问/办/申请, or the speaker who says so."""
    text = message.text
    for mention in cast.mentions:
        before = _without_possessors(lists, _before(message, mention.start))
        after = _rest_of_clause(message, mention.end, _VERB_WITHIN)
        verb = any(word in after for word in lists.asking_verbs)
        if mention.person == HOUSEHOLD:
            continue
        if not verb or not before.endswith(lists.asking) or before.endswith(lists.not_asking):
            continue
        person = _last_other(lists, cast, mention) if mention.person == THIRD else mention.person
        if person and person != SELF:
            cast.asked_in = message.clause[mention.start]
            return person
    for phrase in lists.asking_for_self:
        place = text.find(phrase)
        if place >= 0 and not any(word in text[max(place - 3, 0) : place] for word in lists.denials):
            return SELF
    return None


def _last_other(lists: Compiled, cast: Cast, pronoun: Mention) -> str | None:
    """Whom 他/她 means: the last living single person named before."""
    nobody = {SELF, THIRD, HOUSEHOLD} | cast.dead | lists.several
    before = [item for item in cast.mentions if item.start < pronoun.start and item.person not in nobody]
    return before[-1].person if before else None


def _rest_of_clause(message: Heard, start: int, longest: int) -> str:
    _, end = message.clause_around(start - 1)
    return message.text[start : min(end, start + longest)]


def _is_dead(lists: Compiled, message: Heard, mention: Mention) -> bool:
    after = _rest_of_clause(message, mention.end, _DEATH_WITHIN)
    places = [after.find(word) for word in lists.dead if word in after]
    if not places:
        return False
    return not any(word in after[: min(places)] for word in lists.denials)


def _subjects(lists: Compiled, cast: Cast, message: Heard) -> list[str | None]:
    """The last leading person before each character; 他/她 is the last other person, or the one asked for."""
    subjects: list[str | None] = []
    start = cast.asked_for if cast.asked_for != SELF else None
    current = living = last_other = start
    queue = iter([*(item for item in cast.mentions if item.leads), None])
    upcoming = next(queue)
    for index in range(len(message.text)):
        if index and message.clause[index] != message.clause[index - 1]:
            if message.clause[index - 1] == cast.asked_in:
                current = living = start  # what follows 「我想给我妈问问」 is about her
            elif current in cast.dead:
                current = living
        while upcoming is not None and upcoming.start <= index:
            person = upcoming.person
            if person == THIRD:
                person = last_other or THIRD
            elif person not in {SELF, HOUSEHOLD} | cast.dead | lists.several:
                last_other = person
            current = None if person == HOUSEHOLD else person
            living = living if current in cast.dead else current
            upcoming = next(queue)
        subjects.append(current)
    return subjects
