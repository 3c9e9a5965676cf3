"""The one command behind `make train`: check, train, hold to the tests, put in service.

usage: python train.py [--out DIR] [--data DIR] [--held-out DIR] [--force] [--compare FILE]

DIR/current.txt names the model in service; it is replaced in one step and only after every
check has passed, so a failure leaves the serving model as it was. With --compare nothing is
put in service: FILE gets how the new model stands beside the serving one and whether it may.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from check_data import check
from evaluate import Report, evaluate, forbidden, side_by_side, surprises, table
from model import BrokenModel
from sentences import DATA, HELD_OUT, HOME, read_list, sentence_files

CURRENT = "current.txt"
PREVIOUS = "previous.txt"
"""Names the model that was in service before, where the desk has changed it."""
KEPT = 3
"""Models kept on disk, the one in service included."""
_STAGES = {
    "Starting to train component 'ResidentFeaturizer'": "  学习字和读音……",
    "Starting to train component 'FactoredClassifier'": "  学习句子的意思……",
}


class Refused(Exception):
    """The new model does not go into service; the message is for staff."""


def say(text: str) -> None:
    """Progress that appears at once."""
    print(text, flush=True)


def fingerprint(data: Path) -> str:
    """A name for exactly these sentences, components and settings."""
    digest = hashlib.sha256()
    parts = [*sentence_files(data), *sorted((HOME / "components").glob("*.py"))]
    for path in [*parts, HOME / "config.yml", HOME / "domain.yml"]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def in_service(out: Path) -> Path | None:
    """The model file that current.txt names, if it is there."""
    pointer = out / CURRENT
    if not pointer.exists():
        return None
    model = out / pointer.read_text(encoding="utf-8").strip()
    return model if model.is_file() else None


def put_in_service(model: Path) -> None:
    """Point current.txt at the model, in one step."""
    pointer = model.parent / CURRENT
    fresh = pointer.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(model.name + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(pointer)


def rasa_train(data: Path, model: Path) -> None:
    """Run `rasa train nlu` and move its model into place.

    Raises:
        Refused: Rasa failed; its last lines are in the message.
    """
    with tempfile.TemporaryDirectory(dir=model.parent) as scratch:
        command = [sys.executable, "-m", "rasa", "train", "nlu", "-u", str(data)]
        command += ["-c", "config.yml", "-d", "domain.yml"]
        command += ["--out", scratch, "--fixed-model-name", "model"]
        quiet = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
        quiet |= {"RASA_MAX_CACHE_SIZE": "0", "RASA_CACHE_DIRECTORY": scratch}
        process = subprocess.Popen(
            command,
            cwd=HOME,
            env={**os.environ, **quiet},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        last: list[str] = []
        for line in process.stdout or ():
            last = [*last[-14:], line.rstrip()]
            for stage, words in _STAGES.items():
                if stage in line:
                    say(words)
        trained = Path(scratch) / "model.tar.gz"
        if process.wait() or not trained.is_file():
            raise Refused("训练没有成功:\n" + "\n".join(last))
        trained.replace(model)


def gate(report: Report, before: Report | None, held_out: Path) -> None:
    """Let a model pass that is no worse on required sentences than the one in service.

    Raises:
        Refused: with every reason.
    """
    reasons = forbidden(report, read_list(held_out / "confusions.yml"))
    if before is not None and report.required < before.required:
        reasons.append(f"必答句答对 {report.required:.1%},现用的模型是 {before.required:.1%},不能换上去")
        reasons += surprises(report, read_list(held_out / "known_failures.yml"))
    if reasons:
        raise Refused("\n".join(reasons))


def measured(model: Path | None, held_out: Path) -> Report | None:
    """The report of the model in service on today's sentences; none if it cannot be loaded."""
    if model is None:
        return None
    try:
        return evaluate(model, held_out)
    except (BrokenModel, SystemExit):
        say("现用的模型载入不了,不作比较")
        return None


