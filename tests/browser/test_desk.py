"""The desk as its staff use it, by keyboard: a resident and a worker, two workers; what is timed is printed with -s."""

import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Program, check_access
from tests.browser.resident import Resident

Somebody = Callable[..., BrowserContext]
Picture = Callable[[Page, str], None]
WIDE = {"width": 1280, "height": 800}
PLAIN_SECONDS, HANDOVER_SECONDS = 90, 360


class Hands:
    """Somebody at a keyboard: counts keys and strokes of text, never uses the mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keys = 0
        self.began = time.monotonic()

    def press(self, *names: str) -> None:
        """Keys one after the other."""
        for name in names:
            self.page.keyboard.press(name)
            self.keys += 1

    def types(self, words: str) -> None:
        """Words into the field that has the focus."""
        self.page.keyboard.insert_text(words)
        self.keys += len(words)

    def loads(self, name: str, address: str | re.Pattern[str]) -> None:
        """A key that leads to another page."""
        self.press(name)
        self.page.wait_for_url(address)

    @property
    def seconds(self) -> float:
        """Since the hands began."""
        return time.monotonic() - self.began

    def tells(self, work: str) -> None:
        """Print what was counted."""
        sys.stdout.write(f"\n{work}: {self.keys} keys, {self.seconds:.1f} s\n")


def done(page: Page, words: str) -> None:
    """The line that says that a form was taken."""
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()


def asks_for_a_person(somebody: Somebody, site: str, says: str) -> tuple[Resident, str]:
    """A resident who is handed over; the number of the case."""
    resident = Resident(somebody().new_page(), site)
    resident.says(says)
    resident.says("找真人")
    resident.taps("同意")
    found = re.search(r"JN\d{4}-[0-9A-Z]{6}", resident.page.locator("#log").inner_text())
    assert found is not None
    resident.says("只在这里回")
    resident.says("想问清楚再去办")
    resident.says("住河东区")
    return resident, found[0]


@pytest.fixture
def worker(administrator: Path, somebody: Somebody) -> Page:
    """小王's page."""
    return somebody(viewport=WIDE, storage_state=administrator).new_page()


@pytest.fixture
def other(colleague: Path, somebody: Somebody) -> Page:
    """小李's page."""
    return somebody(viewport=WIDE, storage_state=colleague).new_page()


def test_a_plain_question_is_answered_and_closed_by_keyboard(program: Program, somebody: Somebody, worker: Page, picture: Picture) -> None:
    resident, number = asks_for_a_person(somebody, program.site, "低保要啥材料")
    worker.goto(f"{program.site}/console/cases/{number}")
    picture(worker, "desk-case")
    hands = Hands(worker)
    hands.press("c")
    done(worker, "认领好了")
    hands.press("/")
    hands.types("低保 材料")
    expect(worker.locator("[data-insert]").first).to_contain_text("低保要带什么材料")
    picture(worker, "desk-find")
    hands.press("Enter")
    expect(worker.get_by_label("写给居民")).to_have_value(re.compile("来源：.*核对日期", re.DOTALL))
    hands.press("Control+Enter")
    done(worker, "发出去了")
    expect(resident.last).to_contain_text("身份证")
    expect(resident.last).to_contain_text("工作人员 小王")
    hands.press("d")
    done(worker, "已结案：已答复")
    hands.tells("plain question")
    assert hands.seconds < PLAIN_SECONDS
    expect(resident.last).to_contain_text("已经办结")


def test_a_hand_over_is_worked_by_keyboard_and_goes_into_a_ticket(program: Program, somebody: Somebody, worker: Page, picture: Picture) -> None:
    resident, number = asks_for_a_person(somebody, program.site, "我爱人住院了钱不够")
    worker.context.grant_permissions(["clipboard-read", "clipboard-write"])
    worker.goto(f"{program.site}/console/cases/{number}")
    hands = Hands(worker)
    hands.press("c")
    done(worker, "认领好了")
    hands.press("y")
    expect(worker.locator("[data-copied]")).to_have_text("复制好了")
    assert number in worker.evaluate("() => navigator.clipboard.readText()")
    before = hands.keys
    hands.press("g")
    hands.types("HD-2026-0001")
    hands.press("Enter")
    done(worker, "工单号记下了")
    assert hands.keys - before == len("HD-2026-0001") + 2
    hands.press("r")
    hands.types("您好，我是小王。我明天上午十点前把结果告诉您。")
    hands.press("Control+Enter")
    done(worker, "发出去了")
    hands.press("p")
    worker.get_by_label("答应什么").select_option("reply")
    worker.get_by_label("最晚什么时候").fill("2099-01-05T10:00")
    hands.press("Tab", "Enter")
    done(worker, "记下了")
    expect(worker.locator("#promised")).to_contain_text("2099-01-05 10:00")
    worker.get_by_label("请居民带").fill("住院小结")
    hands.press("Enter")
    expect(worker.locator("#papered")).to_contain_text("住院小结")
    check_access(worker)
    picture(worker, "desk-work")
    hands.press("e")
    worker.keyboard.type("已")
    worker.get_by_label("结果", exact=True).select_option(label="已转有关部门")
    hands.press("Tab")
    hands.types("转街道办理")
    hands.press("Control+Enter")
    done(worker, "已结案")
    hands.tells("hand-over")
    assert hands.seconds < HANDOVER_SECONDS
    expect(resident.last).to_contain_text("已经办结")


