"""What part an amount of money plays: owed, paid back by an insurance, before or after deductions, spent, left over.

One rule for answers and stories, so that a debt is no saving in either. Refuses to reckon where a part is vague.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.understanding.amounts import Amount
from bot.understanding.compiled import Compiled
from bot.understanding.text import Heard

OWED, GROSS, NET, BACK, OWN, TAKEN, SPENT, SOLD = "owed", "gross", "net", "back", "own", "taken", "spent", "sold"
_WITHIN = 14


@dataclass(frozen=True, slots=True)
class Part:
    """One amount and the part it plays; empty where nothing around it says so."""

    amount: Amount
    role: str
    joined: bool
    """Somebody else is named between the amount before and this one: it is added, it replaces nothing."""


def parts_in(lists: Compiled, message: Heard, amounts: Sequence[Amount]) -> list[Part]:
    """The part of every amount, by the last telling word between the amount before it and itself."""
    text = message.text
    parts = []
    begin = 0
    for place, amount in enumerate(amounts):
        start, end = message.clause_around(amount.number.start)
        before = text[max(begin, start, amount.number.start - _WITHIN) : amount.number.start]
        following = amounts[place + 1].number.start if place + 1 < len(amounts) else len(text)
        role = _role_before(lists, before)
        if not role and following >= end:
            role = _role_after(lists, text[amount.number.end : end])
        if not role and following == len(text) and any(word in text[amount.number.end :] for word in lists.borrowed):
            role = OWED
        parts.append(Part(amount, role, any(word in before for word in lists.other_earners)))
        begin = amount.number.end
    return parts


def _role_before(lists: Compiled, before: str) -> str:
    found = [(start, role) for start, _, role in lists.roles.find(before) if not _denied(lists, before, start)]
    return found[-1][1] if found else ""


def _role_after(lists: Compiled, after: str) -> str:
    """三万贷款: said right after the amount."""
    unit = next((unit for unit in lists.money_units if after.startswith(unit)), "")
    return next((role for start, _, role in lists.roles_after.find(after[len(unit) :]) if start == 0), "")


def _denied(lists: Compiled, text: str, start: int) -> bool:
    return text[:start].endswith(lists.denials)


def speaks_of_debt(lists: Compiled, text: str) -> bool:
    """Whether money that is owed is spoken of."""
    return any(role == OWED for _, _, role in lists.roles.find(text)) or any(word in text for word in lists.borrowed)


def speaks_of_refund(lists: Compiled, text: str) -> bool:
    """Whether something was paid back by an insurance (报了), and not said that nothing was."""
    return any(role == BACK and not _denied(lists, text, start) for start, _, role in lists.roles.find(text))


def owned(parts: Sequence[Part]) -> list[Amount]:
    """What a household has: without debts, what was spent or went back; what is left replaces all before it."""
    left = [part.amount for part in parts if part.role == NET]
    return left or [part.amount for part in parts if not part.role]


def earned(parts: Sequence[Part]) -> list[Amount]:
    """What comes in: what is paid out replaces the figure before deductions; debts, spending and deductions are left out."""
    kept: list[Part] = []
    for part in parts:
        if part.role in {OWED, SPENT, TAKEN, SOLD}:
            continue
        if part.role == NET and kept and kept[-1].role != NET and not part.joined:
            kept.pop()
        kept.append(part)
    return [part.amount for part in kept if part.role != GROSS or len(kept) == 1]


def paid(parts: Sequence[Part]) -> tuple[list[Amount], list[Amount]]:
    """What was paid, and what came back of it; a figure paid out of own pocket stands for the whole."""
    own = [part.amount for part in parts if part.role in {OWN, NET}]
    if own:
        return own, []
    back = [part.amount for part in parts if part.role == BACK]
    return [part.amount for part in parts if part.role not in {BACK, TAKEN, SOLD}], back
