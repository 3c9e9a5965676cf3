"""A caller on the telephone: staff read out and type, and it ends in a case."""

import re

from bot.store import consents
from tests.console.conftest import PHONE, Browser, House


def aloud(text: str) -> str:
    return re.sub(r"<[^>]+>", "", text[text.index('class="aloud"'):text.index("</div>", text.index('class="aloud"'))])


def tap(worker: Browser, here: str, title: str) -> str:
    """Press a button of the page; the page after it."""
    page = worker.get(here).text
    value = re.search(rf'name="button" value="([^"]+)">{title}<', page)
    nonce = re.search(r'name="nonce" value="(\w+)"', page)
    assert value is not None, page
    assert nonce is not None
    assert worker.post(f"{here}/say", button=value[1], nonce=nonce[1]).status_code == 303
    return str(worker.get(here).text)


def test_a_call_ends_in_a_case_with_spoken_consent(house: House, worker: Browser) -> None:
    here = worker.post("/console/intake").headers["location"]
    assert "机器人" in aloud(worker.get(here).text)
    assert "转给工作人员" in aloud(tap(worker, here, "找真人"))
    page = tap(worker, here, "同意")
    found = re.search(r"编号 (JN\d{4}-[0-9A-Z]{6})", page)
    assert found is not None
    assert worker.post(f"{here}/say", text=f"打 {PHONE}，下午打，住河东区大直沽").status_code == 303

    case = house.stored(found[1])
    assert case.district == "河东区"
    with house.database.read() as connection:
        agreed = consents.latest(connection, case.conversation_id)["handover"]
    assert (agreed.given, agreed.channel) == (True, "phone")
    text = worker.get(f"/console/cases/{found[1]}").text
    assert "电话里口头说的" in text
    assert "这里写的话居民看不到" in text


def test_the_same_questions_are_asked_with_lists_to_tick(house: House, worker: Browser) -> None:
    here = worker.post("/console/intake").headers["location"]
    tap(worker, here, "看看能申请什么")
    tap(worker, here, "同意")
    page = tap(worker, here, "给我自己")
    ticks = re.findall(r'name="tick" value="([^"]+)"', page)
    done = re.search(r'name="button" value="([^"]+)">选好了<', page)
    assert ticks
    assert done is not None
    refused = worker.post(f"{here}/say", button=done[1])
    assert "先勾上说到的" in refused.text
    assert worker.post(f"{here}/say", button=done[1], tick=ticks[0]).status_code == 303
    assert aloud(worker.get(here).text) != aloud(page)


def test_nobody_reads_the_call_of_a_colleague(house: House, worker: Browser) -> None:
    here = worker.post("/console/intake").headers["location"]
    other = house.browser(house.person("zhao", "hotline", districts=("河东区",)))
    assert other.get(here).status_code == 404
    assert other.post(f"{here}/say", text="x").status_code == 404
    assert worker.get("/console/intake/999999").status_code == 404
    house.case("JN2611-AAAAAA")
    assert worker.get(f"/console/intake/{house.stored('JN2611-AAAAAA').conversation_id}").status_code == 404
    assert worker.post(f"{here}/say", text="  ").status_code == 400


def test_a_form_sent_twice_is_taken_once(house: House, worker: Browser) -> None:
    here = worker.post("/console/intake").headers["location"]
    for _ in range(2):
        worker.post(f"{here}/say", text="低保是什么", nonce="same")
    assert worker.get(here).text.count("低保是什么</p>") == 1
