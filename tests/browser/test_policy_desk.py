"""An editor and a reviewer take a figure from draft to published; the resident's next answer shows it; and back.

Pictures for the handbook are made with JINNUAN_PICTURES=1 and then lie under docs/pictures/.
"""

import os
import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, ViewportSize, expect

from bot import app
from bot.settings import Settings
from bot.staff import Sessions
from bot.store import staff
from tests.browser.conftest import answers, check_access, wait_for
from tests.conftest import ROOT

PICTURES = ROOT / "docs" / "pictures"
LARGEST_PICTURE = 150_000
SIZE: ViewportSize = {"width": 1100, "height": 760}
RESIDENT = "/answers/ask.dibao.amount"


class Office:
    """The whole program but for the language model, in this process, with two people signed in."""

    def __init__(self, data: Path, chromium: Browser) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.site = f"http://127.0.0.1:{self.port}"
        self.house = app.House(Settings(data=data, policies_folder=ROOT / "policies", port=self.port))
        self.server = uvicorn.Server(uvicorn.Config(self.house.web, port=self.port, log_config=None))
        self.ended = threading.Event()
        self.threads = [threading.Thread(target=self.server.run), threading.Thread(target=self._watch)]
        for thread in self.threads:
            thread.start()
        wait_for(lambda: answers(f"{self.site}/health/live"), 20, lambda: "the pages did not start")
        self._chromium = chromium
        self.editor = self._signed_in("bianji", "李编辑", "policy_editor")
        self.reviewer = self._signed_in("shenhe", "王审核", "policy_reviewer")
        self.resident = chromium.new_context(viewport={"width": 390, "height": 700}).new_page()

    def _watch(self) -> None:
        while not self.ended.wait(0.25):
            self.house.shelf.reload(files=False)

    def _signed_in(self, login: str, name: str, role: str) -> Page:
        with self.house.database.write() as connection:
            made = staff.add(connection, login=login, display_name=name, password_hash="x", roles=[role], districts=[], now=app.now())
        token = Sessions(self.house.database, app.now).open(made)
        context = self._chromium.new_context(viewport=SIZE, locale="zh-CN", timezone_id="Asia/Shanghai", bypass_csp=True)
        context.add_cookies([{"name": "jinnuan_staff", "value": token, "url": self.site}])
        return context.new_page()

    def close(self) -> None:
        self.ended.set()
        self.server.should_exit = True
        for thread in self.threads:
            thread.join(10)
        self.house.reception.close()
        self.house.database.dispose()


@pytest.fixture
def office(tmp_path: Path, chromium: Browser) -> Iterator[Office]:
    made = Office(tmp_path, chromium)
    yield made
    made.close()


def picture(page: Page, name: str) -> None:
    """No accessibility fault, no sideways scrolling; a picture where they are wanted."""
    check_access(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if os.environ.get("JINNUAN_PICTURES"):
        file = PICTURES / f"policy-{name}.png"
        page.screenshot(path=file)
        assert file.stat().st_size <= LARGEST_PICTURE, name


def reads(office: Office, words: str) -> None:
    """The resident's next page says it, within two seconds."""
    deadline = time.monotonic() + 2
    while True:
        office.resident.goto(office.site + RESIDENT)
        if words in office.resident.inner_text("body"):
            return
        assert time.monotonic() < deadline, office.resident.inner_text("body")[:400]


def test_a_figure_goes_from_draft_to_published_and_back(office: Office) -> None:
    editor, reviewer = office.editor, office.reviewer
    reads(office, "1045")
    editor.goto(f"{office.site}/console/policies")
    picture(editor, "library")
    editor.goto(f"{office.site}/console/policies/answers/ask.dibao.amount")
    picture(editor, "answer")
    editor.goto(f"{office.site}/console/policies/figures/dibao_monthly")
    editor.get_by_label("从哪天起").fill(app.now().date().isoformat())
    editor.get_by_label("数", exact=True).fill("1100")
    editor.get_by_label("来源（文件#条目）").fill("tj-2025-standard#DBT-01")
    picture(editor, "figure")
    editor.get_by_role("button", name="放进草稿").click()
    expect(editor.get_by_text("全部检查通过")).to_be_visible()
    picture(editor, "draft")
    draft = editor.url.partition("?")[0]
    editor.get_by_label("为什么改，依据什么").fill("照新文件")
    editor.get_by_role("button", name="提交审核").click()
    expect(editor.get_by_text("等另一位审核。自己写的不能自己审")).to_be_visible()
    reviewer.goto(draft)
    warned = reviewer.get_by_label("检查有提醒，照样通过的理由")
    if warned.count():
        warned.fill("看过")
    reviewer.get_by_role("button", name="通过", exact=True).click()
    picture(reviewer, "review")
    reviewer.get_by_role("button", name="现在发布").click()
    reads(office, "1100")
    editor.goto(f"{office.site}/console/policies/revisions")
    expect(editor.locator(".policy-news")).to_contain_text("起")
    picture(editor, "revisions")
    first = editor.locator("main tbody tr").last.get_by_role("link").get_attribute("href")
    editor.goto(f"{office.site}{first}")
    editor.get_by_label("为什么回退").fill("数错了")
    editor.get_by_role("button", name="让这一版重新生效").click()
    reads(office, "1045")


def test_a_mistake_is_marked_while_typing_and_a_text_is_taken_down_at_once(office: Office) -> None:
    editor = office.editor
    editor.goto(f"{office.site}/console/policies/answers/ask.dibao.amount")
    editor.get_by_label("新草稿的名字").fill("改一句话")
    editor.get_by_role("button", name="开始改").click()
    box = editor.get_by_label("文字", exact=True)
    text = box.input_value()
    box.fill(text.replace("差多少，补多少。", "差多少，补多少。{{ dibao_monthly.value }}"))
    expect(editor.locator("[data-look]")).to_contain_text(re.compile(r"第 \d+ 行：.*不能写「value」"))
    picture(editor, "mistake")
    box.fill(text.replace("差多少，补多少。", "差多少，就补多少。"))
    expect(editor.locator("[data-look]")).to_contain_text("差多少，就补多少。")
    check_access(editor)
    editor.get_by_role("button", name="存进草稿").click()
    draft = editor.url.partition("?")[0]
    editor.goto(f"{draft}/form?path=office_hours.yaml")
    picture(editor, "form")
    editor.goto(f"{office.site}/console/policies/answers/ask.dibao.amount")
    editor.get_by_text("马上撤下").click()
    editor.get_by_label("为什么撤下").fill("数可能不对")
    picture(editor, "withdraw")
    editor.get_by_role("button", name="撤下，居民先读到「正在核对」").click()
    reads(office, "正在核对")
