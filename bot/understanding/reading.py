"""Reads what a resident typed in answer to one question; rather asks again than guesses."""

from bot.knowledge import FactSpec, Knowledge, Value
from bot.knowledge.facts import UNKNOWN
from bot.understanding.amounts import Amount, amounts_in, is_plausible
from bot.understanding.compiled import Compiled, compiled
from bot.understanding.counts import age_said, household_size_said, things_said
from bot.understanding.numbers import numbers_in
from bot.understanding.places import places_in
from bot.understanding.replies import asks_about_the_question, bare, chosen, is_question, says_unknown, yes_or_no
from bot.understanding.roles import BACK, NET, OWN, TAKEN, earned, owned, paid, parts_in, speaks_of_debt, speaks_of_refund
from bot.understanding.text import Heard, heard

AGAIN = "again"
GRADES = 4
_LONGEST_ANSWER = 200
_DECLINED_WITHIN = 4


def read_answer(knowledge: Knowledge, fact: str, text: str) -> Value | None:
    """The value of `fact` that the resident gave.

    Returns None when the answer is doubtful and has to be asked for again, `UNKNOWN` when the resident does
    not know or prefers not to say. Never raises for any text; an unknown fact is a KeyError.
    """
    spec = knowledge.facts[fact]
    lists = compiled(knowledge)
    message = heard(text)
    if not message.text or len(message.text) > _LONGEST_ANSWER:
        return None
    value = _read(lists, fact, spec, message)
    if value is None or value == UNKNOWN:
        return value
    return value if spec.accepts(value) else None


def _read(lists: Compiled, fact: str, spec: FactSpec, message: Heard) -> Value | None:
    named = _by_name(lists, spec, message)
    if named is not None:
        return named
    if spec.type in {"choice", "set"}:
        picked = chosen(lists, message, len(spec.choices))
        if picked and not _means_grade(lists, fact, message):
            return _picked(spec, picked)
    if asks_about_the_question(lists, message):
        return None
    if says_unknown(lists, message):
        return _after_all(lists, fact, spec, message)
    if is_question(lists, message):
        return None
    return _told(lists, fact, spec, message)


def _told(lists: Compiled, fact: str, spec: FactSpec, message: Heard) -> Value | None:
    match spec.type:
        case "money":
            return money_said(lists, fact, message)
        case "integer":
            return _integer(lists, fact, message)
        case "boolean":
            return _boolean(lists, fact, message)
        case "set":
            return _services(lists, spec, message)
        case "choice":
            return _choice(lists, fact, message)


def _after_all(lists: Compiled, fact: str, spec: FactSpec, message: Heard) -> Value | None:
    """「说不好,大概两千吧」 still names a figure; everything else with «do not know» is unknown."""
    if spec.type in {"money", "integer"} and any(word in message.text for word in lists.after_all):
        value = _told(lists, fact, spec, message)
        if value is not None:
            return value
    return UNKNOWN


def _by_name(lists: Compiled, spec: FactSpec, message: Heard) -> Value | None:
    """The title of a choice, or one of its other names, word for word."""
    names = lists.choice_names(spec)
    for said in (message.text, bare(message.text, lists.lexicon.answers.fillers)):
        if said in names:
            return (names[said],) if spec.type == "set" else names[said]
    return None


def _picked(spec: FactSpec, picked: tuple[int, ...]) -> Value | None:
    if spec.type == "set":
        return tuple(spec.choice_ids[number - 1] for number in sorted(set(picked)))
    return spec.choice_ids[picked[0] - 1] if len(picked) == 1 else None


def _means_grade(lists: Compiled, fact: str, message: Heard) -> bool:
    return fact == "disability" and any(unit in message.text for unit in lists.grade_units)


def _choice(lists: Compiled, fact: str, message: Heard) -> Value | None:
    if fact == "district":
        return _district(lists, message)
    hit = lists.answer_rules.first(fact, message, lists.answer_rules.scene(message))
    if fact == "disability" and hit is None:
        return _grade(lists, message)
    if fact == "hukou" and hit is None and any(not place.district for place in places_in(lists, message.text)):
        return "outside_tianjin"
    return None if hit is None or hit.value == AGAIN else hit.value


