"""Stands in for nlu/train.py --compare: says what it says, makes a file for a model, compares as the environment of the test wants."""

import argparse
import json
import sys
from pathlib import Path


def say(text: str) -> None:
    """Progress that appears at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


parser = argparse.ArgumentParser()
for name in ("--out", "--data", "--held-out", "--compare"):
    parser.add_argument(name, type=Path, required=True)
options = parser.parse_args()
say("一、检查句子")
learned = options.data / "learned" / "learned.yml"
text = learned.read_text(encoding="utf-8") if learned.exists() else ""
if "坏" in text:
    say("learned.yml 第 5 行:重复了")
    sys.exit(1)
name = f"model{len(text)}.tar.gz"
(options.out / name).write_bytes(b"model")
say("四、和现用的模型比")
before = (options.out / "current.txt").read_text(encoding="utf-8").strip()
worse = "变差" in text
lost = [{"text": "低保多少钱", "label": "ask.dibao.amount", "taken_for": "oos", "required": True}] if worse else []
found = {
    "model": name, "before": before, "reasons": ["必答句答对 90.0%,现用的模型是 95.0%,不能换上去"] if worse else [],
    "total": 100, "exact": [90, 91], "required": [0.95, 0.9 if worse else 0.95], "crisis_recall": [0.99, 0.99], "false_alarms": [0.01, 0.01],
    "labels": {"ask.dibao.amount": [10, 8, 9]}, "lost": lost,
    "gained": [{"text": "一月给几个钱", "label": "ask.dibao.amount", "taken_for": "", "required": False}],
}
options.compare.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
