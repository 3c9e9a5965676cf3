"""Faults in the sentence files are found and named by file and line."""

from importlib import import_module
from pathlib import Path

import pytest

check_data = import_module("check_data")
sentences = import_module("sentences")

HEAD = 'version: "3.1"\nnlu:\n'


def training(*blocks: tuple[str, list[str]]) -> str:
    return HEAD + "".join(f"- intent: {label}\n  examples: |\n" + "".join(f"    - {one}\n" for one in texts) for label, texts in blocks)


def ten(word: str) -> list[str]:
    return [f"{word}第{number}种说法" for number in "一二三四五六七八九十"]


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    data, held_out = tmp_path / "data", tmp_path / "held_out"
    data.mkdir()
    held_out.mkdir()
    (data / "acts.yml").write_text(training(("act.greet", ten("您好")), ("act.thanks", ten("谢谢"))), encoding="utf-8")
    (held_out / "acts.yml").write_text("- intent: act.greet\n  importance: usable\n  sentences:\n    - 早上好啊\n", encoding="utf-8")
    return data, held_out


LABELS = ["act.greet", "act.thanks"]


def test_good_files_have_no_faults(folders: tuple[Path, Path]) -> None:
    assert check_data.check(*folders, LABELS) == []


def test_a_corrupt_file_is_named_with_its_line(folders: tuple[Path, Path]) -> None:
    (folders[0] / "dibao.yml").write_text(HEAD + "- intent: act.greet\n examples: {\n", encoding="utf-8")

    assert any("dibao.yml 第 4 行" in fault for fault in check_data.check(*folders, LABELS))


def test_a_file_that_is_not_text_is_named(folders: tuple[Path, Path]) -> None:
    (folders[0] / "dibao.yml").write_bytes(b"version: 1\nnlu: \xff\xfe\n")

    assert any("dibao.yml 第 2 行" in fault for fault in check_data.check(*folders, LABELS))


@pytest.mark.parametrize(
    "content", ["", "nlu: 3\n", "- 1\n", HEAD + "- intent: act.greet\n", HEAD + "- intent: act.greet\n  examples: 您好\n"]
)
def test_a_file_of_another_shape_is_refused(folders: tuple[Path, Path], content: str) -> None:
    (folders[0] / "broken.yml").write_text(content, encoding="utf-8")

    assert any("broken.yml" in fault for fault in check_data.check(*folders, LABELS))


def test_the_same_words_under_two_labels_are_refused(folders: tuple[Path, Path]) -> None:
    texts = [*ten("再见"), "谢谢,第一种说法!"]
    (folders[0] / "more.yml").write_text(training(("act.greet", texts)), encoding="utf-8")

    (fault,) = check_data.check(*folders, LABELS)
    assert "more.yml 第 15 行" in fault
    assert "又归到另一个标签" in fault


def test_a_held_out_sentence_that_was_trained_is_refused(folders: tuple[Path, Path]) -> None:
    (folders[1] / "acts.yml").write_text("- intent: act.greet\n  importance: usable\n  sentences: [您好第一种说法。]\n", encoding="utf-8")

    (fault,) = check_data.check(*folders, LABELS)
    assert "训练过" in fault


def test_labels_nobody_knows_and_labels_without_sentences_are_refused(folders: tuple[Path, Path]) -> None:
    assert any("act.thanks" in fault for fault in check_data.check(*folders, ["act.greet"]))
    assert check_data.check(*folders, [*LABELS, "act.goodbye"]) == ["act.goodbye:只有 0 句,至少要 10 句"]


def test_an_empty_folder_is_a_fault(tmp_path: Path) -> None:
    assert check_data.check(tmp_path, None, []) != []


def test_brackets_are_refused(folders: tuple[Path, Path]) -> None:
    (folders[0] / "more.yml").write_text(training(("act.greet", ["您好[低保]"])), encoding="utf-8")

    assert any("方括号" in fault for fault in check_data.check(*folders, LABELS))


def test_the_files_of_this_house_have_no_faults() -> None:
    assert check_data.check() == []


def test_every_label_of_the_domain_is_trained_and_held_out() -> None:
    labels = set(check_data.known_labels())

    assert {sentence.label for sentence in sentences.read_training()} == labels
    assert {sentence.label for sentence in sentences.read_held_out()} == labels


def test_pairs_and_known_failures_name_known_labels() -> None:
    labels = set(check_data.known_labels())
    pairs = sentences.read_list(sentences.HELD_OUT / "confusions.yml")
    failures = sentences.read_list(sentences.HELD_OUT / "known_failures.yml")

    assert pairs
    assert {pair[key] for pair in pairs for key in ("label", "never")} <= labels
    assert {entry[key] for entry in failures for key in ("intent", "taken_for")} - {""} <= labels
