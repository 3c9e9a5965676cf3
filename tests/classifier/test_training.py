"""The training program as this program runs it, and swapping models in a service that may misbehave."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from aiohttp import web

from bot.classifier.training import Models, Trainer
from bot.errors import ClassifierError, InputError
from tests.conftest import ROOT

STANDIN = ROOT / "tests" / "standins" / "training"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Models `old` (in service) and `new`."""
    (tmp_path / "data").mkdir()
    for name in ("old", "new"):
        (tmp_path / f"{name}.tar.gz").write_bytes(b"model")
    (tmp_path / "current.txt").write_text("old.tar.gz\n", encoding="utf-8")
    yield tmp_path


def trainer(folder: Path, python: Path = Path(sys.executable)) -> Trainer:
    return Trainer(python, STANDIN, folder, folder / "data", folder)


def test_progress_comes_line_by_line_and_the_comparison_at_the_end(folder: Path) -> None:
    said: list[str] = []
    report = trainer(folder).train(said.append)
    assert said == ["一、检查句子\n", "一、检查句子\n四、和现用的模型比\n"]
    assert (report["before"], report["reasons"]) == ("old.tar.gz", [])
    assert sorted(path.name for path in folder.iterdir()) == ["current.txt", "data", "model0.tar.gz", "new.tar.gz", "old.tar.gz"]


def test_a_training_that_ends_without_a_model_says_what_it_said(folder: Path) -> None:
    (folder / "data" / "learned").mkdir()
    (folder / "data" / "learned" / "learned.yml").write_text("坏", encoding="utf-8")
    with pytest.raises(InputError, match=r"learned\.yml 第 5 行"):
        trainer(folder).train(lambda said: None)
    with pytest.raises(InputError, match="No such file"):
        trainer(folder, Path("/no/python")).train(lambda said: None)


def test_sentences_that_are_learned_or_held_out_are_known(folder: Path) -> None:
    (folder / "data" / "dibao.yml").write_text("nlu:\n- intent: a\n  examples: |\n    - 学过的\n", encoding="utf-8")
    (folder / "held.yml").write_text("- intent: a\n  sentences:\n    - \"考过的\"\n", encoding="utf-8")
    assert {"学过的", "考过的"} <= trainer(folder).sentences()


class Service:
    """Rasa's two routes: swaps, or does something else."""

    def __init__(self) -> None:
        self.model = "old.tar.gz"
        self.status = 204
        self.lies = False

    async def put(self, request: web.Request) -> web.Response:
        if self.status == 204:
            self.model = (await request.json())["model_file"]
        return web.Response(status=self.status)

    async def show(self, _request: web.Request) -> web.Response:
        return web.json_response({"model_file": "old.tar.gz" if self.lies else self.model})


def with_service(service: Service, act: Callable[[str], Awaitable[None]]) -> None:
    async def run() -> None:
        app = web.Application()
        app.router.add_put("/model", service.put)
        app.router.add_get("/status", service.show)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        try:
            await act(f"http://127.0.0.1:{port}/")
        finally:
            await runner.cleanup()

    asyncio.run(run())


def test_a_swap_is_noted_for_the_next_start_with_the_way_back(folder: Path) -> None:
    service = Service()

    async def swap(url: str) -> None:
        models = Models(folder, lambda: url)
        assert await models.put_in_service("new.tar.gz") == "old.tar.gz"
        assert (models.current, models.previous, Path(service.model).name) == ("new.tar.gz", "old.tar.gz", "new.tar.gz")
        assert await models.put_in_service(models.previous) == "new.tar.gz"
        assert (models.current, models.previous, Path(service.model).name) == ("old.tar.gz", "new.tar.gz", "old.tar.gz")

    with_service(service, swap)


@pytest.mark.parametrize(("status", "lies"), [(400, False), (500, False), (200, False), (204, True)])
def test_a_service_that_does_not_take_the_model_changes_nothing(folder: Path, status: int, lies: bool) -> None:
    service = Service()
    service.status, service.lies = status, lies

    async def swap(url: str) -> None:
        models = Models(folder, lambda: url)
        with pytest.raises(ClassifierError):
            await models.put_in_service("new.tar.gz")
        assert (models.current, models.previous) == ("old.tar.gz", "")

    with_service(service, swap)


def test_a_service_that_is_away_changes_nothing_and_one_that_is_not_started_takes_it_at_its_start(folder: Path) -> None:
    with pytest.raises(ClassifierError, match="没有应答"):
        asyncio.run(Models(folder, lambda: "http://127.0.0.1:9").put_in_service("new.tar.gz"))
    models = Models(folder, lambda: None)
    assert models.current == "old.tar.gz"
    asyncio.run(models.put_in_service("new.tar.gz"))
    assert models.current == "new.tar.gz"


@pytest.mark.parametrize("name", ["gone.tar.gz", "../old.tar.gz", "", "data"])
def test_only_a_model_of_the_folder_is_put_in_service(folder: Path, name: str) -> None:
    with pytest.raises(InputError):
        asyncio.run(Models(folder, lambda: None).put_in_service(name))