def _grade(lists: Compiled, message: Heard) -> Value | None:
    """「三级」「肢体二级」: the one grade that is named."""
    said = {
        number.whole
        for number in numbers_in(message.text, lists)
        if message.text.startswith(lists.grade_units, number.end)
    }
    grade = said.pop() if len(said) == 1 else None
    return f"grade_{grade}" if grade is not None and 1 <= grade <= GRADES else None


def _district(lists: Compiled, message: Heard) -> Value | None:
    """One district; of several the one after 住, or the one not denied."""
    places = [place for place in places_in(lists, message.text) if place.district]
    denied = [place for place in places if _denied(lists, message.text, place.start)]
    left = {place.district for place in places if place not in denied}
    if len(left) > 1:
        left = {place.district for place in places if _lived_in(lists, message.text, place.start)}
    return left.pop() if len(left) == 1 else None


def _denied(lists: Compiled, text: str, start: int) -> bool:
    before = text[max(start - 4, 0) : start]
    return any(word in before for word in lists.denials)


def _lived_in(lists: Compiled, text: str, start: int) -> bool:
    before = text[max(start - 4, 0) : start]
    return any(before.endswith(word) for word in lists.living)


def _boolean(lists: Compiled, fact: str, message: Heard) -> Value | None:
    hit = lists.answer_rules.first(fact, message, lists.answer_rules.scene(message))
    if hit is not None:
        return None if hit.value == AGAIN else hit.value
    told = lists.told_rules.first(fact, message, lists.told_rules.scene(message))
    if told is not None:
        return told.value
    if fact in lists.lexicon.answers.not_plain:
        return None
    start, end = message.clauses()[0]
    whole = yes_or_no(lists, message.text)
    return whole if whole is not None else yes_or_no(lists, message.text[start:end])


def _services(lists: Compiled, spec: FactSpec, message: Heard) -> Value | None:
    """Every service named and not declined; an empty tuple if none is wanted."""
    named = {
        meaning
        for start, _, meaning in lists.needs.find_in(message)
        if not _declined(lists, message, start)
    }
    if named:
        return tuple(choice for choice in spec.choice_ids if choice in named)
    hit = lists.answer_rules.first("service_needs", message, lists.answer_rules.scene(message))
    return () if hit is not None and hit.value == "none" else None


def _declined(lists: Compiled, message: Heard, start: int) -> bool:
    begin, _ = message.clause_around(start)
    return any(word in message.text[max(begin, start - _DECLINED_WITHIN) : start] for word in lists.declining)


def _integer(lists: Compiled, fact: str, message: Heard) -> Value | None:
    match fact:
        case "household_size":
            return household_size_said(lists, message)
        case "age":
            return age_said(lists, message)
        case _:
            return things_said(lists, fact, message)


def money_said(lists: Compiled, fact: str, message: Heard) -> float | None:
    """Yuan named in an answer about money; per month for income, else in all.

    Several plain figures (退休金两千三,老伴八百) are added up; a correction or «now» leaves only the later one.
    What is owed is neither saved nor earned; of what was spent only what no insurance paid back counts.
    """
    text = message.text
    if any(word in text for word in lists.per_person) or _is_negative(lists, message):
        return None
    said = amounts_in(lists, text)
    if not any(is_plausible(amount) for amount in said) and _says_nothing(lists, message):
        return 0
    if len(said) > 1 and _is_corrected(lists, text, said):
        said = said[-1:]
    counted, back = _counted(lists, fact, message, said)
    if not counted and said and _says_nothing(lists, message):
        return 0
    if not counted or _is_either_or(lists, text, said):
        return None
    total, returned = _total(fact, counted), _total(fact, back)
    if total is None or returned is None or total < returned:
        return None
    left = total - returned
    return int(left) if left == int(left) else left


def _is_corrected(lists: Compiled, text: str, amounts: list[Amount]) -> bool:
    """三千 不对 是两千."""
    between = text[amounts[0].number.end : amounts[-1].number.start]
    return any(word in between or word in text[: amounts[0].number.start] for word in lists.corrections)


