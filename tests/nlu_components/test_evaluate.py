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


def test_a_new_model_beside_the_one_in_service_shows_what_was_gained_and_lost() -> None:
    before, after = report(RIGHT, WRONG, ("oos", "oos")), report(WRONG, RIGHT, ("oos", "oos"))
    found = evaluate.side_by_side(after, before)

    assert (found["total"], found["exact"]) == (3, [2, 2])
    assert [row["text"] for row in found["gained"]] == ["句子1"]
    assert [(row["text"], row["taken_for"], row["required"]) for row in found["lost"]] == [("句子0", "act.thanks", True)]
    assert found["labels"] == {}


def test_only_labels_that_changed_are_counted() -> None:
    found = evaluate.side_by_side(report(RIGHT, ("oos", "oos")), report(WRONG, ("oos", "oos")))

    assert found["labels"] == {"act.greet": [1, 0, 1]}


def test_sentences_taught_at_the_desk_are_learned_and_change_the_name_of_the_model(tmp_path: Path) -> None:
    sentences = import_module("sentences")
    text = 'version: "3.1"\nnlu:\n- intent: act.greet\n  examples: |\n    - {}\n'
    (tmp_path / "acts.yml").write_text(text.format("你好"), encoding="utf-8")
    before = train.fingerprint(tmp_path)
    (tmp_path / "learned").mkdir()
    (tmp_path / "learned" / "learned.yml").write_text(text.format("您好呀"), encoding="utf-8")

    assert [sentence.text for sentence in sentences.read_training(tmp_path)] == ["你好", "您好呀"]
    assert train.fingerprint(tmp_path) != before


def test_the_model_before_stays_on_disk_so_that_there_is_a_way_back(tmp_path: Path) -> None:
    for number in range(train.KEPT + 3):
        (tmp_path / f"{number}.tar.gz").write_bytes(b"")
    (tmp_path / train.CURRENT).write_text("0.tar.gz\n", encoding="utf-8")
    (tmp_path / train.PREVIOUS).write_text("1.tar.gz\n", encoding="utf-8")
    train.prune(tmp_path, tmp_path / "0.tar.gz")

    assert {"0.tar.gz", "1.tar.gz"} <= {path.name for path in tmp_path.glob("*.tar.gz")}
