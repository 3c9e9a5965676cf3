"""Where a household lives and is registered, and what cars and homes it has."""

from collections.abc import Callable

from bot.knowledge import Value
from bot.understanding.compiled import Compiled
from bot.understanding.numbers import numbers_in
from bot.understanding.persons import Cast
from bot.understanding.places import Place, places_in
from bot.understanding.text import Heard

_SAID_OF_PLACE = 3


def district_and_hukou(lists: Compiled, message: Heard, cast: Cast) -> dict[str, Value]:
    """`district` and `hukou`, as far as they are said of the person asked for."""
    home: str | None = None
    registered: Place | None = None
    for start, end in message.clauses():
        clause = message.text[start:end]
        for place in places_in(lists, clause):
            if not _is_meant(cast, start + place.start):
                continue
            cue = _cue(lists, clause, place, message.gaps, start)
            if cue == "both":
                home, registered = home or place.district or None, registered or place
            elif cue == "hukou":
                registered = registered or place
            elif cue == "home" and place.district:
                home = home or place.district
    facts: dict[str, Value] = {"district": home} if home else {}
    hukou = _hukou(lists, message, home, registered)
    return facts | ({"hukou": hukou} if hukou else {})


def _is_meant(cast: Cast, index: int) -> bool:
    subject = cast.subjects[index]
    return cast.asked_for is None or subject is None or subject == cast.asked_for


def _cue(lists: Compiled, clause: str, place: Place, gaps: frozenset[int], start: int) -> str:
    """Whether the place is where they live, where they are registered, both, or neither."""
    before = clause[: place.start]
    after = clause[place.end :]
    hukou = max((before.rfind(word) + len(word) for word in lists.hukou_words if word in before), default=-1)
    if hukou < 0 and after.startswith(lists.hukou_words):
        return "hukou"
    lives = max((before.rfind(word) + len(word) for word in lists.living if word in before), default=-1)
    if hukou >= 0 and any(word in before for word in lists.both_places):
        return "both"
    if hukou >= 0:
        between = before[hukou:]
        return "home" if any(word in between for word in lists.lives_strictly) else "hukou"
    if any(word in after for word in lists.not_home):
        return ""
    if any(before.endswith(word) or word in before[-3:] for word in lists.not_lives):
        return ""
    shown = next((index for index in range(len(after)) if start + place.end + index in gaps), len(after))
    alone = not before.strip() and shown <= _SAID_OF_PLACE
    return "home" if (lives >= place.start - 3 and lives >= 0) or alone else ""


def _hukou(lists: Compiled, message: Heard, home: str | None, registered: Place | None) -> str | None:
    text = message.text
    for choice, phrases in lists.hukou_phrases.items():
        if any(_stands_plainly(lists, text, phrase) for phrase in phrases):
            return choice
    for start, end in message.clauses():
        clause = text[start:end]
        if any(word in clause for word in lists.hukou_words) and any(word in clause for word in lists.same_area):
            return "other_district" if any(word in clause for word in lists.not_same) else "same_district"
    if registered is None:
        return None
    if not registered.district:
        return "outside_tianjin"
    if home is None:
        return None
    return "same_district" if registered.district == home else "other_district"


def _stands_plainly(lists: Compiled, text: str, phrase: str) -> bool:
    """Whether the phrase stands in the text without a denial before it (不是本区户口)."""
    place = text.find(phrase)
    return place >= 0 and not any(word in text[max(place - 3, 0) : place] for word in lists.denials)


def things_owned(lists: Compiled, message: Heard, fact: str, is_past: Callable[[int], bool]) -> int | None:
    """How many cars or homes; sold ones are gone."""
    things = lists.cars if fact == "cars" else lists.homes
    units = lists.car_units if fact == "cars" else lists.home_units
    found: list[int] = []
    none = False
    clauses = message.clauses()
    for index, (start, end) in enumerate(clauses):
        following = message.text[slice(*clauses[index + 1])] if index + 1 < len(clauses) else ""
        if is_past(start) or is_past(end - 1) or following.lstrip(lists.before_sold).startswith(lists.sold):
            continue
        clause = things.without_others(message.text[start:end])
        if any(phrase in clause for phrase in things.none):
            none = True
            continue
        own = things.own.find(clause)
        if not own:
            continue
        count = _counted(lists, clause, own, units)
        if count is not None:
            found.append(count)
        elif fact == "cars" and any(clause[stop:].lstrip(lists.before_sold).startswith(lists.sold) for _, stop, _ in own):
            none = True
    if found:
        return found[0] if len(set(found)) == 1 else None
    return 0 if none else None


def _counted(lists: Compiled, clause: str, own: list[tuple[int, int, str]], units: tuple[str, ...]) -> int | None:
    """一辆小轿车, 房子两套, 有辆车."""
    for number in numbers_in(clause, lists):
        if number.whole is None or number.approximate or not clause.startswith(units, number.end):
            continue
        if any(abs(begin - number.end) <= 8 or abs(number.start - stop) <= 4 for begin, stop, _ in own):
            return number.whole
    for begin, _, _ in own:
        if any(clause[:begin].endswith(word) or word in clause[max(begin - 5, 0) : begin] for word in lists.one_of):
            return 1
    return None
