"""What a change of the policies would change: texts, answers by district, checks that fail, things to look at twice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.answers import check_texts
from bot.answers.render import render_answer
from bot.knowledge import Answer, Fault, Knowledge, PolicyFaults, build


@dataclass(frozen=True, slots=True)
class ChangedAnswer:
    """One label whose answer reads differently."""

    label: str
    title: str
    before: str
    """Whole text as said where no district is known; empty for a new label."""
    after: str
    districts: tuple[str, ...]
    """Districts in which it reads differently; all of them for most answers."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the checks say of a set of files. Faults stop a publishing; a reviewer may pass over warnings with a reason."""

    faults: tuple[Fault, ...]
    warnings: tuple[str, ...]
    knowledge: Knowledge | None
    """None where there are faults."""


def judge(files: Mapping[str, str], day: date) -> Verdict:
    """Build and check a set of files as they would be in force on `day`."""
    try:
        knowledge = build(files)
    except PolicyFaults as problem:
        return Verdict(problem.faults, (), None)
    faults = tuple(check_texts(knowledge, day))
    return Verdict(faults, (), None if faults else knowledge)


def changed_answers(before: Knowledge, after: Knowledge, day: date) -> list[ChangedAnswer]:
    """Every answer that reads differently, in the order of the labels."""
    found = []
    for label in (*after.labels.known, *(set(before.answers) - after.labels.known)):
        old, new = before.answers.get(label), after.answers.get(label)
        if old is None and new is None:
            continue
        districts = ("", *after.districts)
        differs = tuple(name for name in districts if _said(before, old, day, name) != _said(after, new, day, name))
        if differs:
            title = (new or old).title if (new or old) else label  # type: ignore[union-attr]  # one of the two is there
            found.append(ChangedAnswer(label, title, _said(before, old, day, ""), _said(after, new, day, ""), tuple(filter(None, differs))))
    return sorted(found, key=lambda item: item.label)


def _said(knowledge: Knowledge, answer: Answer | None, day: date, district: str) -> str:
    if answer is None:
        return ""
    try:
        rendered = render_answer(knowledge, answer, day, district)
    except PolicyFaults as problem:
        return "\n".join(str(fault) for fault in problem.faults)
    return "\n".join(part for part in (rendered.text, rendered.details, rendered.footnote) if part)


def changed_rules(before: Knowledge, after: Knowledge) -> tuple[str, ...]:
    """Programmes whose rules or figures in their rules changed."""
    figures = {name for name in after.parameters if before.parameters.get(name) != after.parameters[name]}
    figures |= set(before.parameters) - set(after.parameters)
    found = []
    for name in dict.fromkeys((*after.rules, *before.rules)):
        file = f"rules/{name}.yaml"
        text = after.files.get(file, "")
        if before.files.get(file, "") != text or any(figure in text for figure in figures):
            found.append(name)
    taken = set(before.withdrawn.rules) ^ set(after.withdrawn.rules)
    return tuple(dict.fromkeys([*found, *(name for name in after.rules if name in taken)]))
