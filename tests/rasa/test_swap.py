"""Rasa's own swap of a model, while people ask."""

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from bot.classifier.process import free_port
from bot.classifier.training import Models
from tests.conftest import ROOT
from tests.rasa.test_real_model import MODELS, NLU_PYTHON, model_file

ASKING_AT_ONCE = 8
SWAPS = 3
LONGEST_ANSWER = 2.0
"""Seconds; the program gives up on the model after as many."""


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """The model in service under two names, so that every swap is one."""
    for name in ("first", "second"):
        shutil.copy(model_file(), tmp_path / f"{name}.tar.gz")
    (tmp_path / "current.txt").write_text("first.tar.gz\n", encoding="utf-8")
    assert MODELS.exists()
    return tmp_path


@pytest.fixture
def service(models: Path) -> Iterator[str]:
    port = free_port()
    command = [str(NLU_PYTHON), "serve.py", "--model", str(models / "first.tar.gz"), "--port", str(port)]
    with (models / "nlu.log").open("wb") as said, subprocess.Popen(command, cwd=ROOT / "nlu", stdout=said, stderr=said) as process:
        yield f"http://127.0.0.1:{port}"
        process.terminate()


async def _ready(session: aiohttp.ClientSession, url: str) -> None:
    for _ in range(240):
        try:
            async with session.get(f"{url}/status") as response:
                if response.status == 200:
                    return
        except aiohttp.ClientError:
            await asyncio.sleep(0.25)
    raise AssertionError("the service did not start")


def test_no_question_fails_while_models_are_swapped_and_swapped_back(models: Path, service: str) -> None:
    asked: list[float] = []

    async def run() -> None:
        stopped = asyncio.Event()

        async def ask(session: aiohttp.ClientSession) -> None:
            now = asyncio.get_running_loop().time
            while not stopped.is_set():
                started = now()
                async with session.post(f"{service}/model/parse", json={"text": "低保要什么材料"}) as response:
                    assert response.status == 200
                    assert (await response.json())["intent"]["name"] == "ask.dibao.documents"
                asked.append(now() - started)

        async with aiohttp.ClientSession() as session:
            await _ready(session, service)
            asking = [asyncio.create_task(ask(session)) for _ in range(ASKING_AT_ONCE)]
            desk = Models(models, lambda: service)
            await desk.put_in_service("second.tar.gz")
            for _ in range(SWAPS - 1):
                assert desk.previous
                await desk.put_in_service(desk.previous)
            stopped.set()
            await asyncio.gather(*asking)
        assert (desk.current, desk.previous) == ("second.tar.gz", "first.tar.gz")

    asyncio.run(run())
    assert len(asked) > ASKING_AT_ONCE
    assert max(asked) < LONGEST_ANSWER
