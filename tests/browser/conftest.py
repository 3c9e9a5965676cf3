"""A really started `jinnuan run` with its language model, a real Chromium, and people who use both.

Pictures for the README are made with JINNUAN_PICTURES=1 and then lie under docs/pictures/.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from bot.staff import Sessions
from bot.store import staff
from bot.store.database import Database
from bot.store.keys import load_keys
from tests.conftest import ROOT

ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-component-update", "--disable-sync",
)
PHONE = {"width": 360, "height": 640}
DESK = {"width": 1200, "height": 750}
PASSWORD = "一串够长的只供测试的密码"
START_SECONDS = 30.0
MODEL_SECONDS = 90.0
LARGEST_PICTURE = 200_000
NOT_INHERITED = ("TELEGRAM_BOT_TOKEN", "TELEGRAM_API_BASE_URL", "NLU_URL")

expect.set_options(timeout=10_000)


class Program:
    """One `jinnuan run` with its own data; may be stopped and started again."""

    def __init__(self, data: Path, **environment: str) -> None:
        """`environment`: variables beside those for data and port."""
        self.data = data
        self._environment = environment
        self._said = data / "said.txt"
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = int(probe.getsockname()[1])
        self.site = f"http://127.0.0.1:{self._port}"

    def start(self) -> "Program":
        """Start it and wait until pages are answered; the language model may still be loading then."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("JINNUAN_") and name not in NOT_INHERITED}
        models = os.environ.get("JINNUAN_MODELS")
        own = {"JINNUAN_DATA": str(self.data), "JINNUAN_PORT": str(self._port), **({"JINNUAN_MODELS": models} if models else {})}
        with self._said.open("wb") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"], cwd=ROOT, env={**inherited, **own, **self._environment},
                stdout=said, stderr=subprocess.STDOUT,
            )
        wait_for(lambda: answers(f"{self.site}/health/ready"), START_SECONDS, lambda: f"the program did not start:\n{self.said}")
        return self

    def stop(self) -> None:
        """Stop it as Ctrl-C does; it ends cleanly."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        assert self._process.wait(20) == 0, self.said
        self._process = None

    def end(self) -> None:
        """Leave nothing running, whatever happened."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)
            self._process = None

    @property
    def said(self) -> str:
        """What it printed."""
        return self._said.read_text(encoding="utf-8")

    @property
    def invitation(self) -> str:
        """The one-time link that makes the first administrator."""
        wait_for(lambda: "/console/join/" in self.said, START_SECONDS, lambda: self.said)
        found = re.search(r"http\S+/console/join/\S+", self.said)
        assert found is not None
        return found[0]

    @property
    def model(self) -> str | None:
        """Where its language model answers; None while it is loading."""
        file = self.data / "nlu.port"
        port = file.read_text(encoding="ascii").strip() if file.exists() else ""
        return f"http://127.0.0.1:{port}" if port and answers(f"http://127.0.0.1:{port}/") else None


def answers(address: str) -> bool:
    """Whether somebody answers there, and well."""
    try:
        with urllib.request.urlopen(address, timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def wait_for(condition: Callable[[], bool], seconds: float, problem: Callable[[], str]) -> None:
    """Wait until `condition` holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, problem()
        time.sleep(0.1)


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The program with its language model ready and the invented cases of `make demo`."""
    running = Program(tmp_path_factory.mktemp("program"), JINNUAN_DEMO="1")
    try:
        running.start()
        wait_for(lambda: running.model is not None, MODEL_SECONDS, lambda: f"the language model did not load:\n{running.said}")
        yield running
    finally:
        running.end()


@pytest.fixture(scope="module")
def other_program(program: Program, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Program, Path]]:
    """A second program on a copy of the policies, which tests may change; it shares the language model of the first."""
    data = tmp_path_factory.mktemp("other")
    policies = data / "policies"
    shutil.copytree(ROOT / "policies", policies)
    running = Program(data, JINNUAN_POLICIES_FOLDER=str(policies), NLU_URL=program.model or "")
    try:
        yield running.start(), policies
    finally:
        running.end()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser of everybody in these tests."""
    executable = os.environ.get("JINNUAN_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, headless=True, args=list(ARGUMENTS))
        yield opened
        opened.close()


@pytest.fixture
def somebody(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Opens the browser of one person; keyword arguments as for `Browser.new_context`."""
    opened: list[BrowserContext] = []

    def open_one(**wishes: object) -> BrowserContext:
        context = chromium.new_context(**{"viewport": PHONE, "locale": "zh-CN", "reduced_motion": "reduce", **wishes})  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()


def join(program: Program, context: BrowserContext) -> Page:
    """Become the first administrator; ends on the queue."""
    page = context.new_page()
    page.goto(program.invitation)
    check_access(page)
    page.get_by_label("名字", exact=True).fill("小王")
    page.get_by_label("登录名").fill("wang.li")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_label("再写一次密码").fill(PASSWORD)
    page.get_by_role("button", name="建账号").click()
    page.wait_for_url("**/console")
    return page


@pytest.fixture(scope="session")
def administrator(program: Program, chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The signed-in browser state of the first administrator, who joined by the printed link."""
    context = chromium.new_context(viewport=DESK, locale="zh-CN")  # type: ignore[arg-type]
    context.set_default_timeout(10_000)
    join(program, context)
    kept = tmp_path_factory.mktemp("administrator") / "state.json"
    context.storage_state(path=kept)
    context.close()
    return kept


@pytest.fixture(scope="session")
def colleague(program: Program, administrator: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The signed-in browser state of 小李, hotline in the whole city; entered beside the running program."""
    keys = load_keys(program.data / "keys.json")
    database = Database(f"sqlite:///{program.data / 'jinnuan.sqlite3'}", keys.cipher)
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    districts = [str(item["name"]) for item in yaml.safe_load((ROOT / "policies" / "districts.yaml").read_text(encoding="utf-8"))]
    with database.write() as connection:
        person = staff.add(
            connection, login="li.na", display_name="小李", password_hash=staff.NO_PASSWORD, roles=["hotline"], districts=districts, now=now
        )
    token = Sessions(database, lambda: now).open(person)
    database.dispose()
    kept = tmp_path_factory.mktemp("colleague") / "state.json"
    cookie = {
        "name": "jinnuan_staff", "value": token, "domain": "127.0.0.1", "path": "/", "expires": -1, "httpOnly": True, "secure": False,
        "sameSite": "Strict",
    }
    kept.write_text(json.dumps({"cookies": [cookie], "origins": []}), encoding="utf-8")
    return kept


def check_access(page: Page) -> None:
    """No findings of axe on the page as it now stands."""
    found = Axe().run(page).response["violations"]
    rows = [f"{item['id']}: {item['help']}\n    " + "\n    ".join(node["html"][:200] for node in item["nodes"]) for item in found]
    assert not rows, f"{page.url}\n" + "\n".join(rows)


@pytest.fixture
def picture(tmp_path: Path) -> Callable[[Page, str], None]:
    """Takes a picture of what is on the screen."""
    folder = ROOT / "docs" / "pictures" if os.environ.get("JINNUAN_PICTURES") == "1" else tmp_path

    def take(page: Page, name: str) -> None:
        if name.startswith("desk-"):  # dense pages; as PNG they would be three times as large
            file = folder / f"{name}.jpg"
            page.screenshot(path=file, animations="disabled", type="jpeg", quality=62)
        else:
            file = folder / f"{name}.png"
            page.screenshot(path=file, animations="disabled")
        assert 3_000 < file.stat().st_size < LARGEST_PICTURE, name

    return take
