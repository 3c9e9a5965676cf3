"""Two consoles and somebody in danger: seen within two seconds, heard by the group, answered with one key."""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import DESK, Program, check_access, join, wait_for
from tests.browser.resident import Resident

Somebody = Callable[..., BrowserContext]
Picture = Callable[[Page, str], None]
NOT_THERE = "http://127.0.0.1:9"
"""Nobody listens: words of danger are heard without the language model."""
TWO_SECONDS = 2.0
PHONE = {"width": 390, "height": 800}


@pytest.fixture
def group() -> Iterator[tuple[str, list[str]]]:
    """A group robot: its address, and the texts it got."""
    got: list[str] = []

    class Robot(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["text"]["content"])
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"errcode":0}')

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Robot)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/", got
    server.shutdown()
    server.server_close()


@pytest.fixture
def at_night(tmp_path: Path, group: tuple[str, list[str]]) -> Iterator[Program]:
    running = Program(tmp_path, JINNUAN_ALERT_WEBHOOK=group[0], NLU_URL=NOT_THERE)
    try:
        yield running.start()
    finally:
        running.end()


def test_an_alarm_is_on_every_open_console_within_two_seconds_and_answered_with_one_key(
    at_night: Program, group: tuple[str, list[str]], somebody: Somebody, picture: Picture, tmp_path: Path
) -> None:
    first = somebody(viewport=DESK)
    queue = join(at_night, first)
    first.storage_state(path=tmp_path / "state.json")
    elsewhere = somebody(viewport=PHONE, storage_state=tmp_path / "state.json").new_page()
    goes_on_duty_by_keyboard(queue, picture)
    queue.goto(f"{at_night.site}/console")
    elsewhere.goto(f"{at_night.site}/console/account")
    tries_the_sound(elsewhere)
    resident = Resident(somebody().new_page(), at_night.site)

    number = rings_within_two_seconds(resident, queue, elsewhere)
    expect(resident.last).to_contain_text("我这就叫值班的人")
    wait_for(lambda: bool(group[1]), 5, lambda: "the group heard nothing")
    assert f"/console/cases/{number}" in group[1][0]
    assert "不想活" not in group[1][0]
    for page, name in ((queue, "console-alarm"), (elsewhere, "console-alarm-phone")):
        assert "不想活" not in page.locator("#alarms").inner_text()
        check_access(page)
        picture(page, name)
    answers_with_one_key(elsewhere, number)
    expect(resident.last).to_contain_text("小王已看到")
    expect(queue.locator("#alarms")).to_contain_text("小王已应答")
    expect(queue.get_by_role("button", name="看到了")).to_have_count(0)


def goes_on_duty_by_keyboard(page: Page, picture: Picture) -> None:
    page.get_by_role("link", name="值班表").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("现在没有人值班")).to_be_visible()
    expect(page.get_by_text(re.compile("市级值班台：.*没有人值班"))).to_be_visible()
    today = time.strftime("%Y-%m-%d")
    page.get_by_label("哪一处").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_label("值班", exact=True).focus()
    page.keyboard.press("ArrowDown")
    page.get_by_label("从", exact=True).fill(f"{today}T00:00")
    page.get_by_label("到", exact=True).fill(time.strftime("%Y-%m-%dT12:00", time.localtime(time.time() + 3 * 86_400)))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="值班表改好了")).to_be_visible()
    expect(page.locator(".duty-now")).to_contain_text("市级值班台：小王")
    check_access(page)
    picture(page, "console-duty")


def tries_the_sound(page: Page) -> None:
    page.get_by_role("button", name="试提示音").click()
    expect(page.locator("#alarms")).to_have_attribute("data-rang", "1")
    expect(page.locator("[data-alarm-news]")).to_have_text("提示音响了")


def rings_within_two_seconds(resident: Resident, *consoles: Page) -> str:
    resident.page.locator("#text").fill("不想活了")
    resident.page.locator("#text").press("Enter")
    started = time.monotonic()
    for page in consoles:
        page.locator("#alarms [data-alarm]").wait_for(state="visible", timeout=10_000)
    took = time.monotonic() - started
    assert took < TWO_SECONDS, f"{took:.2f} s"
    row = consoles[0].locator("#alarms [data-alarm]")
    expect(row.locator(".urgency.red")).to_be_visible()
    expect(row).to_contain_text("已等 0 分钟")
    expect(consoles[0].locator("[data-alarm-news]")).to_contain_text("等人应答")
    expect(consoles[1].locator("#alarms")).to_have_attribute("data-rang", "2")
    return row.get_attribute("data-alarm") or ""


def answers_with_one_key(page: Page, number: str) -> None:
    page.locator("#main").focus()
    page.keyboard.press("a")
    page.wait_for_url(f"**/console/cases/{number}")
    expect(page.get_by_role("status").filter(has_text="您应答了")).to_be_visible()
