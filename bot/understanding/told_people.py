"""What a story says of single people: ages and disabilities; and how many live together."""

from dataclasses import dataclass

from bot.knowledge import Value
from bot.understanding.compiled import Compiled
from bot.understanding.counts import members_named
from bot.understanding.numbers import Number, numbers_in
from bot.understanding.persons import HOUSEHOLD, SELF, THIRD, Cast
from bot.understanding.text import Heard

_YOUNGEST_BARE, _OLDEST = 10, 110
_GRADES = range(1, 5)
_MOST_PEOPLE = 20
_NAMED_WITHIN = 2
_UNIT_ONLY = 2


@dataclass(frozen=True, slots=True)
class PersonFact:
    """A fact of one person of the story; None is whoever speaks without naming anybody."""

    fact: str
    value: Value
    person: str | None


def ages_told(lists: Compiled, message: Heard, cast: Cast) -> list[PersonFact]:
    """六十八岁, 我妈六十七, 今年五十八, 三十六了; vague ages are left out."""
    told = []
    for start, end in message.clauses():
        clause = message.text[start:end]
        for number in numbers_in(clause, lists):
            if number.whole is None or number.approximate or number.whole > _OLDEST:
                continue
            if _is_age(lists, message, cast, clause, start, number):
                told.append(PersonFact("age", number.whole, _whose_age(cast, start + number.start, start + number.end, end)))
    return told


def _whose_age(cast: Cast, start: int, end: int, clause_end: int) -> str | None:
    """「八岁的孩子」 is the child's age, whoever was spoken of before."""
    named = next((item.person for item in cast.mentions if end < item.start <= min(end + _NAMED_WITHIN, clause_end - 1)), None)
    return named if named not in {None, SELF, HOUSEHOLD, THIRD} else cast.subjects[start]


def _is_age(lists: Compiled, message: Heard, cast: Cast, clause: str, start: int, number: Number) -> bool:
    rest = clause[number.end :]
    if rest.startswith(lists.age_units):
        return not any(rest.startswith(word) for word in lists.age_vague)
    if not (number.whole or 0) >= _YOUNGEST_BARE or any(rest.startswith(unit) for unit in lists.not_age_units):
        return False
    before = clause[: number.start]
    if before.endswith(lists.sure_age_cues):
        return True
    apart = start + number.start in message.gaps
    if rest and not rest.startswith(lists.after_bare_age) and start + number.end not in message.gaps:
        return False
    if apart and rest.startswith(lists.aged):
        return True
    near = clause[max((gap - start for gap in message.gaps if start <= gap <= start + number.start), default=0) : number.start]
    near = near or before
    if any(cue in near for cue in lists.money_cue_words) or any(word in near for word in lists.period_words):
        return False
    named = any(item.end == start + number.start for item in cast.mentions)
    return not before or named or apart or before.endswith(lists.age_cues)


def disabilities_told(lists: Compiled, message: Heard, cast: Cast) -> list[PersonFact]:
    """Grade, kind or «none», each with its person; a grade counts only beside a word of disability."""
    told: list[PersonFact] = []
    spoken = False
    for start, end in message.clauses():
        clause = message.text[start:end]
        for phrase in lists.not_disability:
            clause = clause.replace(phrase, "*" * len(phrase))
        none = next((clause.find(phrase) for phrase in lists.no_disability if phrase in clause), -1)
        if none >= 0:
            told.append(PersonFact("disability", "none", cast.subjects[start + none]))
            spoken = False
            continue
        kinds = lists.disability_kinds.find(clause)
        grades = _grades(lists, clause)
        here = any(cue in clause for cue in lists.disability_cues)
        if here or spoken or (kinds and grades):
            told.extend(PersonFact("disability", f"grade_{grade}", cast.subjects[start + at]) for at, grade in grades)
            told.extend(_kinds(kinds, cast, start))
        spoken = here or bool(kinds and grades)
    return told


def _grades(lists: Compiled, clause: str) -> list[tuple[int, int]]:
    return [
        (number.start, number.whole)
        for number in numbers_in(clause, lists)
        if number.whole in _GRADES and number.whole is not None and clause.startswith(lists.grade_units, number.end)
    ]


def _kinds(kinds: list[tuple[int, int, str]], cast: Cast, start: int) -> list[PersonFact]:
    return [PersonFact("disability_kind", kind, cast.subjects[start + at]) for at, _, kind in kinds]


def size_told(lists: Compiled, message: Heard, cast: Cast) -> int | None:
    """How many live together, where one plain figure or a complete list of people says so."""
    counted: list[int] = []
    for start, end in message.clauses():
        clause = message.text[start:end]
        counted.extend(_people_counted(lists, clause))
    if counted:
        return counted[0] if len(set(counted)) == 1 else max(counted) if _grows(counted) else None
    clauses = [message.text[start:end] for start, end in message.clauses()]
    for index, clause in enumerate(clauses):
        joined = clause
        if index + 1 < len(clauses) and clauses[index + 1].startswith(lists.joining_people):
            joined += clauses[index + 1]
        if _is_complete(lists, joined):
            named = members_named(lists, joined) or _brought_up(lists, joined)
            if named is not None and named <= _MOST_PEOPLE:
                return named
    return None


def _grows(counted: list[int]) -> bool:
    """A first small figure (俩人) followed by the whole (一家五口): only two figures may differ."""
    return len(counted) == 2 and counted[0] < counted[1]


def _people_counted(lists: Compiled, clause: str) -> list[int]:
    found = []
    named = [(begin, stop) for begin, stop, meaning in lists.members.find(clause) if meaning.startswith("=") and meaning != "=1"]
    for number in numbers_in(clause, lists):
        rest = clause[number.end :]
        if number.whole is None or number.approximate or not 1 <= number.whole <= _MOST_PEOPLE:
            continue
        if any(begin <= number.start < stop for begin, stop in named):
            continue
        sure = rest.startswith(lists.mouths) and not rest.startswith(lists.not_mouths)
        loose = rest.startswith(lists.heads) and not rest.startswith(lists.not_heads)
        before = clause[: number.start]
        if any(before.endswith(word) for word in lists.per_person_before):
            continue
        in_household = any(word in clause for word in lists.household_cues) or not before or len(rest) <= _UNIT_ONLY
        if sure or (loose and number.whole > 1 and in_household):
            found.append(number.whole)
    return found


def _is_complete(lists: Compiled, clause: str) -> bool:
    """Whether the people named are all who live there: a pair (娘俩), 带着, or «only»."""
    if any(meaning.startswith("=") and meaning != "=1" for _, _, meaning in lists.members.find(clause)):
        return True
    named = lists.members.find(clause)
    if any(meaning == "=1" and _is_counted(lists, clause, begin) for begin, _, meaning in named):
        return any(meaning.isdigit() for _, _, meaning in named)  # 俩大人一个孩子
    return _brought_up(lists, clause) is not None or any(word in clause for word in lists.complete_lists)


def _is_counted(lists: Compiled, clause: str, begin: int) -> bool:
    return any(number.end == begin for number in numbers_in(clause[:begin], lists))


def _brought_up(lists: Compiled, clause: str) -> int | None:
    """Whoever brings up children alone (带俩孩子) and the children; None where nobody does."""
    begin = min((clause.find(word) for word in lists.bringing if word in clause), default=-1)
    return None if begin < 0 else members_named(lists, clause[begin:], with_self=True)