def _counted(lists: Compiled, fact: str, message: Heard, said: list[Amount]) -> tuple[list[Amount], list[Amount]]:
    """The amounts that answer the question, and those to take off; none where a deduction is left vague."""
    text = message.text
    parts = parts_in(lists, message, said)
    roles = {part.role for part in parts}
    if fact == "savings":
        left = owned(parts)
        return (left if NET in roles else _settled(lists, text, left)), []
    if fact == "monthly_income":
        return (_settled(lists, text, earned(parts)), []) if TAKEN not in roles or NET in roles else ([], [])
    if speaks_of_refund(lists, text) and not roles & {BACK, OWN, NET}:
        return [], []
    spent, back = paid(parts)
    return _settled(lists, text, spent), back


def _total(fact: str, amounts: list[Amount]) -> float | None:
    """The sum in yuan; None where one of them is vague, too small to be money, or for another time."""
    total = 0.0
    for amount in amounts:
        value = amount.monthly if fact == "monthly_income" else amount.value
        if value is None or not is_plausible(amount):
            return None
        if fact != "monthly_income" and amount.period in {"month", "other"}:
            return None
        total += value
    return total


def _is_negative(lists: Compiled, message: Heard) -> bool:
    return message.marked.lstrip().startswith(("-", "−")) or message.text.startswith(lists.negative)


def _settled(lists: Compiled, text: str, amounts: list[Amount]) -> list[Amount]:
    """Without figures that belong to the past, or are the parts of a stated sum."""
    if len(amounts) < 2:
        if amounts and _after_word(text, amounts[0].number.start, lists.past_words, lists.now_words):
            return []
        return amounts
    first, last = amounts[0].number, amounts[-1].number
    between = text[first.end : last.start]
    current = [item for item in amounts if not _after_word(text, item.number.start, lists.past_words, lists.now_words)]
    summed = [item for item in current if any(word in text[max(item.number.start - 6, 0) : item.number.start] for word in lists.sums)]
    if len(summed) == 1:
        return summed
    if len({item.value for item in current}) == 1 and len(current) == 2 and len(between) <= 4 and not _joined(lists, between):
        return current[:1]
    return current


def _joined(lists: Compiled, between: str) -> bool:
    return any(word in between for word in lists.joining)


def _after_word(text: str, start: int, past: tuple[str, ...], now: tuple[str, ...]) -> bool:
    """Whether the last word of time before `start` is one of the past."""
    last_past = max((text.rfind(word, 0, start) for word in past), default=-1)
    last_now = max((text.rfind(word, 0, start) for word in now), default=-1)
    return last_past > last_now


def _says_nothing(lists: Compiled, message: Heard) -> bool:
    """没有, 一分没有, 没存款: nothing at all, and no «but»."""
    fillers = lists.lexicon.answers.fillers
    said = False
    for start, end in message.clauses():
        clause = message.text[start:end]
        plain = bare(clause, fillers)
        if clause in lists.nothing or plain in lists.nothing or _lacks_money(lists, plain):
            said = True
        elif speaks_of_debt(lists, clause):
            continue  # 「没存款 还欠五万」: what is owed takes nothing back
        elif (plain not in fillers and not said) or any(word in clause for word in lists.exceptions):
            return False
    return said


def _lacks_money(lists: Compiled, clause: str) -> bool:
    """没有存款, 没任何收入, 一分钱存款没有: a word for nothing, besides it only words for money."""
    for nothing in lists.nothing_words:
        if clause.startswith(nothing) and _is_only(lists.money_nouns, clause[len(nothing) :]):
            return True
        if clause.endswith(nothing) and _is_only(lists.money_nouns, clause[: -len(nothing)]):
            return True
    return False


def _is_only(words: tuple[str, ...], text: str) -> bool:
    """Whether the text is a row of these words and nothing else."""
    while text:
        word = next((word for word in words if text.startswith(word)), "")
        if not word:
            return False
        text = text[len(word) :]
    return True


def _is_either_or(lists: Compiled, text: str, amounts: list[Amount]) -> bool:
    """「十万或者二十万」: two figures of which one holds."""
    if len(amounts) < 2:
        return False
    between = text[amounts[0].number.end : amounts[-1].number.start]
    return any(word in between for word in lists.either_or)
