"""The service's process: ready before it is asked, one per machine, back after a fault, gone with its parent."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from bot.classifier import Client, Process
from bot.errors import SettingsError
from tests.conftest import ROOT
from tests.standins.waiting import until

STANDIN = str(ROOT / "tests" / "standins" / "nlu.py")


def command(folder: Path, port: int, mode: str = "good") -> Sequence[str]:
    """The stand-in's command line; the folder at its end marks which test started it."""
    return (sys.executable, STANDIN, str(port), mode, str(folder))


def process(folder: Path, given: Callable[[int], Sequence[str]] | None = None, **options: float) -> Process:
    return Process(given or partial(command, folder), folder=folder, workplace=ROOT, first_pause=0.05, **options)


@asynccontextmanager
async def running(part: Process) -> AsyncIterator[None]:
    task = asyncio.create_task(part.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def children_of(folder: Path) -> list[int]:
    """Process ids of stand-ins started by one test."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
                state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                continue
            if words[1:2] == [STANDIN.encode()] and str(folder).encode() in words and state != "Z":
                found.append(int(entry.name))
    return found


def environment(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


def test_the_service_is_named_only_when_it_answers_and_ends_with_the_program(tmp_path: Path) -> None:
    async def scene() -> None:
        part = process(tmp_path)
        assert part.url() is None
        async with running(part):
            await until(part.url)
            client = Client(part.url, time.monotonic)
            assert await client.answers()
            await client.close()
            assert (tmp_path / "nlu.port").read_text() in str(part.url())
            assert "up" in (tmp_path / "logs" / "nlu.log").read_text()
            (pid,) = children_of(tmp_path)
            assert os.getsid(pid) == pid, "a session of its own: Ctrl-C in the terminal does not reach it"
        assert part.url() is None
        assert not (tmp_path / "nlu.port").exists()
        assert children_of(tmp_path) == []

    asyncio.run(scene())


def test_the_child_knows_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:secret")
    monkeypatch.setenv("JINNUAN_DATABASE", "postgresql://u:secret@h/d")

    async def scene() -> None:
        part = process(tmp_path)
        async with running(part):
            await until(part.url)
            (pid,) = children_of(tmp_path)
            assert b"secret" not in environment(pid)

    asyncio.run(scene())


def test_a_service_that_dies_is_started_again(tmp_path: Path) -> None:
    async def scene() -> None:
        part = process(tmp_path)
        async with running(part):
            await until(part.url)
            first = part.url()
            os.kill(children_of(tmp_path)[0], signal.SIGKILL)
            await until(lambda: part.url() not in {None, first})

    asyncio.run(scene())


def test_a_service_that_hangs_is_ended_and_started_again(tmp_path: Path) -> None:
    async def scene() -> None:
        part = process(tmp_path, silence_seconds=0.4)
        async with running(part):
            await until(part.url)
            first = part.url()
            os.kill(children_of(tmp_path)[0], signal.SIGSTOP)
            await until(lambda: part.url() not in {None, first})

    asyncio.run(scene())


def test_pauses_grow_while_the_service_keeps_dying(tmp_path: Path) -> None:
    async def scene() -> None:
        starts: list[float] = []

        def dying(port: int) -> Sequence[str]:
            starts.append(asyncio.get_running_loop().time())
            return command(tmp_path, port, "dies")

        async with running(process(tmp_path, dying)):
            await until(lambda: len(starts) >= 4, 30)
        assert starts[3] - starts[2] > 0.4, "0.05 s doubled three times"

    asyncio.run(scene())


def test_a_missing_model_or_environment_is_tried_again_not_given_up(tmp_path: Path) -> None:
    async def scene() -> None:
        tries: list[int] = []

        def first_no_model_then_no_python(port: int) -> Sequence[str]:
            tries.append(port)
            if len(tries) == 1:
                raise SettingsError("还没有训练好的语言模型")
            return ("/nowhere/python", "serve.py") if len(tries) == 2 else command(tmp_path, port)

        part = process(tmp_path, first_no_model_then_no_python)
        async with running(part):
            await until(part.url)
        assert len(tries) == 3

    asyncio.run(scene())


def test_a_second_program_uses_the_service_of_the_first_and_takes_over_when_it_ends(tmp_path: Path) -> None:
    async def scene() -> None:
        first, second = process(tmp_path), process(tmp_path)
        async with running(second):
            await until(second.url)
            async with running(first):
                await asyncio.sleep(0.3)
                assert first.url() == second.url()
                assert len(children_of(tmp_path)) == 1
        async with running(first):
            await until(first.url)

    asyncio.run(scene())


def test_a_port_left_over_from_a_crash_is_not_trusted(tmp_path: Path) -> None:
    (tmp_path / "nlu.port").write_text("12345")
    (tmp_path / "nlu.lock").touch()
    assert process(tmp_path).url() is None


def test_the_child_ends_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    code = (
        "import asyncio; from pathlib import Path; from tests.classifier.test_process import process\n"
        f"asyncio.run(process(Path({str(tmp_path)!r})).run())"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)

    async def scene() -> None:
        await until(process(tmp_path).url)
        assert len(children_of(tmp_path)) == 1
        parent.kill()
        await until(lambda: children_of(tmp_path) == [], 5)

    try:
        asyncio.run(scene())
    finally:
        parent.kill()
        parent.wait()
