"""Trains a new model beside the one in service, and swaps models in the running service through Rasa's own API."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import aiohttp

from bot.classifier.process import clean_environment
from bot.errors import ClassifierError, InputError

CURRENT, PREVIOUS = "current.txt", "previous.txt"
SWAP_SECONDS = 60.0
LONGEST_SAID = 8_000
_NICE = 10
_LAUNCHER = Path(__file__).with_name("child.py")
Report = dict[str, Any]
"""What `nlu/train.py --compare` writes: `model`, `before`, `reasons` (why it may not go into service), `labels`,
`gained`, `lost`, and pairs (before, now) of `exact`, `required`, `crisis_recall`, `false_alarms`."""


@dataclass(frozen=True, slots=True)
class Trainer:
    """Runs the training program in a process of its own, out of the way of the service."""

    python: Path
    workplace: Path
    """The folder of train.py."""
    models: Path
    data: Path
    """The folder of the sentences."""
    held_out: Path

    def train(self, said: Callable[[str], None]) -> Report:
        """Train and compare; blocks for minutes. `said` is told everything it has said so far, line by line.

        Raises:
            InputError: it did not come to a model; the text is what the program said last.
        """
        self.models.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.models) as scratch:
            found = Path(scratch) / "compared.json"
            last = self._run(found, said)
            if not found.is_file():
                raise InputError(last or "训练没有成功")
            report: Report = json.loads(found.read_text(encoding="utf-8"))
        return report

    def sentences(self) -> frozenset[str]:
        """Every sentence that is learned from or held out already, as it is written."""
        files = [*self.data.glob("*.yml"), *self.held_out.glob("*.yml")]
        return frozenset(line.strip(" -\t\"'") for file in files for line in file.read_text(encoding="utf-8").splitlines())

    def _run(self, found: Path, said: Callable[[str], None]) -> str:
        command = [str(self.python), "train.py", "--out", str(self.models), "--data", str(self.data), "--held-out", str(self.held_out)]
        launched = ["nice", "-n", str(_NICE), sys.executable, "-I", str(_LAUNCHER), str(os.getpid())]
        text = ""
        try:
            # the launcher asks the kernel to end it with its parent thread, which waits here; `nice` becomes the launcher
            process = subprocess.Popen(  # noqa: S603  our own program
                [*launched, *command, "--compare", str(found)], cwd=self.workplace, env=clean_environment(), text=True,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            )
        except OSError as error:
            raise InputError(f"训练程序起不来：{error.strerror}") from error
        with process:
            for line in process.stdout or ():
                text = (text + line)[-LONGEST_SAID:]
                said(text)
        return text.strip()


class Models:
    """The models on disk, and which of them the service uses."""

    def __init__(self, folder: Path, url: Callable[[], str | None]) -> None:
        """`url` gives the service's root, or None while there is none: then the next start takes the model."""
        self._folder = folder
        self._url = url

    @property
    def current(self) -> str:
        """File name of the model in service; empty before the first training."""
        return self._read(CURRENT)

    @property
    def previous(self) -> str:
        """File name of the model before it, where it is still there; else empty."""
        name = self._read(PREVIOUS)
        return name if name and (self._folder / name).is_file() else ""

    async def put_in_service(self, name: str) -> str:
        """Swap the model of the running service, then note it for the next start; returns the one before.

        The service answers with the old model until the new one is loaded.

        Raises:
            InputError: there is no such model.
            ClassifierError: the service does not take it; the old one goes on answering.
        """
        model = self._folder / name
        if Path(name).name != name or not model.is_file():
            raise InputError("这个模型的文件已经不在了。请重新训练")
        before = self.current
        url = self._url()
        if url is not None:
            await _swap(url, model.resolve())
        self._write(PREVIOUS, before)
        self._write(CURRENT, name)
        return before

    def _read(self, pointer: str) -> str:
        try:
            return (self._folder / pointer).read_text(encoding="utf-8").strip()
        except OSError:
            return ""

    def _write(self, pointer: str, name: str) -> None:
        """In one step, so that a crash leaves the old name or the new one."""
        fresh = self._folder / f"{pointer}.new"
        with fresh.open("w", encoding="utf-8") as file:
            file.write(name + "\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._folder / pointer)


async def _swap(url: str, model: Path) -> None:
    root = url.rstrip("/")
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SWAP_SECONDS)) as session:
            async with session.put(f"{root}/model", json={"model_file": str(model)}) as response:
                if response.status != HTTPStatus.NO_CONTENT:
                    raise ClassifierError(f"语言模型的服务没有换上新模型（状态 {response.status}），原来的照常用")
            async with session.get(f"{root}/status") as response:
                serving = Path(str((await response.json()).get("model_file", ""))).name
    except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as error:
        raise ClassifierError("语言模型的服务没有应答，没有换模型。请稍后再试") from error
    if serving != model.name:
        raise ClassifierError("语言模型的服务说它用的不是新模型。请再换一次")
