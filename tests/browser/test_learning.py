"""The learning desk in a real browser with the real model: typing a wording, and every page without findings of axe."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bot.staff import Sessions
from bot.store import conversations, feedback, learned, staff, transcripts, unanswered
from bot.store.database import Database
from bot.store.keys import load_keys
from tests.browser.conftest import DESK, PHONE, Program, check_access

PAGES = ("/console/learning", "/console/learning/groups/1", "/console/learning/sentences", "/console/learning/training", "/console/quality", "/console/outreach")
AMOUNT = "ask.dibao.amount"
SAID = ("残疾人坐的那个车怎么领", "残疾人坐的车咋领啊", "残疾人坐那个车怎么领", "我叫〔姓名〕，孩子上大学学费不够找谁", "公积金能取出来看病吗")
REPORT = {
    "model": "4b4bd04a2415.tar.gz", "before": "ec0f47035e13.tar.gz", "reasons": [], "total": 5120, "exact": [4711, 4730],
    "required": [0.958, 0.961], "crisis_recall": [0.992, 0.992], "false_alarms": [0.004, 0.004],
    "labels": {AMOUNT: [42, 38, 40], "ask.tekun.amount": [40, 37, 36]},
    "gained": [{"text": "一月能到手几个钱", "label": AMOUNT, "taken_for": "ask.income", "required": False}],
    "lost": [{"text": "五保户一月多少", "label": "ask.tekun.amount", "taken_for": AMOUNT, "required": False}],
}


@pytest.fixture(scope="module")
def token(program: Program) -> Iterator[str]:
    """A session of somebody who edits policies and supervises the city, on a desk with something to do."""
    database = Database(f"sqlite:///{program.data / 'jinnuan.sqlite3'}", load_keys(program.data / "keys.json").cipher)
    now = datetime.now(UTC)
    with database.write() as connection:
        officer = staff.add(
            connection, login="bian", display_name="小边", password_hash="x", roles=["policy_editor", "supervisor_city"], districts=[], now=now
        )
        talk = conversations.create(connection, "web", "nobody", "hash nobody", now)
        for text in SAID:
            unanswered.add(connection, talk, text, "miss", AMOUNT, 0.3, now)
        transcripts.add(connection, talk, author="bot", text="答", label=AMOUNT, now=now)
        feedback.add(connection, talk, False, [AMOUNT], now)
        feedback.add_words(connection, talk, "没说从哪天起")
        learned.teach(connection, "低保户头上一月落几张票子", AMOUNT, officer, now)
        training = learned.begin(connection, 1, officer, now)
        learned.end(connection, training, "ready", now, model=str(REPORT["model"]), report=REPORT)
    yield Sessions(database, lambda: datetime.now(UTC)).open(officer)
    database.dispose()


def officer(context: BrowserContext, program: Program, token: str) -> Page:
    context.add_cookies([{"name": "jinnuan_staff", "value": token, "url": program.site}])
    return context.new_page()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_every_page_is_without_findings_and_fits_the_window(
    program: Program, token: str, somebody: Callable[..., BrowserContext], size: dict[str, int]
) -> None:
    page = officer(somebody(viewport=size), program, token)
    for address in PAGES:
        page.goto(program.site + address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        if "JINNUAN_LOOK" in os.environ:
            page.screenshot(path=Path(os.environ["JINNUAN_LOOK"]) / f"{address.rpartition('/')[2]}-{size['width']}.png", full_page=True)
        check_access(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_while_a_wording_is_typed_the_page_says_what_it_gets_now(program: Program, token: str, somebody: Callable[..., BrowserContext]) -> None:
    page = officer(somebody(viewport=DESK), program, token)
    page.goto(program.site + PAGES[0])
    page.keyboard.press("j")  # the keys of the queue work here too
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("3 句像这样的话")
    page.get_by_label("用您自己的话教它").fill("低保每月给多少钱")
    said = page.locator("[data-verdict]")
    expect(said).to_contain_text("这句话现在答")
    check_access(page)
    page.get_by_label("算作哪个问题").select_option("ask.canji_butie.apply")
    page.get_by_label("用您自己的话教它").fill("残疾人代步的车去哪里要")
    page.get_by_role("button", name="教它").click()
    expect(page.get_by_role("status").filter(has_text="记下了")).to_be_visible()
    expect(page.get_by_text("残疾人坐的那个车怎么领")).to_have_count(0)
