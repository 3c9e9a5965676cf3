"""What lies in policies/ and is not used by anything residents are told: facts no answer states, figures nobody names."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.knowledge.faults import Fault

if TYPE_CHECKING:
    from bot.knowledge.snapshot import Knowledge

DERIVED = "D"
_NAMED = re.compile(r"[a-z][a-z0-9_]{2,60}")


def loose_ends(knowledge: "Knowledge") -> list[Fault]:
    """Reminders, not faults: a clause that nothing rests on and no `unsaid` gives the reason of, a figure that nothing names."""
    return sorted({*_clauses(knowledge), *_figures(knowledge)})


def _clauses(knowledge: "Knowledge") -> Iterator[Fault]:
    used = {reference.partition("#")[2] for reference in _references(knowledge)}
    for name, source in knowledge.sources.items():
        for clause in source.clauses:
            if clause not in used and clause not in source.unsaid:
                mend = "请写进答案并在 sources 里注明,或在这个文件的 unsaid 里写明为什么不说"
                yield Fault(f"sources/{name}.yaml", _line(knowledge, name, clause), f"「{clause}」这一条没有答案说到", mend)


def _line(knowledge: "Knowledge", source: str, clause: str) -> int:
    rows = knowledge.files[f"sources/{source}.yaml"].split("\n")
    return next((number for number, row in enumerate(rows, start=1) if row.strip().startswith(f"{clause}:")), 1)


def _references(knowledge: "Knowledge") -> Iterator[str]:
    for answer in knowledge.answers.values():
        yield from answer.sources
    for parameter in knowledge.parameters.values():
        yield from (entry.source for entry in parameter.values)
    yield from (contact.source for contact in knowledge.contacts.values())
    for referral in knowledge.referrals:
        yield from (referral.source, *referral.further_sources)
    for rules in knowledge.rules.values():
        yield from (item.source for item in rules.unchecked)
        if rules.estimate is not None:
            yield rules.estimate.source
        for _, condition in rules.every_condition:
            yield from (condition.source, *condition.further_sources)


def _figures(knowledge: "Knowledge") -> Iterator[Fault]:
    """A figure is named in a text or a rule; what the house derived for its own reckoning (D) need not be."""
    named = {word for file, text in knowledge.files.items() if not file.startswith(("parameters/", "cases/")) for word in _NAMED.findall(text)}
    for name, parameter in knowledge.parameters.items():
        if name not in named and not all(entry.grade == DERIVED for entry in parameter.values):
            yield Fault(f"parameters/{name}.yaml", 1, "这个数没有一处用到", "请在答案里用上,或删掉这个文件")
