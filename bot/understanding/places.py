"""Places in a message: districts with their old names, streets and towns, places outside Tianjin."""

from dataclasses import dataclass

from bot.knowledge import Knowledge
from bot.knowledge.lexicon import PlaceWords
from bot.understanding.compiled import Compiled, compiled
from bot.understanding.text import heard

_LONGEST_STREET = 8


@dataclass(frozen=True, slots=True)
class Place:
    """A district, or somewhere outside Tianjin (`district` empty)."""

    start: int
    end: int
    district: str


def places_in(lists: Compiled, text: str) -> list[Place]:
    """Every place named in a text in one spelling (see `heard`)."""
    found = []
    for start, end, meaning in lists.places.find(text):
        if meaning != "-":
            found.append(Place(start, end, "" if meaning == "+" else meaning))
    return found


def place_in(knowledge: Knowledge, text: str) -> str | None:
    """The one district of Tianjin named in the message; None if there is none or more than one.

    A district by its own name counts before a street or estate that lies in one.
    """
    lists = compiled(knowledge)
    message = heard(text).text
    places = [place for place in places_in(lists, message) if place.district]
    by_name = {place.district for place in places if message[place.start : place.end] in lists.district_names}
    districts = by_name or {place.district for place in places}
    return districts.pop() if len(districts) == 1 else None


def street_in(knowledge: Knowledge, text: str) -> str | None:
    """The street (街道), town (镇) or township (乡) named in the message, as it was said."""
    message = heard(text)
    words = knowledge.lexicon.places
    lists = compiled(knowledge)
    for start, end in message.clauses():
        clause = message.text[start:end]
        name = _street(clause, words)
        if not name:
            continue
        for _, place_end, _ in lists.places.find(name):
            if name[:place_end] in lists.district_names and place_end < len(name) - 1:
                name = name[place_end:].removeprefix("区")
                break
        if any(word in name for word in words.not_street):
            continue
        if 2 <= len(name) <= _LONGEST_STREET + 2:
            return name
    return None


def _street(clause: str, words: PlaceWords) -> str:
    for ending in sorted(words.street_endings, key=len, reverse=True):
        place = clause.find(ending)
        if place <= 0:
            continue
        name = clause[max(place - _LONGEST_STREET, 0) : place].lstrip("0123456789")
        for cut in words.street_cut:
            name = name[name.rfind(cut) + len(cut) :] if cut in name else name
        if name:
            return name + ending
    return ""
