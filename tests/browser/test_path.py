"""The main job, end to end: a resident asks, is screened, is handed over, and a person answers."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import DESK, PHONE, Program, check_access
from tests.browser.resident import Resident

Somebody = Callable[..., BrowserContext]
Picture = Callable[[Page, str], None]


def test_a_resident_is_helped_from_the_first_word_to_the_closed_case(
    program: Program, administrator: Path, somebody: Somebody, picture: Picture,
) -> None:
    home = somebody()
    resident = Resident(home.new_page(), program.site)
    desk = somebody(viewport=DESK, storage_state=administrator)
    worker = desk.new_page()
    reads_the_greeting(resident, picture)
    asks_in_own_words(resident, picture)
    resident = comes_back(resident, home, program.site)
    agrees_to_the_questions(resident)
    answers_questions(resident, picture)
    reads_the_findings(resident, picture)
    opens_the_queue(worker, program.site)
    number = is_handed_over(resident, picture)
    sees_the_case_arrive(worker, number, picture)
    claims_the_case(worker, number, picture)
    they_talk(worker, resident, picture)
    the_bot_is_back(worker, resident)
    is_in_danger(resident, picture)
    closes_the_case(worker, resident, number)


def reads_the_greeting(resident: Resident, picture: Picture) -> None:
    page = resident.page
    expect(resident.last).to_contain_text("机器人，不是真人")
    expect(resident.last).to_contain_text("不要卡号、密码、验证码")
    strip = page.get_by_role("navigation", name="急事打电话")
    assert strip.get_by_role("link").evaluate_all("links => links.map(link => link.getAttribute('href'))") == [
        "tel:110", "tel:120", "tel:12345", "tel:12356",
    ]
    for title in ("问政策", "看看能申请什么", "我要求助", "找真人"):
        expect(resident.button(title)).to_be_in_viewport(ratio=1)
    expect(page.get_by_label("您想说的话")).to_be_in_viewport(ratio=1)
    check_access(page)
    picture(page, "resident-start")


def asks_in_own_words(resident: Resident, picture: Picture) -> None:
    resident.says("低保要啥材料")
    expect(resident.last).to_contain_text("身份证")
    resident.last.get_by_text("来源和核对日期").click()
    expect(resident.last.locator("details")).to_contain_text(re.compile(r"《.+》.*核对日期：\d{4} 年", re.DOTALL))
    check_access(resident.page)
    picture(resident.page, "resident-answer")


def comes_back(resident: Resident, home: BrowserContext, site: str) -> Resident:
    resident.page.close()
    again = Resident(home.new_page(), site)
    expect(again.page.locator("#log")).to_contain_text("低保要啥材料")
    return again


def agrees_to_the_questions(resident: Resident) -> None:
    resident.says("看看能申请什么")
    expect(resident.last).to_contain_text("您同意吗")
    resident.taps("同意")
    expect(resident.last).to_contain_text("第 1 题，最多还有")


def answers_questions(resident: Resident, picture: Picture) -> None:
    resident.taps("给我自己")
    expect(resident.last).to_contain_text("有没有这些情况")
    check_access(resident.page)
    picture(resident.page, "resident-question")
    resident.taps("为什么问")
    expect(resident.last).to_contain_text("有没有这些情况")
    resident.taps("返回")
    expect(resident.last).to_contain_text("第 1 题")
    resident.says("给我自己")
    resident.says("住在河东")
    expect(resident.last).to_contain_text("第 2 题")
    check_access(resident.page)
    resident.ticks("生活要人搭把手", "得了大病重病")
    resident.says("低保一个月给多少钱")
    expect(resident.page.locator("#log")).to_contain_text("接着刚才的题")
    expect(resident.last).to_contain_text("第 3 题")
    resident.says("七十二")
    resident.taps("都没有")
    resident.taps("不知道")
    expect(resident.last).to_contain_text("第 6 题")
    resident.finishes_the_questions()


def reads_the_findings(resident: Resident, picture: Picture) -> None:
    page = resident.page
    cards = page.locator(".card")
    expect(cards).to_have_count(10)
    assert "不是审批结果" in page.locator("#log").inner_text()
    for card in cards.all():
        assert re.search(r"可能符合|还不能判断|从您说的看", card.inner_text())
        expect(card.locator(".card-outcome .mark")).to_have_text(re.compile("[●◐○]"))
    picture(page, "resident-findings")
    first = cards.first
    first.get_by_text("为什么").click()
    expect(first.locator(".reasons li").first).to_contain_text(re.compile("[✓✗?].*《", re.DOTALL))
    check_access(page)
    page.emulate_media(media="print")
    expect(cards.nth(1).locator(".reasons").first).to_be_visible()
    expect(page.locator("#text")).to_be_hidden()
    page.emulate_media(media="screen")


def opens_the_queue(worker: Page, site: str) -> None:
    worker.goto(f"{site}/console?district=河东区")
    check_access(worker)
    worker.evaluate("() => { window.stayed = true; }")


def is_handed_over(resident: Resident, picture: Picture) -> str:
    resident.taps("找真人")
    expect(resident.last).to_contain_text("转给工作人员")
    resident.taps("同意")
    expect(resident.last).to_contain_text("怎么联系您方便")
    resident.says("只在这里回")
    for _ in range(3):
        if resident.button("不想说").count():
            resident.taps("不想说")
    expect(resident.page.locator("#log")).to_contain_text("这是求助登记，还不是正式申请；正式申请要向街道（乡镇）提出")
    found = re.search(r"JN\d{4}-[0-9A-Z]{6}", resident.last.inner_text())
    assert found is not None
    check_access(resident.page)
    picture(resident.page, "resident-handover")
    return found[0]


def sees_the_case_arrive(worker: Page, number: str, picture: Picture) -> None:
    row = worker.locator(f"#row-{number}")
    expect(row).to_contain_text("自测转办")
    expect(row).to_contain_text("河东区")
    assert worker.evaluate("() => window.stayed === true"), "the queue was reloaded"
    check_access(worker)
    picture(worker, "console-queue")


def claims_the_case(worker: Page, number: str, picture: Picture) -> None:
    worker.get_by_role("link", name=number).click()
    expect(worker.locator("#transcript")).to_contain_text("低保要啥材料")
    expect(worker.locator("#screening")).to_contain_text(re.compile("生活自理.*要人搭把手", re.DOTALL))
    expect(worker.locator("#screening .finding")).to_have_count(10)
    worker.get_by_role("button", name="认领这个个案").click()
    expect(worker.get_by_role("status").filter(has_text="认领好了")).to_be_visible()
    check_access(worker)
    picture(worker, "console-case")


def they_talk(worker: Page, resident: Resident, picture: Picture) -> None:
    resident.page.evaluate("() => { window.stayed = true; }")
    worker.get_by_label("写给居民").fill("您好，我是小王。您的情况我看到了。")
    worker.get_by_role("button", name="发送").click()
    expect(resident.last).to_contain_text("您的情况我看到了")
    expect(resident.last).to_contain_text("工作人员 小王")
    assert resident.page.evaluate("() => window.stayed === true"), "the resident's page was reloaded"
    expect(resident.page.locator(".present")).to_have_text("工作人员小王在，您说的他看得到。")
    resident.says("低保给多少钱")
    expect(worker.locator("#transcript")).to_contain_text("低保给多少钱")
    expect(resident.last).to_have_class(re.compile("resident"))
    expect(worker.get_by_text("您正在和居民说话，机器人不出声")).to_be_visible()
    check_access(worker)
    check_access(resident.page)
    picture(worker, "console-talk")


def the_bot_is_back(worker: Page, resident: Resident) -> None:
    worker.get_by_role("button", name="交还机器人").click()
    expect(resident.last).to_contain_text("机器人接着在")
    expect(resident.page.locator(".present")).to_have_count(0)
    resident.says("低保给多少钱")
    expect(resident.last).to_contain_text("每人每月")
    expect(resident.last).to_have_class(re.compile("bot"))


def is_in_danger(resident: Resident, picture: Picture) -> None:
    resident.says("我不想活了")
    expect(resident.page.locator("#log")).to_contain_text(re.compile("请现在打 120"))
    expect(resident.page.locator('#log a[href="tel:120"]').last).to_be_visible()
    check_access(resident.page)
    picture(resident.page, "resident-crisis")


def closes_the_case(worker: Page, resident: Resident, number: str) -> None:
    expect(worker.locator("#head .urgency")).to_have_text(re.compile("红"))
    worker.locator("#closing summary").click()
    worker.get_by_label("结果").select_option(label="已帮助申请")
    worker.get_by_label("说明（只有工作人员看得到）").fill("陪着去街道递了申请")
    worker.get_by_role("button", name="结案", exact=True).click()
    expect(worker.get_by_role("status").filter(has_text="已结案")).to_be_visible()
    expect(worker.locator("#history")).to_contain_text("陪着去街道递了申请")
    expect(resident.page.locator("#log")).to_contain_text(f"编号 {number} 的登记已经办结")
    assert "陪着去街道" not in resident.page.content()
    assert resident.page.viewport_size == PHONE
