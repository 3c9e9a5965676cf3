"""Money in a story: whose income, savings, own spending of the last twelve months."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.understanding.amounts import Amount, amounts_in, is_plausible
from bot.understanding.compiled import Compiled
from bot.understanding.persons import SELF, Cast
from bot.understanding.roles import BACK, NET, OWED, OWN, SOLD, SPENT, TAKEN, parts_in
from bot.understanding.text import Heard

_LEAST_TOLD = 100


@dataclass(frozen=True, slots=True)
class Sum:
    """One amount with what it is for."""

    kind: str
    """income, savings, expense, other, or empty."""
    cue: str
    amount: Amount
    clause: str
    before: str
    """The clause up to the amount."""
    index: int
    person_named: bool
    """Whether a person leads in this very clause before the amount."""
    role: str = ""
    """What part it plays: owed, before deductions, left over (see `roles`)."""


def sums_told(lists: Compiled, message: Heard, cast: Cast | None = None) -> list[Sum]:
    """Every amount of the message with its nearest cue; a clause without cue takes that of the clause before."""
    told: list[Sum] = []
    carried = ("", "")
    for start, end in message.clauses():
        clause = message.text[start:end]
        cues = lists.money_cues.find(clause)
        amounts = amounts_in(lists, message.text, start, end)
        roles = parts_in(lists, message, amounts)
        for amount, part in zip(amounts, roles, strict=True):
            if not is_plausible(amount) or (amount.number.approximate and amount.value is None):
                continue
            unit = message.text.startswith(lists.money_units, amount.number.end)
            if not unit and 0 < (amount.value or 0) < _LEAST_TOLD:
                continue  # a small bare number in a story is an age or a count
            kind, cue = _cue(lists, cues, clause, amount.number.start - start, amount.number.end - start, carried)
            named = cast is not None and any(
                item.leads and start <= item.start < amount.number.start for item in cast.mentions
            )
            before = message.text[start : amount.number.start]
            told.append(Sum(kind, cue, amount, clause, before, amount.number.start, named, part.role))
        if cues:
            carried = (cues[-1][2], clause[cues[-1][0] : cues[-1][1]])
        elif amounts:
            carried = ("", "")
    return told


def _cue(
    lists: Compiled, cues: list[tuple[int, int, str]], clause: str, start: int, end: int, carried: tuple[str, str]
) -> tuple[str, str]:
    """The nearest cue before the amount, else after it, else the one of the clause before."""
    earlier = [(begin, stop, kind) for begin, stop, kind in cues if stop <= start]
    strong = [item for item in earlier if item[1] - item[0] > 1] or earlier
    if strong:
        begin, stop, kind = strong[-1]
        return kind, clause[begin:stop]
    later = [(begin, stop, kind) for begin, stop, kind in cues if begin >= end]
    if later:
        begin, stop, kind = later[0]
        return kind, clause[begin:stop]
    return carried


def _owner(cast: Cast, item: Sum) -> str | None:
    return cast.subjects[item.index]


def income_source_owners(lists: Compiled, message: Heard, cast: Cast) -> list[str | None]:
    """Everybody with a pension, wage or rent of a stated amount, vague ones included."""
    owners = []
    for item in sums_told(lists, message, cast):
        if item.kind == "income" and item.amount.value != 0 and any(word in item.before for word in lists.source_words):
            owners.append(_owner(cast, item))
    return owners


def income_told(lists: Compiled, message: Heard, cast: Cast, size: int | None) -> float | None:
    """Income of the whole household per month in yuan, or None if the message does not cover it."""
    own: dict[str | None, float | None] = {}
    for item in _paid_out(sums_told(lists, message, cast), cast):
        told = item.amount.period in {"month", "year"} or item.amount.per_person
        if item.kind not in {"income", ""} or (item.kind == "" and not told):
            continue
        if any(word in item.before for word in lists.past) and not any(word in item.before for word in lists.told_now):
            continue
        monthly = item.amount.monthly
        if item.amount.per_person:
            return None if monthly is None or size is None else _plain(monthly * size)
        if _is_household(lists, item):
            return None if monthly is None else _plain(monthly)
        owner = _owner(cast, item)
        owner = SELF if owner is None else owner
        known = own.get(owner, 0.0)
        own[owner] = None if monthly is None or known is None else known + monthly
    if not own:
        return 0 if any(phrase in message.text for phrase in lists.no_household_income) else None
    values = list(own.values())
    lone = (*lists.only_earner, *lists.bringing)
    lone_earner = len(own) == 1 and any(word in message.text for word in lone)
    covers = lone_earner or (size is not None and len(own) + _without_income(lists, message, cast, own) >= size)
    if not covers or any(value is None for value in values):
        return None
    return _plain(sum(value for value in values if value is not None))


def _paid_out(items: list[Sum], cast: Cast) -> list[Sum]:
    """What is paid out in place of the figure before deductions; debts, spending and deductions are left out."""
    kept: list[Sum] = []
    for item in items:
        if item.role in {OWED, SPENT, TAKEN, SOLD, BACK}:
            continue
        if item.role == NET and kept and kept[-1].role != NET and _owner(cast, kept[-1]) == _owner(cast, item):
            kept.pop()
        kept.append(item)
    return kept


def _is_household(lists: Compiled, item: Sum) -> bool:
    if any(word in item.clause for word in lists.only_earner):
        return True
    if any(word in item.before for word in lists.whole_household):
        return True
    return item.cue in lists.general_income and not item.person_named


def _without_income(lists: Compiled, message: Heard, cast: Cast, own: dict[str | None, float | None]) -> int:
    """How many other people are said to earn nothing."""
    idle = set()
    for mention in cast.mentions:
        if mention.leads and mention.person not in own and mention.person not in {"third"}:
            _, end = message.clause_around(mention.start)
            rest = message.text[mention.end : end]
            if any(word in rest for word in lists.earns_nothing):
                idle.add(mention.person)
    return len(idle)


def savings_told(lists: Compiled, message: Heard, is_past: Callable[[int], bool]) -> float | None:
    """Savings of the household in yuan; several amounts are added up."""
    gone = {OWED, SPENT, SOLD, TAKEN, BACK}
    told = [item for item in sums_told(lists, message) if item.kind == "savings" and item.role not in gone]
    sums = [item for item in told if item.role == NET] or [item for item in told if not is_past(item.index)]
    if sums:
        values = [item.amount.value for item in sums if item.amount.period == ""]
        if not values or any(value is None for value in values):
            return None
        return _plain(sum(value for value in values if value is not None))
    return 0 if any(phrase in message.text for phrase in lists.no_savings) else None


def spending_told(lists: Compiled, message: Heard) -> float | None:
    """What was paid out of own pocket in the last twelve months, in yuan."""
    told = sums_told(lists, message)
    sums = [item for item in told if item.kind == "expense" and item.role not in {BACK, SOLD} and _is_last_year(lists, item)]
    own = [item for item in sums if item.role == OWN]
    own = own or [item for item in sums if any(word in item.clause for word in lists.own_pocket)]
    back = [] if own else [item for item in told if item.role == BACK]
    chosen = own or sums
    if not chosen or (not own and not back and any(phrase in message.text for phrase in lists.reimbursed)):
        return None
    if any(item.amount.value is None for item in (*chosen, *back)):
        return None
    left = sum(item.amount.value or 0 for item in chosen) - sum(item.amount.value or 0 for item in back)
    return _plain(left) if left >= 0 else None


def _is_last_year(lists: Compiled, item: Sum) -> bool:
    if any(word in item.before for word in lists.last_year):
        return True
    return item.amount.period not in {"month", "other"} and not any(word in item.clause for word in lists.not_last_year)


def _plain(value: float) -> float:
    return int(value) if value == int(value) else value
