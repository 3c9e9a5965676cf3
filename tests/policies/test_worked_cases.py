"""Worked cases that a policy officer can read and correct: tests/policies/<programme>/*.yaml.

Each case gives its own standards or its own day, so that a new figure in policies/ never turns one red.
"""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.knowledge import Knowledge
from bot.knowledge.documents import read_yaml
from bot.logic import Never
from bot.screening import screen

HERE = Path(__file__).resolve().parent
KEYS = {"name", "day", "standards", "facts", "expect", "met", "not_met", "unknown"}
STATES = ("met", "not_met", "unknown")
FIGURES = {"dibao_monthly", "disposable_income_annual"}
ORDINARY_DAY = "2026-11-24"


def cases() -> list[tuple[str, dict[str, Any]]]:
    found = []
    for path in sorted(HERE.glob("*/*.yaml")):
        for case in read_yaml(path.name, path.read_text(encoding="utf-8")).data:
            found.append((path.parent.name, case))
    return found


CASES = cases()


@pytest.mark.parametrize(("programme", "case"), CASES, ids=[f"{programme}: {case['name']}" for programme, case in CASES])
def test_the_worked_case_comes_out_as_written(knowledge: Knowledge, programme: str, case: dict[str, Any]) -> None:
    assert set(case) <= KEYS
    day = date.fromisoformat(case.get("day", ORDINARY_DAY))
    finding = screen(knowledge, case["facts"], day, case.get("standards")).by_programme[programme]
    states = {item.id: item.state for item in finding.conditions}
    wanted = {name: state for state in STATES for name in case.get(state, ())}
    assert {name: states.get(name) for name in wanted} == wanted
    assert finding.outcome == case["expect"]


def test_every_screened_programme_has_worked_cases(knowledge: Knowledge) -> None:
    assert {programme for programme, _ in CASES} == set(knowledge.screened)


def test_every_condition_is_met_or_judged_by_people_in_some_case(knowledge: Knowledge) -> None:
    for name in knowledge.screened:
        facts = [(case["facts"], case.get("standards"), case.get("day", ORDINARY_DAY)) for programme, case in CASES if programme == name]
        found = [screen(knowledge, told, date.fromisoformat(day), standards).by_programme[name] for told, standards, day in facts]
        met = {item.id for finding in found for item in finding.conditions if item.state == "met"}
        judged = {condition.id for _, condition in knowledge.rules[name].every_condition if condition.met_if is None}
        assert {condition.id for _, condition in knowledge.rules[name].every_condition} == met | judged


def test_every_condition_that_can_fail_or_stay_open_does_so_in_some_case(knowledge: Knowledge) -> None:
    for name in knowledge.screened:
        facts = [(case["facts"], case.get("standards"), case.get("day", ORDINARY_DAY)) for programme, case in CASES if programme == name]
        found = [screen(knowledge, told, date.fromisoformat(day), standards).by_programme[name] for told, standards, day in facts]
        seen = {(item.id, item.state) for finding in found for item in finding.conditions}
        for _, condition in knowledge.rules[name].every_condition:
            assert (condition.id, "unknown") in seen, (name, condition.id)
            if condition.met_if is not None and not isinstance(condition.fails_if, Never):
                assert (condition.id, "not_met") in seen, (name, condition.id)


def test_no_case_hangs_on_a_figure_that_may_change() -> None:
    for programme, case in CASES:
        money = {"monthly_income", "savings"} & set(case["facts"])
        if money and "household_size" in case["facts"] and "day" not in case and case["facts"].get("monthly_income") != 0:
            assert FIGURES & set(case.get("standards", {})), (programme, case["name"])
