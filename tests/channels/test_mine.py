"""What is held of a resident, on the web: a link in the chat, a page to read, a file to take along, and an end to all three."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from bot.knowledge import Knowledge
from bot.store.database import Database
from bot.store.keys import Keys
from tests.channels.test_findings import House, token_of
from tests.conftest import NOW
from tests.reception.test_reception import PatternReader
from tests.web.conftest import TestClient


@pytest.fixture
def house(sqlite: Database, knowledge: Knowledge, keys: Keys, tmp_path: Path) -> House:
    made = House(sqlite, knowledge, keys)
    made.reception._reader = PatternReader()
    return made


def say(browser: TestClient, text: str = "", button: str = "") -> str:
    page = browser.get("/").text
    nonce = re.search(r'name="nonce" value="([^"]*)"', page)
    assert nonce is not None
    browser.post("/say", data={"csrf": token_of(page), "nonce": nonce[1], "text": text, "button": button})
    return str(browser.get("/").text)


def link_in(html: str) -> str:
    found = re.search(r'href="(/mine/[A-Za-z0-9_-]{43})"', html)
    assert found is not None, html
    return found[1]


def test_the_chat_gives_a_link_to_a_page_and_a_file(house: House) -> None:
    with house.browser() as browser:
        say(browser, "我妈瘫在床上")
        address = link_in(say(browser, "看我的信息"))
        page = browser.get(address)
        assert page.status_code == 200
        assert "我妈瘫在床上" in page.text
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert "noindex" in page.headers["x-robots-tag"]
        file = browser.get(f"{address}/data")
        assert "attachment" in file.headers["content-disposition"]
        assert any(line["text"] == "我妈瘫在床上" for line in json.loads(file.text)["lines"])


def test_the_link_ends_after_its_hours_by_a_newer_one_and_by_erasure(house: House) -> None:
    with house.browser() as browser:
        first = link_in(say(browser, "看我的信息"))
        second = re.findall(r'href="(/mine/[A-Za-z0-9_-]{43})"', say(browser, "看我的信息"))[-1]
        assert browser.get(first).status_code == 404
        assert browser.get(second).status_code == 200
        house.now = NOW + timedelta(hours=house.knowledge.retention.export_link_hours, seconds=1)
        assert browser.get(second).status_code == 404
        third = re.findall(r'href="(/mine/[A-Za-z0-9_-]{43})"', say(browser, "看我的信息"))[-1]
        assert browser.get(third).status_code == 200
        say(browser, "删除我的信息")
        page = say(browser, "都删掉")
        assert "回执号 SC" in page
        assert "/mine/" not in page
        assert browser.get(third).status_code == 404
        assert browser.get(f"{third}/data").status_code == 404


@pytest.mark.parametrize("token", ["x", "a" * 43, "../../etc/passwd", "%00" * 5])
def test_other_addresses_open_nothing(house: House, token: str) -> None:
    with house.browser() as browser:
        assert browser.get(f"/mine/{token}").status_code == 404


def test_a_page_that_shows_erased_lines_is_told_to_load_anew(house: House) -> None:
    with house.browser() as browser:
        html = say(browser, "我妈瘫在床上")
        last = re.findall(r'data-line="(\d+)"', html)[-1]
        say(browser, "删除我的信息")
        say(browser, "都删掉")
        assert browser.get(f"/lines?after={last}").json()["erased"] is True
        assert browser.get("/lines?after=0").json()["erased"] is False
