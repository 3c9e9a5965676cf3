"""What a change of the policies would change: texts, answers by district, rules, checks that fail, things to look at twice."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.answers import check_texts, readability, stale
from bot.answers.closed import names_in
from bot.answers.render import render_answer
from bot.answers.variables import plain, variables
from bot.knowledge import Answer, DatedValue, Fault, Knowledge, PolicyFaults, build, loose_ends
from bot.knowledge.documents import read_yaml
from bot.screening.worked import worked_faults

MESSAGES = "messages.yaml"
HARD = "hard"
LARGEST_STEP = Decimal("0.5")
"""A figure that moves by more than this share is looked at twice: mostly a digit too many."""


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
class BackDated:
    """A figure that changes for days that are over: what was said since then rests on the old one."""

    name: str
    label: str
    since: date
    answers: tuple[str, ...]
    """Labels whose text shows it."""
    programmes: tuple[str, ...]
    """Programmes whose rules reckon with it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the checks say of a set of files. Faults stop a publishing; a reviewer may pass over warnings with a reason."""

    faults: tuple[Fault, ...]
    warnings: tuple[str, ...]
    knowledge: Knowledge | None
    """None where there are faults."""


def judge(files: Mapping[str, str], day: date, before: Knowledge | None = None, first_messages: str = "") -> Verdict:
    """Build and check a set of files as they would be in force on `day`: links, texts for every district, worked cases.

    Args:
        before: what is in force, where the files are a change of it; warnings are about the change only.
        first_messages: messages.yaml as the desk took it over: names that a text had then may come back.
    """
    try:
        knowledge = build(files)
    except PolicyFaults as problem:
        return Verdict(problem.faults, (), None)
    faults = [*check_texts(knowledge, day), *worked_faults(knowledge)]
    if before is not None:
        faults += _new_names(before, first_messages, knowledge, day)
    if faults:
        return Verdict(tuple(sorted(set(faults))), (), None)
    return Verdict((), tuple(_warnings(before, knowledge, day)) if before is not None else (), knowledge)


def _new_names(before: Knowledge, first_messages: str, after: Knowledge, day: date) -> Iterator[Fault]:
    """Names in the program's own texts that nobody gives them: such a text could not be said at all."""
    known = frozenset(variables(after, None, day, ""))
    document = read_yaml(MESSAGES, after.files[MESSAGES])
    first = read_yaml(MESSAGES, first_messages).data["texts"] if first_messages else {}
    for name, text in after.messages.texts.items():
        given = known | names_in(before.messages.texts.get(name, "")) | names_in(str(first.get(name, "")))
        for strange in sorted(names_in(text) - given):
            mend = "只能用这一句原来就有的名字、数的名字和号码的名字"
            yield Fault(MESSAGES, document.line(("texts", name)), f"「{name}」里用了「{strange}」，说这句话时没有这个名字", mend)


def _warnings(before: Knowledge, after: Knowledge, day: date) -> Iterator[str]:
    changed = {name for name in {*before.files, *after.files} if before.files.get(name) != after.files.get(name)}
    for answer in after.answers.values():
        if answer.file in changed:
            yield from _hard_to_read(before, after, answer, day)
    for name, parameter in after.parameters.items():
        old = before.parameters.get(name)
        if old is None or old.values == parameter.values:
            continue
        if old.checked_on == parameter.checked_on:
            yield f"「{parameter.label}」的数改了，核对日期还是 {parameter.checked_on}"
        yield from (f"「{parameter.label}」{words}" for words in _great_steps(parameter.values))
    for figure in back_dated(before, after, day):
        yield f"「{figure.label}」从 {figure.since} 起改，早于生效这天。这段时间说过的、算过的要更正，见下面的单子"
    yield from (str(fault) for fault in stale(after, day) if fault.file in changed)
    known = {(fault.file, fault.what) for fault in loose_ends(before)}
    yield from (str(fault) for fault in loose_ends(after) if (fault.file, fault.what) not in known)


def _hard_to_read(before: Knowledge, after: Knowledge, answer: Answer, day: date) -> Iterator[str]:
    now, old = readability(after, answer, day), before.answers.get(answer.label)
    if now.grade != HARD or (old is not None and readability(before, old, day).grade == HARD):
        return
    rare = "".join(f"；「{word}」可说「{other}」" for word, other in now.rare.items())
    yield f"「{answer.title}」读起来难：一句平均 {now.mean_sentence} 字，最长 {now.longest_sentence} 字{rare}"


def _great_steps(values: tuple[DatedValue, ...]) -> Iterator[str]:
    for old, new in itertools.pairwise(values):
        if old.value and abs(new.value - old.value) / old.value > LARGEST_STEP:
            yield f"从 {plain(old.value)} 变为 {plain(new.value)}，差了一半以上。请看看是不是打错了"


def changed_answers(before: Knowledge, after: Knowledge, day: date) -> list[ChangedAnswer]:
    """Every answer that reads differently, in the order of the labels."""
    found = []
    for label in (*after.labels.known, *(set(before.answers) - after.labels.known)):
        old, new = before.answers.get(label), after.answers.get(label)
        either = new or old
        if either is None:
            continue
        districts = ("", *after.districts)
        differs = tuple(name for name in districts if _said(before, old, day, name) != _said(after, new, day, name))
        if differs:
            texts = (_said(before, old, day, ""), _said(after, new, day, ""))
            found.append(ChangedAnswer(label, either.title, *texts, tuple(filter(None, differs))))
    return sorted(found, key=lambda item: item.label)


def _said(knowledge: Knowledge, answer: Answer | None, day: date, district: str) -> str:
    if answer is None:
        return ""
    try:
        rendered = render_answer(knowledge, answer, day, district)
    except PolicyFaults as problem:
        return "\n".join(str(fault) for fault in problem.faults)
    return "\n".join(part for part in (rendered.title, rendered.text, rendered.details, rendered.footnote) if part)


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


def back_dated(before: Knowledge, after: Knowledge, day: date) -> list[BackDated]:
    """Figures that change for days before `day`, the day on which the change comes into force."""
    found = []
    for name, parameter in after.parameters.items():
        old = before.parameters.get(name)
        if old is None:
            continue
        moved = [entry.starts_on for entry in set(_told(old.values)) ^ set(_told(parameter.values)) if entry.starts_on < day]
        if moved:
            answers = tuple(label for label, answer in before.answers.items() if name in answer.needs)
            programmes = tuple(programme for programme in before.rules if name in before.files[f"rules/{programme}.yaml"])
            found.append(BackDated(name, parameter.label, min(moved), answers, programmes))
    return found


@dataclass(frozen=True, slots=True)
class _Told:
    starts_on: date
    ends_on: date | None
    value: Decimal


def _told(values: tuple[DatedValue, ...]) -> list[_Told]:
    """What residents are told of values: a source named better changes nothing that was said."""
    return [_Told(entry.starts_on, entry.ends_on, entry.value) for entry in values]
