"""ECDT 2017, the public comparison: trained with Rasa's own command, macro-F1 on the test part.

The data stay where they are; a copy in Rasa's format lives in a scratch folder only.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import yaml
from sklearn.metrics import f1_score

from model import read_texts
from sentences import HOME

_MARKUP = re.compile(r"[\[\]{}]")


@dataclass(frozen=True)
class Outcome:
    """One pipeline on ECDT."""

    macro_f1: float
    train_seconds: float
    model: Path


def read(path: Path) -> list[tuple[str, str]]:
    """Label and text of each line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = (line.partition("\t") for line in lines if line.strip())
    return [(label, _MARKUP.sub(" ", text)) for label, _, text in pairs]


def as_rasa(pairs: list[tuple[str, str]], folder: Path) -> None:
    """Write training data and domain in Rasa's format."""
    texts: dict[str, list[str]] = defaultdict(list)
    for label, text in pairs:
        texts[label].append(text)
    nlu = [{"intent": label, "examples": "".join(f"- {text}\n" for text in examples)} for label, examples in texts.items()]
    domain = {"version": "3.1", "intents": sorted(texts)}
    for name, content in (("nlu", {"version": "3.1", "nlu": nlu}), ("domain", domain)):
        written = yaml.safe_dump(content, allow_unicode=True, width=10000)
        (folder / f"{name}.yml").write_text(written, encoding="utf-8")


def train(folder: Path, config: str, name: str) -> float:
    """Run `rasa train nlu`; the seconds of the whole command."""
    command = [sys.executable, "-m", "rasa", "train", "nlu", "-u", str(folder / "nlu.yml")]
    command += ["-c", config, "-d", str(folder / "domain.yml"), "--out", str(folder)]
    quiet = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
    quiet |= {"RASA_MAX_CACHE_SIZE": "0", "RASA_CACHE_DIRECTORY": str(folder / "cache")}
    started = time.monotonic()
    subprocess.run(
        [*command, "--fixed-model-name", name],
        cwd=HOME,
        env={**os.environ, **quiet},
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return time.monotonic() - started


def run(data: Path, config: str, folder: Path) -> Outcome:
    """Train on train and develop, test on test."""
    as_rasa(read(data / "train.tsv") + read(data / "develop.tsv"), folder)
    name = Path(config).stem
    seconds = train(folder, config, name)
    model = folder / f"{name}.tar.gz"
    labels, texts = zip(*read(data / "test.tsv"), strict=True)
    taken = [reading.label for reading in read_texts(model, texts)]
    score = f1_score(labels, taken, average="macro", labels=sorted(set(labels)))
    return Outcome(round(float(score), 4), round(seconds, 1), model)
