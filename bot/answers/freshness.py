"""When a person last compared each file with its source, and what is due for it again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.knowledge import Fault, Knowledge
from bot.knowledge.checks import head_line
from bot.knowledge.limits import months_after

SOON = timedelta(days=90)
"""A figure that ends within so long without a successor has to be renewed."""


@dataclass(frozen=True, slots=True)
class Expiring:
    """A figure that ends, and the last day on which it counts."""

    name: str
    label: str
    ends_on: date


def stale(knowledge: Knowledge, day: date) -> list[Fault]:
    """Answers, figures and sources checked longer ago than limits.yaml allows, or on a day still to come."""
    months = knowledge.limits.checked_months
    faults = []
    for file, line, checked_on in _checked(knowledge):
        if checked_on > day:
            faults.append(Fault(file, line, f"核对日期 {checked_on} 还没到", "请写真正核对的那一天"))
        elif months_after(checked_on, months) < day:
            what = f"上次核对是 {checked_on},已经过了 {months} 个月"
            faults.append(Fault(file, line, what, "请对着来源再看一遍,没有变就改 checked_on"))
    return sorted(set(faults))


def due(knowledge: Knowledge, day: date) -> list[Fault]:
    """What is not stale yet and will be soon: a reminder, not a fault."""
    limits = knowledge.limits
    reminders = []
    for file, line, checked_on in _checked(knowledge):
        last = months_after(checked_on, limits.checked_months)
        if months_after(checked_on, limits.remind_months) < day <= last:
            reminders.append(Fault(file, line, f"上次核对是 {checked_on},{last} 以后就算过期", "请在那之前对着来源再看一遍"))
    return sorted(set(reminders))


def expiring(knowledge: Knowledge, day: date, within: timedelta = SOON) -> list[Expiring]:
    """Figures that have no value on `day`, or whose value ends soon with none after it; the earliest first."""
    found = []
    for name, parameter in knowledge.parameters.items():
        last = parameter.values[-1] if parameter.values else None
        if last is None:
            continue
        if last.ends_on is not None and last.ends_on <= day + within:
            found.append(Expiring(name, parameter.label, last.ends_on))
    return sorted(found, key=lambda item: (item.ends_on, item.name))


def _checked(knowledge: Knowledge) -> Iterator[tuple[str, int, date]]:
    for answer in knowledge.answers.values():
        yield answer.file, head_line(knowledge.files[answer.file], "checked_on"), answer.checked_on
    for folder, items in (("parameters", knowledge.parameters), ("sources", knowledge.sources)):
        for name, item in items.items():
            file = f"{folder}/{name}.yaml"
            yield file, head_line(knowledge.files[file], "checked_on"), item.checked_on
