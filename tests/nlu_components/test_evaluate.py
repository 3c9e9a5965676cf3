"""Counting hits, and when a model may not go into service."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

evaluate = import_module("evaluate")
train = import_module("train")
Sentence = import_module("sentences").Sentence
Reading = import_module("model").Reading


def report(*cases: tuple[str, str]) -> Any:
    held_out = [Sentence(f"句子{n}", label, "acts.yml", n, "required") for n, (label, _) in enumerate(cases)]
    return evaluate.compare(held_out, [Reading([taken], 0.9) for _, taken in cases])


RIGHT = ("act.greet", "act.greet")
WRONG = ("act.greet", "act.thanks")


def test_hits_are_counted_per_group() -> None:
    figures = report(RIGHT, WRONG, ("oos", "oos")).groups

    assert (figures["全部"].exact, figures["对话"].exact, figures["不归我们管"].exact) == (2, 1, 1)


def test_crisis_of_another_kind_is_still_heard() -> None:
    figures = report(("crisis.violence", "crisis.child_danger"), ("oos", "crisis.medical"), RIGHT)

    assert (figures.crisis_recall, figures.false_alarms) == (1, 0.5)


def test_a_listed_failure_that_passes_is_a_surprise() -> None:
    assert "请从表里去掉" in evaluate.surprises(report(RIGHT), [{"sentence": "句子0"}])[0]


def test_an_unlisted_failure_is_a_surprise_and_a_listed_one_is_not() -> None:
    assert len(evaluate.surprises(report(WRONG), [])) == 1
    assert evaluate.surprises(report(WRONG), [{"sentence": "句子0"}]) == []


def test_a_model_below_the_one_in_service_is_refused(tmp_path: Path) -> None:
    with pytest.raises(train.Refused, match="必答句"):
        train.gate(report(RIGHT, WRONG), report(RIGHT, RIGHT), tmp_path)


def test_a_model_as_good_as_the_one_in_service_passes(tmp_path: Path) -> None:
    train.gate(report(RIGHT, WRONG), report(WRONG, RIGHT), tmp_path)


def test_a_forbidden_confusion_is_refused(tmp_path: Path) -> None:
    (tmp_path / "confusions.yml").write_text("- {label: act.greet, never: act.thanks}\n", encoding="utf-8")

    with pytest.raises(train.Refused, match="绝不能当成"):
        train.gate(report(WRONG), None, tmp_path)


def test_recording_keeps_the_day_a_failure_was_first_seen(tmp_path: Path) -> None:
    path = tmp_path / "known_failures.yml"
    path.write_text("- {sentence: 句子0, since: 2025-01-02}\n", encoding="utf-8")
    evaluate.record(report(WRONG), path)

    assert "2025-01-02" in path.read_text(encoding="utf-8")


def test_the_pointer_names_the_model_in_service(tmp_path: Path) -> None:
    model = tmp_path / "abc.tar.gz"
    model.write_bytes(b"model")
    assert train.in_service(tmp_path) is None
    train.put_in_service(model)

    assert train.in_service(tmp_path) == model
    assert not list(tmp_path.glob("*.new"))


def test_a_second_training_waits_for_the_first(tmp_path: Path) -> None:
    with train.alone(tmp_path), pytest.raises(train.Refused, match="正在进行"), train.alone(tmp_path):
        pass


def test_faulty_sentences_leave_the_model_in_service_alone(tmp_path: Path) -> None:
    (tmp_path / "current.txt").write_text("old.tar.gz\n", encoding="utf-8")
    with pytest.raises(train.Refused, match="先改好再训练"):
        train.train(tmp_path, tmp_path, tmp_path, force=False)

    assert (tmp_path / "current.txt").read_text(encoding="utf-8") == "old.tar.gz\n"
