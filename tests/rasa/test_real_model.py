"""The trained model itself, through Rasa's own HTTP API, as the product uses it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT

NLU_PYTHON = ROOT / "nlu" / ".venv" / "bin" / "python"
CALM_ALARMS = 0.02
"""The list holds the hardest calm sentences known; over all held-out sentences `evaluate.py` shows less."""
MODELS = Path(os.environ.get("JINNUAN_MODELS", ROOT / "var" / "models"))


def model_file() -> Path:
    return MODELS / (MODELS / "current.txt").read_text(encoding="utf-8").strip()


def jinnuan(command: list[str], lines: list[dict[str, Any]], data: Path) -> list[Any]:
    given = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    done = subprocess.run(
        [sys.executable, "-m", "bot", *command], input=given, capture_output=True, text=True, cwd=ROOT, timeout=240, check=False,
        env={**os.environ, "JINNUAN_DATA": str(data), "JINNUAN_MODELS": str(MODELS)},
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What `jinnuan understand` says of a few sentences, the service being started by the command itself."""
    texts = [
        "低保要什么材料", "我妈瘫在床上没钱看病咋办", "我不想活了", "他又动手打我了", "转人工", "公积金怎么提取", "", "😭😭😭", "低保" * 4000,
        "' OR 1=1; --",
    ]
    answers = jinnuan(["understand"], [{"text": text} for text in texts], tmp_path_factory.mktemp("data"))
    yield dict(zip(texts, answers, strict=True))


def test_every_text_gets_a_label_a_confidence_and_alternatives(read: dict[str, Any]) -> None:
    for text, answer in read.items():
        assert set(answer) == {"label", "confidence", "alternatives"}, text
        assert 0 <= answer["confidence"] <= 1
        assert answer["label"] not in answer["alternatives"]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("低保要什么材料", "ask.dibao.documents"), ("我不想活了", "crisis.self_harm"), ("他又动手打我了", "crisis.violence"),
        ("转人工", "act.handoff"), ("公积金怎么提取", "oos"),
    ],
)
def test_plain_sentences_mean_what_they_say(read: dict[str, Any], text: str, label: str) -> None:
    assert read[text]["label"] == label


def test_the_model_in_service_passes_its_own_tests() -> None:
    """Held-out sentences, known failures that must fail, pairs never to be confused."""
    done = subprocess.run(
        [str(NLU_PYTHON), "nlu/evaluate.py", "--model", str(model_file())], capture_output=True, text=True, cwd=ROOT, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_rasas_own_validation_passes(tmp_path: Path) -> None:
    rasa = NLU_PYTHON.parent / "rasa"
    command = [str(rasa), "data", "validate", "--data", "data", "--domain", "domain.yml", "--config", "config.yml"]
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "HOME": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT / "nlu", timeout=240, check=False, env=environment)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def test_rasas_own_evaluation_runs_on_our_model(tmp_path: Path) -> None:
    sentences = {"ask.dibao.documents": "低保要什么材料", "act.handoff": "转人工"}
    nlu = [{"intent": label, "examples": f"- {text}\n"} for label, text in sentences.items()]
    (tmp_path / "try.yml").write_text(yaml.safe_dump({"version": "3.1", "nlu": nlu}, allow_unicode=True), encoding="utf-8")
    command = [str(NLU_PYTHON.parent / "rasa"), "test", "nlu", "--nlu", str(tmp_path / "try.yml"), "--model", str(model_file())]
    command += ["--domain", "domain.yml", "--out", str(tmp_path / "results"), "--no-plot"]
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "HOME": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT / "nlu", timeout=240, check=False, env=environment)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    report = json.loads((tmp_path / "results" / "intent_report.json").read_text(encoding="utf-8"))
    assert report["accuracy"] == 1.0


def test_calm_talk_raises_no_alarm_and_hidden_danger_is_heard(tmp_path: Path) -> None:
    """Model and patterns together, on the two lists of tests/nlu that are there for nothing else."""
    held_out = ROOT / "tests" / "nlu"
    rates = {}
    for name in ("calm_talk", "hidden_danger"):
        blocks = yaml.safe_load((held_out / f"{name}.yml").read_text(encoding="utf-8"))
        lines: list[dict[str, Any]] = [{"text": text} for block in blocks for text in block["sentences"]]
        answers = jinnuan(["understand"], lines, tmp_path)
        rates[name] = sum(answer["label"].startswith("crisis.") for answer in answers) / len(lines)
    assert rates["hidden_danger"] >= 0.98
    assert rates["calm_talk"] <= CALM_ALARMS


def test_chat_answers_line_by_line(tmp_path: Path) -> None:
    lines: list[dict[str, Any]] = [{"new": True}, {"text": "低保要啥材料"}, {"text": "那要多久"}, {"text": ""}, {"text": "找真人"}, {"text": "同意"}, {"new": True}]
    answers = jinnuan(["chat", "--jsonl"], lines, tmp_path)
    assert [answer["label"] for answer in answers[1:3]] == ["ask.dibao.documents", "ask.dibao.time"]
    assert answers[5]["case"] is not None
    assert answers[6]["case"] is None
    for answer in answers:
        assert set(answer) == {"label", "replies", "asks", "facts", "outcomes", "case", "colour", "owner"}
        assert answer["replies"]
