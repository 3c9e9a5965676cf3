"""Counts in answers: how many people, how old, how many cars and homes."""

from bot.understanding.compiled import Compiled
from bot.understanding.numbers import Number, numbers_in
from bot.understanding.replies import bare
from bot.understanding.text import Heard

MONTHS_PER_YEAR = 12
_APART_WITHIN = 8
OTHER_THING = "*"
"""Stands where something was named that is no car (an electric bicycle)."""


def household_size_said(lists: Compiled, message: Heard) -> int | None:
    """How many live together; None if only vague (七八口) or if the parts do not fit the whole."""
    text = message.text
    plain = bare(text, lists.lexicon.answers.fillers)
    if text in lists.alone or plain in lists.alone:
        return 1
    parts = members_named(lists, text)
    if parts is None and any(word in text for word in lists.alone_anywhere):
        return 1
    totals = _totals(lists, text)
    if None in totals or len(totals) > 1:
        return None
    total = totals.pop() if totals else None
    if total is None:
        return parts
    if any(word in text for word in lists.besides_self):
        return total + 1
    return total if parts is None or parts <= total else None


def _totals(lists: Compiled, text: str) -> set[int | None]:
    """Figures that count all people; None among them where one is vague."""
    totals: set[int | None] = set()
    named = [(start, end) for start, end, meaning in lists.members.find(text) if meaning.startswith("=")]
    for number in numbers_in(text, lists):
        rest = text[number.end :]
        unit = next((unit for unit in lists.people_units if rest.startswith(unit)), "")
        after = rest[len(unit) :]
        if any(start <= number.start < end for start, end in named):
            continue
        if lists.member_words.stands_at(rest) or lists.member_words.stands_at(after):
            continue
        if not unit and any(rest.startswith(other) for other in lists.not_people_units):
            continue
        totals.add(None if number.approximate else number.whole)
    return totals


def members_named(lists: Compiled, text: str, *, with_self: bool = False) -> int | None:
    """Self and the relatives named along (我和老伴, 带俩孩子, 老两口带个孙子); None if nobody is named.

    `with_self`: the speaker is one of them even if not named.
    """
    others = together = 0
    speaks_of_self = complete = False
    for start, end, meaning in lists.members.find(text):
        if text[start:end] in lists.together:
            # 「我和老伴,我们俩」: the pair holds whoever was named before, and is named once more after
            together, others, speaks_of_self = int(meaning[1:]), 0, False
        elif meaning == "self":
            speaks_of_self = True
        elif meaning.startswith("="):
            complete = True
            others += int(meaning[1:]) * (_count_before(lists, text, start) if meaning == "=1" else 1)
        elif not _left_out(lists, text, start, end):
            others += int(meaning) * _count_before(lists, text, start)
    if together:
        return max(together, others + 1) if speaks_of_self else together + others
    if not others:
        return None
    if complete:
        return others
    joined = with_self or speaks_of_self or any(text.startswith(word) for word in lists.joining_people)
    return others + 1 if joined else None


def _count_before(lists: Compiled, text: str, start: int) -> int:
    for number in reversed(numbers_in(text[:start], lists)):
        if number.whole and text[number.end : start] in lists.between_count_and_member:
            return number.whole
        break
    return 1


def _left_out(lists: Compiled, text: str, start: int, end: int) -> bool:
    """Somebody who is said not to be there (没孩子) or to have died (老伴走了)."""
    if any(word in text[max(start - 3, 0) : start] for word in lists.denials):
        return True
    after = text[end : end + _APART_WITHIN]
    return after.lstrip(lists.before_sold).startswith((*lists.gone, *lists.apart)) or after[1:].startswith(lists.gone)


def age_said(lists: Compiled, message: Heard) -> int | None:
    """Completed years; None if vague, by zodiac animal or year of birth."""
    text = message.text
    ages: list[Number] = []
    for number in numbers_in(text, lists):
        rest = text[number.end :]
        if rest.startswith(lists.month_age_units) and not any(unit in rest for unit in lists.age_units):
            return 0 if number.whole is not None and number.whole < MONTHS_PER_YEAR else None
        if not rest.startswith(lists.age_units) and any(rest.startswith(unit) for unit in lists.not_age_units):
            return None
        ages.append(number)
    if any(word in text for word in lists.age_vague):
        return None
    if len(ages) == 2 and any(word in text for word in lists.corrections):
        ages = ages[-1:]
    if len(ages) != 1 or ages[0].approximate:
        return None
    return ages[0].whole


def things_said(lists: Compiled, fact: str, message: Heard) -> int | None:
    """Cars or homes: a plain count, «none», or «one» where one is spoken of."""
    things = lists.cars if fact == "cars" else lists.homes
    text = things.without_others(message.text)
    found = [
        number
        for number in numbers_in(text, lists)
        if not any(text.startswith(unit, number.end) for unit in things.not_units)
    ]
    if _has_none(lists, things.none, message, bool(found)) or (not found and _all_sold(lists, message)):
        return 0
    if not found:
        if OTHER_THING in text and not things.own.stands_in(text):
            return 0
        plain = bare(text, lists.lexicon.answers.fillers)
        return 1 if any(plain.startswith(word) for word in lists.one_of) and OTHER_THING not in text else None
    if len(found) > 1 and any(word in text for word in lists.corrections):
        found = found[-1:]
    return found[0].whole if len(found) == 1 else None


def _all_sold(lists: Compiled, message: Heard) -> bool:
    """卖了, 早卖了, 原来有现在没了."""
    return any(message.text[start:end].endswith(lists.sold) for start, end in message.clauses())


def _has_none(lists: Compiled, none: tuple[str, ...], message: Heard, counted: bool) -> bool:
    """没有, 没车, 一套没有: nothing; with a figure beside it only where the figure is in the past."""
    said = False
    for start, end in message.clauses():
        clause = message.text[start:end]
        plain = bare(clause, lists.lexicon.answers.fillers)
        if clause in lists.nothing or plain in lists.nothing or any(word in clause for word in none):
            said = True
        elif counted and any(word in clause for word in lists.exceptions):
            return False
    return said
