"""The residents' page when things are not as usual: restart, two tabs, a double click, no script, no model yet."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import Program, answers
from tests.browser.resident import LINES, Resident

Somebody = Callable[..., BrowserContext]


def test_the_page_answers_while_the_language_model_is_still_loading(tmp_path: Path, somebody: Somebody) -> None:
    program = Program(tmp_path)
    try:
        program.start()
        assert program.model is None
        resident = Resident(somebody().new_page(), program.site)
        resident.taps("问政策")
        resident.taps("低保")
        resident.says("低保要带什么材料")
        expect(resident.last).to_contain_text("身份证")
        resident.says("我不想活了")
        expect(resident.page.locator("#log")).to_contain_text("12356")
        assert program.model is None, "the model was faster than this test: it proves nothing"
    finally:
        program.end()


def test_a_talk_survives_a_restart_and_open_pages_go_on(other_program: tuple[Program, Path], somebody: Somebody) -> None:
    program, _ = other_program
    home = somebody()
    resident = Resident(home.new_page(), program.site)
    resident.says("低保要啥材料")
    program.stop()
    assert not answers(program.site)
    resident.page.locator("#text").fill("低保给多少钱")
    resident.page.locator("#text").press("Enter")
    expect(resident.page.get_by_text("网断了，没有发出去")).to_be_visible()
    expect(resident.page.locator("#text")).to_have_value("低保给多少钱")
    program.start()
    resident.page.locator("#text").press("Enter")
    expect(resident.last).to_contain_text("每人每月")
    again = Resident(home.new_page(), program.site)
    expect(again.page.locator(f"{LINES}.resident")).to_have_text([re.compile("低保要啥材料"), re.compile("低保给多少钱")])


def test_two_tabs_show_the_same_talk(program: Program, somebody: Somebody) -> None:
    home = somebody()
    first = Resident(home.new_page(), program.site)
    second = Resident(home.new_page(), program.site)
    first.says("低保要啥材料")
    expect(second.last).to_contain_text("身份证")
    second.says("低保给多少钱")
    expect(first.last).to_contain_text("每人每月")
    first.says("找真人")
    expect(second.button("同意")).to_be_visible()
    second.taps("不同意")
    expect(first.last).to_contain_text("不转")
    assert first.lines.count() == second.lines.count()


def test_a_double_click_sends_once(program: Program, somebody: Somebody) -> None:
    resident = Resident(somebody().new_page(), program.site)
    resident.button("看看能申请什么").dblclick()
    expect(resident.last).to_contain_text("您同意吗")
    resident.page.wait_for_timeout(500)
    expect(resident.page.locator(f"{LINES}.resident")).to_have_count(1)


def test_everything_works_without_a_script(program: Program, somebody: Somebody) -> None:
    page = somebody(java_script_enabled=False).new_page()
    page.goto(program.site)
    page.get_by_label("您想说的话").fill("低保要啥材料")
    page.get_by_role("button", name="发送").click()
    expect(page.locator(LINES).last).to_contain_text("身份证")
    page.get_by_role("button", name="找真人").click()
    page.get_by_role("button", name="不同意", exact=True).click()
    page.get_by_role("button", name="看看能申请什么").click()
    page.get_by_role("button", name="同意", exact=True).click()
    expect(page.locator(LINES).last).to_contain_text("第 1 题")
    page.get_by_role("button", name="给我自己").click()
    page.get_by_label("就一个人住").check()
    page.get_by_role("button", name="选好了").click()
    expect(page.locator(LINES).last).to_contain_text("第 3 题")


def test_words_that_look_like_a_page_are_shown_as_words(program: Program, somebody: Somebody) -> None:
    resident = Resident(somebody().new_page(), program.site)
    resident.page.on("dialog", lambda dialog: dialog.dismiss())
    resident.says("<img src=x onerror=alert(1)> {{ 7*7 }} ' OR 1=1 --")
    expect(resident.page.locator(f"{LINES}.resident")).to_contain_text("<img src=x onerror=alert(1)> {{ 7*7 }}")
    expect(resident.page.locator("#log img")).to_have_count(0)


def test_a_typed_address_is_taken_as_the_address(program: Program, somebody: Somebody) -> None:
    resident = Resident(somebody().new_page(), program.site)
    resident.taps("我要求助")
    resident.says("想给我爸找人上门理发")
    expect(resident.last).to_contain_text("同意")
    resident.says("同意")
    expect(resident.page.locator("#log")).to_contain_text("编号")
    resident.says("只在这里回")
    resident.says("西青区杨柳青镇")
    expect(resident.last).to_contain_text("杨柳青镇")


def test_the_first_screen_of_a_telephone_holds_everything_in_both_sizes(program: Program, somebody: Somebody) -> None:
    for size in ("normal", "large"):
        page = somebody().new_page()
        page.goto(f"{program.site}/size/{size}")
        for title in ("问政策", "看看能申请什么", "我要求助", "找真人"):
            expect(page.get_by_role("button", name=title)).to_be_in_viewport(ratio=1)
        expect(page.get_by_label("您想说的话")).to_be_in_viewport(ratio=1)
        expect(page.get_by_text("不要卡号、密码、验证码")).to_be_in_viewport(ratio=1)
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
