"""Policy files that change on the disk of a running program."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import DESK, Program, check_access, join

LABEL = "ask.dibao.documents"
FILE = "answers/ask/dibao/documents.md"


def test_a_valid_change_is_live_and_an_invalid_one_is_refused_aloud(
    other_program: tuple[Program, Path], somebody: Callable[..., BrowserContext]
) -> None:
    program, policies = other_program
    file = policies / FILE
    text = file.read_text(encoding="utf-8")
    reader = somebody().new_page()
    worker = join(program, somebody(viewport=DESK))

    changed = text.replace("身份证、户口本", "户口本、身份证")
    assert changed != text
    file.write_text(changed, encoding="utf-8")
    expect_soon(reader, f"{program.site}/answers/{LABEL}", "户口本、身份证")

    file.write_text(changed.replace("title: ", "titel: "), encoding="utf-8")
    expect_soon(worker, f"{program.site}/console", "没有通过检查")
    check_access(worker)
    worker.get_by_role("link", name="看哪里要改").click()
    expect(worker.locator("#health")).to_contain_text(FILE)
    expect(worker.locator("#health")).to_contain_text("titel")
    check_access(worker)
    reader.reload()
    expect(reader.get_by_role("main")).to_contain_text("户口本、身份证")

    file.write_text(text, encoding="utf-8")
    expect_soon(reader, f"{program.site}/answers/{LABEL}", "身份证、户口本")
    worker.reload()
    expect(worker.get_by_text("没有通过检查")).to_have_count(0)


def expect_soon(page: Page, address: str, words: str) -> None:
    """The page at `address` shows `words` within a few looks of the program at its files."""
    for _ in range(20):
        page.goto(address)
        if words in page.content():
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"{address} never showed {words}")