def test_of_two_who_claim_at_once_one_is_told(program: Program, somebody: Somebody, worker: Page, other: Page, picture: Picture) -> None:
    _, number = asks_for_a_person(somebody, program.site, "低保多久批下来")
    for page in (worker, other):
        page.goto(f"{program.site}/console/cases/{number}")
    worker.evaluate("() => document.querySelector('[data-claim]').form.requestSubmit()")
    other.evaluate("() => document.querySelector('[data-claim]')?.form.requestSubmit()")
    done(worker, "认领好了")
    expect(other.get_by_text("小王手里").first).to_be_visible()
    expect(other.locator("#reply")).to_have_count(0)
    check_access(other)
    picture(other, "desk-claimed")


def test_what_was_typed_survives_a_closed_browser(program: Program, administrator: Path, somebody: Somebody, worker: Page) -> None:
    _, number = asks_for_a_person(somebody, program.site, "特困怎么认定")
    worker.goto(f"{program.site}/console/cases/{number}")
    worker.keyboard.press("c")
    done(worker, "认领好了")
    worker.keyboard.press("r")
    worker.keyboard.insert_text("您好，我先查一下")
    expect(worker.locator("[data-draft-note]")).to_have_text("草稿已存")
    worker.context.close()
    again = somebody(viewport=WIDE, storage_state=administrator).new_page()
    again.goto(f"{program.site}/console/cases/{number}")
    expect(again.get_by_label("写给居民")).to_have_value("您好，我先查一下")


def test_a_case_is_handed_to_another_desk_that_accepts_it(program: Program, somebody: Somebody, worker: Page, other: Page) -> None:
    _, number = asks_for_a_person(somebody, program.site, "我住南开，想问临时救助")
    worker.goto(f"{program.site}/console/cases/{number}")
    worker.keyboard.press("c")
    done(worker, "认领好了")
    worker.locator("#transferring summary").click()
    worker.get_by_label("转给", exact=True).select_option("北辰区")
    worker.get_by_label("为什么转，已经办了什么").fill("人搬到北辰了")
    worker.get_by_role("button", name="请他们接").click()
    done(worker, "已请对方接")
    other.goto(f"{program.site}/console?offered=1")
    other.get_by_role("link", name=number).first.click()
    expect(other.locator("#turn")).to_contain_text("人搬到北辰了")
    other.get_by_role("button", name="接下", exact=True).click()
    done(other, "接下了")
    expect(worker.locator("#head")).to_contain_text("小李")


def test_a_caller_is_taken_in_by_keyboard(program: Program, worker: Page, picture: Picture) -> None:
    worker.goto(f"{program.site}/console")
    worker.keyboard.press("i")
    worker.wait_for_url("**/console/intake")
    worker.get_by_role("button", name="开始登记").press("Enter")
    worker.get_by_role("button", name="找真人").press("Enter")
    expect(worker.locator(".aloud")).to_contain_text("转给工作人员")
    picture(worker, "desk-intake")
    check_access(worker)
    worker.get_by_role("button", name="同意", exact=True).press("Enter")
    expect(worker.locator(".notice")).to_contain_text(re.compile(r"编号 JN\d{4}-"))
    worker.get_by_role("link", name="去看这个个案").press("Enter")
    expect(worker.locator("#known")).to_contain_text("电话里口头说的")


def test_the_queue_by_keyboard_and_on_every_width(program: Program, administrator: Path, somebody: Somebody, worker: Page, picture: Picture) -> None:
    worker.goto(f"{program.site}/console")
    check_access(worker)
    picture(worker, "desk-queue")
    worker.keyboard.press("j")
    worker.keyboard.press("j")
    expect(worker.locator("tr.chosen")).to_have_count(1)
    worker.keyboard.press("?")
    expect(worker.get_by_role("dialog", name="快捷键")).to_be_visible()
    picture(worker, "desk-keys")
    worker.keyboard.press("Escape")
    worker.keyboard.press("s")
    worker.wait_for_url(re.compile(r"/console/cases/JN"))
    for width, height in ((820, 1100), (360, 740)):
        page = somebody(viewport={"width": width, "height": height}, storage_state=administrator).new_page()
        for path, name in (("/console", "queue"), (worker.url.removeprefix(program.site), "case")):
            page.goto(program.site + path)
            assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), (path, width)
            picture(page, f"desk-{name}-{width}")


def test_one_file_prints_without_numbers(program: Program, worker: Page, picture: Picture) -> None:
    worker.goto(f"{program.site}/console")
    worker.locator("[data-open]").first.click()
    worker.get_by_role("link", name="打印这一份").click()
    worker.emulate_media(media="print")
    expect(worker.get_by_role("navigation", name="页面")).to_be_hidden()
    expect(worker.get_by_role("button", name="打印，或存成 PDF")).to_be_hidden()
    assert not re.search(r"100000001\d\d", worker.locator("main").inner_text())
    picture(worker, "desk-print")