def prune(out: Path, keep: Path) -> None:
    """Delete all but the newest models; that in service and that before it stay, so that there is a way back."""
    models = sorted(out.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True)
    pointers = [out / name for name in (CURRENT, PREVIOUS) if (out / name).exists()]
    kept = {keep.name, *(pointer.read_text(encoding="utf-8").strip() for pointer in pointers)}
    for model in [path for path in models if path.name not in kept][KEPT - 1 :]:
        model.unlink()
        model.with_suffix("").with_suffix(".json").unlink(missing_ok=True)


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """Only one training at a time.

    Raises:
        Refused: another one is running.
    """
    out.mkdir(parents=True, exist_ok=True)
    with (out / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused("另一次训练正在进行,请等它结束") from error
        yield


def trained(data: Path, held_out: Path, out: Path, force: bool) -> tuple[Path, Report]:
    """Check, train, evaluate; the model file and what it did with the held-out sentences.

    Raises:
        Refused: anything went wrong.
    """
    say("一、检查句子")
    faults = check(data, held_out)
    if faults:
        raise Refused("\n".join([*faults, f"共 {len(faults)} 处要改,先改好再训练"]))
    model = out / f"{fingerprint(data)}.tar.gz"
    if model.is_file() and not force:
        say("二、句子和设置都没变,模型已经训练过")
    else:
        say("二、训练(大约一分钟)")
        rasa_train(data, model)
    say("三、用没训练过的句子检验")
    report = evaluate(model, held_out)
    say(table(report))
    figures = json.dumps(report.to_dict(), ensure_ascii=False, indent=1)
    model.with_suffix("").with_suffix(".json").write_text(figures, encoding="utf-8")
    return model, report


def compare(data: Path, held_out: Path, out: Path, force: bool, file: Path) -> Path:
    """Check, train, evaluate beside the model in service, and write how they compare; nothing is put in service.

    Raises:
        Refused: the model could not be trained. One that may not go into service is no refusal: the file says so.
    """
    model, report = trained(data, held_out, out, force)
    serving = in_service(out)
    say("四、和现用的模型比")
    before = measured(serving, held_out)
    reasons = []
    try:
        gate(report, before if serving != model else None, held_out)
    except Refused as refusal:
        reasons = str(refusal).split("\n")
    beside = side_by_side(report, before or Report())
    found = {"model": model.name, "before": serving.name if serving else "", "reasons": reasons, **beside}
    file.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    say("五、比完了" + (":不能换上去" if reasons else ""))
    return model


def train(data: Path, held_out: Path, out: Path, force: bool) -> Path:
    """Check, train, evaluate, put in service; the model file.

    Raises:
        Refused: anything went wrong; the model in service is untouched.
    """
    started = time.monotonic()
    model, report = trained(data, held_out, out, force)
    before = in_service(out)
    if before != model:
        gate(report, measured(before, held_out), held_out)
    for line in surprises(report, read_list(held_out / "known_failures.yml")):
        say(f"注意:{line}")
    put_in_service(model)
    prune(out, model)
    say(f"四、已启用模型 {model.name},用时 {time.monotonic() - started:.0f} 秒")
    return model


def main() -> None:
    """Train; exit 1 with the reasons if the new model does not go into service."""
    parser = argparse.ArgumentParser(description="训练语言理解模型")
    parser.add_argument("--out", type=Path, default=HOME.parent / "var" / "models")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--held-out", type=Path, default=HELD_OUT)
    parser.add_argument("--force", action="store_true", help="没有改动也重新训练")
    parser.add_argument("--compare", type=Path, help="只训练、只比较,把结果写进这个文件,不换模型")
    options = parser.parse_args()
    out = options.out.resolve()
    try:
        with alone(out):
            folders = options.data.resolve(), options.held_out.resolve(), out
            if options.compare:
                compare(*folders, options.force, options.compare)
            else:
                train(*folders, options.force)
    except Refused as refusal:
        say(f"{refusal}\n没有换模型,原来的照常使用")
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
