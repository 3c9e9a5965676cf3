"""Checks the sentence files before anything is trained on them.

usage: python check_data.py [--data DIR] [--held-out DIR]

Every fault is one Chinese sentence with file and line. Changes no file.
"""

from __future__ import annotations

import argparse
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import yaml

from sentences import (
    DATA,
    HELD_OUT,
    HOME,
    BrokenFile,
    Sentence,
    read_held_out_file,
    read_training_file,
    sentence_files,
)

FEWEST = 10
"""Training sentences a label needs."""
IMPORTANCE = frozenset({"required", "usable", "complete"})
_MARKUP = re.compile(r"[\[\]{}]")


def bare(text: str) -> str:
    """A sentence without punctuation and spaces: what counts as «the same»."""
    kept = [char for char in text.lower() if unicodedata.category(char)[0] not in "PZ"]
    return "".join(kept) or text


def known_labels(domain: Path = HOME / "domain.yml") -> list[str]:
    """The labels of domain.yml."""
    return list(yaml.safe_load(domain.read_text(encoding="utf-8"))["intents"])


def read_all(folder: Path, held_out: bool) -> tuple[list[Sentence], list[str]]:
    """All sentences that can be read, and one complaint per file that cannot."""
    read = read_held_out_file if held_out else read_training_file
    sentences: list[Sentence] = []
    faults: list[str] = []
    paths = list(sentence_files(folder))
    if not paths:
        faults.append(f"{folder.name} 里一个句子文件也没有")
    for path in paths:
        try:
            sentences += read(path)
        except BrokenFile as error:
            faults.append(str(error))
    return sentences, faults


def unknown_labels(sentences: Iterable[Sentence], labels: Iterable[str]) -> list[str]:
    """Sentences under a label that domain.yml does not have."""
    known = set(labels)
    first = {s.label: s for s in reversed(list(sentences)) if s.label not in known}
    return [f"{s.place}:没有「{label}」这个标签" for label, s in sorted(first.items())]


def repeated(sentences: Iterable[Sentence]) -> list[str]:
    """Sentences that stand twice, under the same label or, worse, under two."""
    seen: dict[str, Sentence] = {}
    faults: list[str] = []
    for sentence in sentences:
        earlier = seen.setdefault(bare(sentence.text), sentence)
        if earlier is sentence:
            continue
        kind = "重复了" if earlier.label == sentence.label else "又归到另一个标签"
        faults.append(f"{sentence.place}:「{sentence.text}」{kind}({earlier.place}是 {earlier.label},这里是 {sentence.label})")
    return faults


def markup(sentences: Iterable[Sentence]) -> list[str]:
    """Brackets that Rasa would read as an annotation."""
    return [f"{s.place}:句子里不能有方括号和花括号「{s.text}」" for s in sentences if _MARKUP.search(s.text)]


def thin_labels(sentences: Iterable[Sentence], labels: Iterable[str]) -> list[str]:
    """Labels with fewer sentences than a label needs."""
    count = dict.fromkeys(labels, 0)
    for sentence in sentences:
        count[sentence.label] = count.get(sentence.label, 0) + 1
    return [f"{label}:只有 {n} 句,至少要 {FEWEST} 句" for label, n in count.items() if n < FEWEST]


def leaked(training: Iterable[Sentence], held_out: Iterable[Sentence]) -> list[str]:
    """Held-out sentences that training has seen."""
    seen = {bare(s.text): s for s in training}
    return [f"{s.place}:「{s.text}」已经在 {seen[bare(s.text)].place} 里训练过" for s in held_out if bare(s.text) in seen]


def wrong_importance(held_out: Iterable[Sentence]) -> list[str]:
    """Importance levels nobody knows."""
    return [f"{s.place}:importance 不能写「{s.importance}」" for s in held_out if s.importance not in IMPORTANCE]


def check(data: Path = DATA, held_out: Path | None = HELD_OUT, labels: list[str] | None = None) -> list[str]:
    """All faults of the sentence files, each one sentence in Chinese; empty if there are none."""
    labels = known_labels() if labels is None else labels
    training, faults = read_all(data, held_out=False)
    tried: list[Sentence] = []
    if held_out is not None and held_out.exists():
        tried, more = read_all(held_out, held_out=True)
        faults += more
    faults += unknown_labels([*training, *tried], labels)
    faults += repeated(training) + markup(training)
    faults += leaked(training, tried) + wrong_importance(tried)
    return faults if faults else thin_labels(training, labels)


def main() -> None:
    """Print the faults; exit 1 if there are any."""
    parser = argparse.ArgumentParser(description="检查训练句子和测试句子")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--held-out", type=Path, default=HELD_OUT)
    options = parser.parse_args()
    faults = check(options.data, options.held_out)
    for fault in faults:
        print(fault)
    print(f"共 {len(faults)} 处要改" if faults else "句子文件没有问题")
    raise SystemExit(1 if faults else 0)


if __name__ == "__main__":
    main()
