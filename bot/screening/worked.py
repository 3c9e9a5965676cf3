"""Worked cases that a policy officer can read and correct: policies/cases/<programme>/*.yaml, each with what it must come to.

Each case gives its own standards or its own day, so that a new figure never turns one red; one that turns red says that a
rule no longer means what people agreed on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from bot.errors import InputError
from bot.knowledge import Fault, Knowledge, PolicyFaults
from bot.knowledge.documents import Document, Strict, read_yaml, validated
from bot.screening.judging import screen

FOLDER = "cases/"
ORDINARY_DAY = date(2026, 11, 24)
"""The day of cases that name none."""
STATE_WORDS = {"met": "满足", "not_met": "不满足", "unknown": "还不清楚"}
OUTCOME_WORDS = {"likely": "可能符合", "possible": "还不能确定", "unlikely": "可能不符合"}


class WorkedCase(Strict):
    """A household and what the pre-screening must say of it."""

    name: str
    day: date = ORDINARY_DAY
    standards: dict[str, float] = {}
    facts: dict[str, Any]
    expect: Literal["likely", "possible", "unlikely"]
    met: tuple[str, ...] = ()
    not_met: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def states(self) -> dict[str, str]:
        """Condition → the state it must be in."""
        return {name: state for state in STATE_WORDS for name in getattr(self, state)}


@dataclass(frozen=True, slots=True)
class Placed:
    """A case and where it is written."""

    programme: str
    file: str
    line: int
    case: WorkedCase


def worked_cases(knowledge: Knowledge) -> list[Placed]:
    """All of them.

    Raises:
        PolicyFaults: a file cannot be read, or a case is not written as one.
    """
    found: list[Placed] = []
    faults: list[Fault] = []
    for file in sorted(name for name in knowledge.files if name.startswith(FOLDER)):
        try:
            found += _read(file, read_yaml(file, knowledge.files[file]))
        except PolicyFaults as problem:
            faults += problem.faults
    if faults:
        raise PolicyFaults(faults)
    return found


def worked_faults(knowledge: Knowledge) -> list[Fault]:
    """Every case that comes out otherwise than written; programmes whose rules are taken down are left out."""
    try:
        cases = worked_cases(knowledge)
    except PolicyFaults as problem:
        return list(problem.faults)
    return [fault for placed in cases if placed.programme not in knowledge.withdrawn.rules for fault in _faults(knowledge, placed)]


def _read(file: str, document: Document) -> Iterator[Placed]:
    programme = file.split("/")[1]
    data = document.data
    if not isinstance(data, list):
        raise PolicyFaults([Fault(file, 1, "例子要写成一张单子", "请照别的例子，每个以「- name:」开头")])
    for index, item in enumerate(data):
        yield Placed(programme, file, document.line((index,)), validated(document, WorkedCase, item, (index,)))


def _faults(knowledge: Knowledge, placed: Placed) -> Iterator[Fault]:
    case, where = placed.case, (placed.file, placed.line)
    if placed.programme not in knowledge.rules:
        yield Fault(*where, f"没有「{placed.programme}」的规则，这个例子没有用", "请移到对的文件夹，或删掉")
        return
    try:
        finding = screen(knowledge, case.facts, case.day, case.standards or None).by_programme[placed.programme]
    except InputError as error:
        yield Fault(*where, f"「{case.name}」算不出来：{error}", "请对照 facts.yaml 改")
        return
    mend = "规则改得对，就请照新规则改这个例子；不对，就改规则"
    if finding.outcome != case.expect:
        what = f"「{case.name}」应是{OUTCOME_WORDS[case.expect]}，现在算出来是{OUTCOME_WORDS[finding.outcome]}"
        yield Fault(*where, what, mend)
    states = {item.id: item.state for item in finding.conditions}
    for name, wanted in case.states.items():
        if name not in states:
            yield Fault(*where, f"「{case.name}」写的条件「{name}」没有了", mend)
        elif states[name] != wanted:
            yield Fault(*where, f"「{case.name}」的条件「{name}」应是{STATE_WORDS[wanted]}，现在是{STATE_WORDS[states[name]]}", mend)
