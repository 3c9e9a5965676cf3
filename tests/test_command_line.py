"""The command line as evaluations and policy staff use it: JSON Lines in, JSON Lines out, clear errors."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT


def run(*arguments: str, lines: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(
        command, input=lines, capture_output=True, text=True, cwd=ROOT, timeout=180, check=False, env={**os.environ, **environment}
    )


def out(done: subprocess.CompletedProcess[str]) -> list[Any]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_help_documents_every_command() -> None:
    said = run("--help").stdout
    for command in ("understand", "read-answer", "extract", "screen", "chat", "run", "whatif", "policies", "audit", "staff", "keys", "erasures"):
        assert command in said


def test_answers_are_read_in_the_order_given() -> None:
    lines = '{"fact":"age","text":"六十八"}\n\n{"fact":"district","text":"塘沽"}\n{"fact":"age","text":"七十多"}\n{"fact":"savings","text":"不知道"}\n'
    assert out(run("read-answer", lines=lines)) == [{"value": 68}, {"value": "滨海新区"}, {"value": None}, {"value": "unknown"}]


def test_facts_are_extracted() -> None:
    told = out(run("extract", lines='{"text":"我一个人住北辰，每月九百五"}\n'))[0]["facts"]
    assert told == {"lives_alone": True, "household_size": 1, "district": "北辰区", "monthly_income": 950}


def test_unknown_null_and_missing_facts_are_the_same() -> None:
    facts = ['{"household_size":2}', '{"household_size":2,"age":null}', '{"household_size":2,"age":"unknown"}']
    answers = out(run("screen", lines="".join(f'{{"facts":{item}}}\n' for item in facts)))
    assert answers[0] == answers[1] == answers[2]
    assert len(answers[0]["outcomes"]) == 10


def test_standards_override_the_parameters_of_the_same_name() -> None:
    household = {"household_size": 1, "monthly_income": 1100, "savings": 0, "cars": 0, "homes": 1, "hukou": "same_district",
                 "receiving": "none", "disability": "none", "severe_illness": False}
    lines = [json.dumps({"facts": household}), json.dumps({"facts": household, "standards": {"dibao_monthly": 1300}})]
    first, second = out(run("screen", lines="\n".join(lines)))
    assert first["outcomes"]["dibao"] == "unlikely"
    assert second["outcomes"]["dibao"] == "likely"


@pytest.mark.parametrize(
    ("command", "bad"),
    [
        ("read-answer", '{"fact":"age","text":"六十"'), ("read-answer", '{"fact":"weight","text":"六十"}'), ("read-answer", '["age"]'),
        ("read-answer", '{"fact":"age"}'), ("extract", '{"text":7}'), ("extract", "nonsense"), ("screen", '{"facts":{"weight":1}}'),
        ("screen", '{"facts":{"age":-3}}'), ("screen", '{"facts":{"cars":"two"}}'), ("screen", '{"facts":{},"standards":{"x":1}}'),
        ("screen", '{"facts":{},"standards":{"dibao_monthly":"1000"}}'), ("understand", '{"txt":"x"}'), ("screen", "[" * 100_000),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_answered(command: str, bad: str) -> None:
    good = {"read-answer": '{"fact":"age","text":"六十"}', "extract": '{"text":"x"}', "screen": '{"facts":{}}', "understand": '{"text":"x"}'}
    done = run(command, lines=f"{good[command]}\n{bad}\n")
    assert (done.returncode, done.stdout) == (2, "")
    assert "第 2 行" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_wrong_settings_are_all_named_at_once(tmp_path: Path) -> None:
    done = run("run", JINNUAN_PORT="99999", JINNUAN_DEMO="perhaps", JINNUAN_DATA=str(tmp_path))
    assert done.returncode == 2
    assert "JINNUAN_PORT" in done.stderr
    assert "JINNUAN_DEMO" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_if_looks_at_stored_screenings_and_refuses_an_unknown_figure(tmp_path: Path) -> None:
    assert "0 户" in run("whatif", "--set", "dibao_monthly=1100", JINNUAN_DATA=str(tmp_path)).stdout
    done = run("whatif", "--set", "nonsense=1", JINNUAN_DATA=str(tmp_path))
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (2, 1)


def test_the_policies_of_the_repository_are_in_order() -> None:
    assert "没有问题" in run("policies", "check").stdout


def test_an_old_check_is_a_reminder_and_no_fault(tmp_path: Path) -> None:
    copy = tmp_path / "policies"
    shutil.copytree(ROOT / "policies", copy)
    old = copy / "parameters" / "dibao_monthly.yaml"
    old.write_text(old.read_text(encoding="utf-8").replace('checked_on: "2026', 'checked_on: "2020'), encoding="utf-8")
    done = run("policies", "check", str(copy))
    assert done.returncode == 0
    assert "没有问题" in done.stdout
    assert "parameters/dibao_monthly.yaml 第 3 行:上次核对是 2020" in done.stdout


def test_readability_is_told_of_every_answer_the_hardest_first() -> None:
    rows = run("policies", "readability").stdout.splitlines()
    assert len(rows) == len(list((ROOT / "policies" / "answers").rglob("*.md")))
    grades = [row.split("\t")[0] for row in rows]
    assert grades == sorted(grades, key=["难懂", "一般", "好懂"].index)
    assert all("平均" in row and "最长" in row for row in rows)


def test_a_missing_policies_folder_is_one_clear_sentence(tmp_path: Path) -> None:
    done = run("policies", "check", str(tmp_path / "none"))
    assert done.returncode == 2
    assert "没有这个文件夹" in done.stderr


def test_the_audit_log_of_a_fresh_installation_verifies(tmp_path: Path) -> None:
    assert "完整" in run("audit", "verify", JINNUAN_DATA=str(tmp_path)).stdout


def test_keys_are_rotated_and_old_ones_dropped_and_erasures_applied_again(tmp_path: Path) -> None:
    place = {"JINNUAN_DATA": str(tmp_path)}
    rotated = run("keys", "rotate", **place)
    assert rotated.returncode == 0, rotated.stderr
    assert "k2" in rotated.stdout
    assert set(json.loads((tmp_path / "keys.json").read_text())["keys"]) == {"k1", "k2"}
    dropped = run("keys", "drop-old", **place)
    assert "k1" in dropped.stdout
    assert set(json.loads((tmp_path / "keys.json").read_text())["keys"]) == {"k2"}
    again = run("erasures", "reapply", **place)
    assert again.returncode == 0, again.stderr
    assert "0 位居民" in again.stdout
