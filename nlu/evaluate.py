"""Holds a model to the sentences of tests/nlu, which training never sees.

usage: python evaluate.py --model FILE [--held-out DIR] [--json FILE] [--record]

Exit 1 when a required sentence fails that known_failures.yml does not list, when a listed one
has begun to pass, or when a pair of confusions.yml was confused. `--record` rewrites the list.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

import yaml

from model import Reading, read_texts
from sentences import HELD_OUT, Sentence, read_held_out, read_list

SHOWN = 12
"""Confusions printed."""


@dataclass
class Score:
    """Hits among the sentences of one group."""

    total: int = 0
    exact: int = 0
    top3: int = 0

    def add(self, label: str, reading: Reading) -> None:
        """Count one sentence."""
        self.total += 1
        self.exact += reading.label == label
        self.top3 += label in reading.labels[:3]

    def share(self, hits: int) -> float:
        """A share of the total; 0 of nothing."""
        return hits / self.total if self.total else 0.0


@dataclass
class Report:
    """What a model did with the held-out sentences."""

    groups: dict[str, Score] = field(default_factory=dict)
    files: dict[str, Score] = field(default_factory=dict)
    importance: dict[str, Score] = field(default_factory=dict)
    labels: dict[str, Score] = field(default_factory=dict)
    confusions: list[tuple[str, str, int]] = field(default_factory=list)
    crisis_recall: float = 0.0
    false_alarms: float = 0.0
    failed: list[tuple[Sentence, str]] = field(default_factory=list)
    """Every sentence taken for another label, with that label."""

    @property
    def required(self) -> float:
        """The share of required sentences that were read right."""
        score = self.importance.get("required", Score())
        return score.share(score.exact)

    def to_dict(self) -> dict[str, object]:
        """Figures only, for a JSON file."""
        return {
            "groups": {name: asdict(score) for name, score in self.groups.items()},
            "files": {name: asdict(score) for name, score in self.files.items()},
            "importance": {name: asdict(score) for name, score in self.importance.items()},
            "crisis_recall": self.crisis_recall,
            "false_alarms": self.false_alarms,
            "confusions": self.confusions,
        }


def group(label: str) -> str:
    """The kind of a label, as staff call it."""
    first, *rest = label.split(".")
    if first == "ask":
        return "项目" if len(rest) > 1 else "话题"
    return {"act": "对话", "crisis": "危急"}.get(first, "不归我们管")


def is_crisis(label: str) -> bool:
    """Whether a label means that someone may come to harm."""
    return label.startswith("crisis.")


def compare(sentences: Sequence[Sentence], readings: Sequence[Reading]) -> Report:
    """Count hits per group, file and importance, confusions and alarms."""
    groups: dict[str, Score] = defaultdict(Score)
    files: dict[str, Score] = defaultdict(Score)
    importance: dict[str, Score] = defaultdict(Score)
    labels: dict[str, Score] = defaultdict(Score)
    pairs: Counter[tuple[str, str]] = Counter()
    failed: list[tuple[Sentence, str]] = []
    for sentence, reading in zip(sentences, readings, strict=True):
        for score in (
            groups["全部"],
            groups[group(sentence.label)],
            files[sentence.file],
            importance[sentence.importance],
            labels[sentence.label],
        ):
            score.add(sentence.label, reading)
        if reading.label != sentence.label:
            pairs[sentence.label, reading.label] += 1
            failed.append((sentence, reading.label))
    recall, alarms = alarm_rates(sentences, readings)
    worst = [(gold, taken, count) for (gold, taken), count in pairs.most_common(SHOWN)]
    by = [dict(scores) for scores in (groups, files, importance, labels)]
    return Report(*by, worst, recall, alarms, failed)


def alarm_rates(sentences: Sequence[Sentence], readings: Sequence[Reading]) -> tuple[float, float]:
    """Crisis sentences heard as any crisis; others heard as one."""
    heard = [(is_crisis(s.label), is_crisis(r.label)) for s, r in zip(sentences, readings, strict=True)]
    loud = [said for meant, said in heard if meant]
    calm = [said for meant, said in heard if not meant]
    return sum(loud) / max(len(loud), 1), sum(calm) / max(len(calm), 1)


def side_by_side(report: Report, before: Report) -> dict[str, object]:
    """What a new model gained and lost against the one in service, for staff: counts per label, and the sentences.

    The sentences are those of the held-out files, which we wrote ourselves.
    """
    now = {sentence.text: (sentence, taken) for sentence, taken in report.failed}
    then = {sentence.text: (sentence, taken) for sentence, taken in before.failed}

    def rows(those: dict[str, tuple[Sentence, str]], others: Iterable[str]) -> list[dict[str, object]]:
        return [
            {"text": text, "label": s.label, "taken_for": taken, "required": s.importance == "required"}
            for text, (s, taken) in those.items()
            if text not in others
        ]

    labels = {
        name: [score.total, before.labels.get(name, Score()).exact, score.exact]
        for name, score in sorted(report.labels.items())
    }
    return {
        "total": report.groups.get("全部", Score()).total,
        "exact": [part.groups.get("全部", Score()).exact for part in (before, report)],
        "required": [part.required for part in (before, report)],
        "crisis_recall": [before.crisis_recall, report.crisis_recall],
        "false_alarms": [before.false_alarms, report.false_alarms],
        "labels": {name: counts for name, counts in labels.items() if counts[1] != counts[2]},
        "gained": rows(then, now),
        "lost": rows(now, then),
    }


def table(report: Report) -> str:
    """The report as staff read it."""
    lines = [f"{'':<22}{'句数':>6}{'答对':>8}{'前三':>8}"]
    parts = {**report.groups, **{f"· {name}": s for name, s in sorted(report.files.items())}}
    parts["必须答对的"] = report.importance.get("required", Score())
    for name, score in parts.items():
        exact, top3 = score.share(score.exact), score.share(score.top3)
        wide = sum(ord(char) > 0x2000 for char in name)
        lines.append(f"{name:<{24 - wide}}{score.total:>6}{exact:>9.1%}{top3:>9.1%}")
    lines.append(f"危急的话听出来 {report.crisis_recall:.1%},误报 {report.false_alarms:.2%}")
    lines.append("最常认错的:")
    lines += [f"  {gold} → {taken or '(没认出)'}  {n} 句" for gold, taken, n in report.confusions]
    return "\n".join(lines)


def forbidden(report: Report, pairs: Iterable[dict[str, str]]) -> list[str]:
    """Sentences read as exactly what they must never be taken for."""
    never = {(pair["label"], pair["never"]) for pair in pairs}
    return [f"{s.place}:「{s.text}」是 {s.label},绝不能当成 {taken}" for s, taken in report.failed if (s.label, taken) in never]


def surprises(report: Report, known: Iterable[dict[str, str]]) -> list[str]:
    """Required sentences that fail unlisted, and listed ones that no longer fail."""
    listed = {entry["sentence"] for entry in known}
    failing = {s.text for s, _ in report.failed}
    new = [
        f"{s.place}:「{s.text}」是 {s.label},被当成 {taken}"
        for s, taken in report.failed
        if s.importance == "required" and s.text not in listed
    ]
    mended = [f"known_failures.yml:「{text}」已经答对了,请从表里去掉" for text in listed - failing]
    return new + sorted(mended)


def record(report: Report, path: Path) -> None:
    """Write the failing required sentences, keeping the day each was first listed."""
    since = {entry["sentence"]: str(entry["since"]) for entry in read_list(path)}
    today = date.today().isoformat()
    entries = [
        {
            "sentence": s.text,
            "intent": s.label,
            "taken_for": taken,
            "since": since.get(s.text, today),
        }
        for s, taken in report.failed
        if s.importance == "required"
    ]
    head = "# 已知答错的必答句。哪句答对了,检查会失败,提醒把它从这里去掉。\n"
    body = yaml.safe_dump(entries, allow_unicode=True, sort_keys=False, width=200)
    path.write_text(head + body, encoding="utf-8")


def evaluate(model: Path, held_out: Path = HELD_OUT) -> Report:
    """Read all held-out sentences with a model file and compare."""
    sentences = read_held_out(held_out)
    return compare(sentences, read_texts(model, [s.text for s in sentences]))


def main() -> None:
    """Print the table and every broken promise; exit 1 if there is one."""
    parser = argparse.ArgumentParser(description="用没训练过的句子检验模型")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--held-out", type=Path, default=HELD_OUT)
    parser.add_argument("--json", type=Path, help="把数字写进这个文件")
    parser.add_argument("--record", action="store_true", help="重写 known_failures.yml")
    options = parser.parse_args()
    report = evaluate(options.model, options.held_out)
    print(table(report))
    known = options.held_out / "known_failures.yml"
    if options.record:
        record(report, known)
    if options.json:
        figures = json.dumps(report.to_dict(), ensure_ascii=False, indent=1)
        options.json.write_text(figures, encoding="utf-8")
    broken = surprises(report, read_list(known))
    broken += forbidden(report, read_list(options.held_out / "confusions.yml"))
    for line in broken:
        print(line)
    raise SystemExit(1 if broken else 0)


if __name__ == "__main__":
    main()
