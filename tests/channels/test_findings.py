"""The findings page and the way to go on at another device, on a real database with the real policies."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import unquote

import pytest
from sqlalchemy import select, update
from starlette.applications import Starlette
from starlette.requests import Request

from bot.channels.web import routes
from bot.channels.web.resume import caller, letters
from bot.channels.web.sheet import sheet
from bot.channels.web.visitor import COOKIE
from bot.conversation import Reading
from bot.knowledge import Knowledge, build
from bot.reception import Reception, links
from bot.screening import Findings, screen
from bot.store import conversations, screenings, snapshots
from bot.store.database import Database
from bot.store.keys import Keys
from bot.web.csrf import Csrf
from bot.web.live import Live
from bot.web.pages import handlers
from bot.web.security import Security
from bot.web.templating import environment, static_routes
from tests.conftest import NOW
from tests.web.conftest import TestClient

DAY = NOW.date()
FAMILY = {
    "district": "河东区", "hukou": "same_district", "household_size": 3, "monthly_income": 2100, "savings": 8000, "cars": 0, "homes": 1,
    "receiving": "none", "severe_illness": True, "disability": "none",
}
OUTSIDE = {
    "hukou": "outside_tianjin", "household_size": 1, "monthly_income": 6000, "savings": 300000, "cars": 1, "severe_illness": False,
    "disability": "none", "emergency": "none", "basic_needs_unmet": False,
}


class NothingRead:
    """A reader that understands nothing."""

    async def read(self, knowledge: Knowledge, text: str) -> Reading:
        """See `Reader`."""
        return Reading()


class House:
    """The residents' page and what lies below it."""

    def __init__(self, database: Database, knowledge: Knowledge, keys: Keys) -> None:
        self.now: datetime = NOW
        self.database, self.knowledge, self.keys = database, knowledge, keys
        self.reception = Reception(database, NothingRead(), lambda: self.knowledge, keys.hashes, self.clock)
        templates = environment("bot.channels")
        pages = routes(
            reception=self.reception, database=database, knowledge=lambda: self.knowledge, live=Live(database), templates=templates,
            clock=self.clock, csrf=Csrf(keys.form_secret), secure=False, site="http://testserver",
        )
        app = Starlette(routes=[*static_routes(), *pages], exception_handlers=dict(handlers(templates, lambda: self.knowledge)))
        self.app = Security(app, secure=False)

    def clock(self) -> datetime:
        return self.now

    def browser(self) -> TestClient:
        return TestClient(self.app, base_url="http://testserver")

    def screened(self, facts: dict[str, object], **standards: int) -> str:
        """A conversation with one screening; the address of its page."""
        found = screen(self.knowledge, facts, DAY, standards or None)
        with self.database.write() as connection:
            snapshots.keep_knowledge(connection, self.knowledge, NOW)
            conversation_id = self.reception.conversation_for(connection, "web", "first", NOW)
            screening_id = screenings.add(connection, conversation_id, facts, found.to_json(), self.knowledge.version, NOW)
            return "/findings/" + links.findings_link(connection, self.knowledge, conversation_id, screening_id, NOW)

    def code(self, channel: str = "web", address: str = "first") -> tuple[int, str]:
        """A conversation and a code that leads to it."""
        with self.database.write() as connection:
            conversation_id = self.reception.conversation_for(connection, channel, address, NOW)
            return conversation_id, links.resume_code(connection, self.keys.hashes, self.knowledge, conversation_id, NOW)


@pytest.fixture
def house(database: Database, knowledge: Knowledge, keys: Keys) -> Iterator[House]:
    made = House(database, knowledge, keys)
    yield made
    made.reception.close()


def cards(html: str) -> dict[str, tuple[str, str]]:
    """Programme → (outcome, words) of every card."""
    found = re.findall(r'<article class="programme (\w+)" id="(\w+)".*?</article>', html, re.DOTALL)
    bodies = re.findall(r'<article class="programme \w+" id="\w+"(.*?)</article>', html, re.DOTALL)
    return {code: (outcome, words(body)) for (outcome, code), body in zip(found, bodies, strict=True)}


def words(html: str) -> str:
    """What is read, without spaces."""
    return re.sub(r"\s+", "", unescape(re.sub(r"<[^>]+>", "", html)))


def token_of(html: str) -> str:
    found = re.search(r'name="csrf" value="([^"]*)"', html)
    assert found is not None
    return found[1]


def bring(browser: TestClient, code: str) -> tuple[int, str]:
    """Fill in the code; status and words of the page that comes."""
    csrf = token_of(browser.get("/resume").text)
    answered = browser.post("/resume", data={"csrf": csrf, "code": code}, follow_redirects=False)
    return answered.status_code, answered.text


def test_every_programme_has_a_card_with_its_outcome_in_words_and_shape(house: House) -> None:
    html = house.browser().get(house.screened(FAMILY)).text
    found = cards(html)
    expected = screen(house.knowledge, FAMILY, DAY).outcomes
    assert {code: outcome for code, (outcome, _) in found.items()} == expected
    order = [outcome for outcome, _ in found.values()]
    assert order == sorted(order, key=("likely", "possible", "unlikely").index)
    assert "●可能符合" in found["dibao"][1]
    assert all("◐还不能判断" in text for outcome, text in found.values() if outcome == "possible")


def test_a_likely_card_says_what_to_bring_where_to_go_how_long_and_how_much(house: House) -> None:
    _, text = cards(house.browser().get(house.screened(FAMILY)).text)["dibao"]
    for expected in ("要带什么", "身份证", "怎么申请", "多久能批", "1045×3−2100=1035元", "2025年9月1日起", "实际多少，由街道（乡镇）核算"):
        assert expected in text


def test_every_condition_stands_with_its_state_and_source(house: House) -> None:
    found = cards(house.browser().get(house.screened(FAMILY)).text)
    for finding in screen(house.knowledge, FAMILY, DAY).by_programme.values():
        text = found[finding.programme][1]
        for judged in finding.conditions:
            state = house.knowledge.messages.names["condition"][judged.state]
            assert words(judged.says) + state in text
        assert all(words(says) in text for says in finding.unchecked)
    assert "《最低生活保障审核确认办法》" in found["dibao"][1]


def test_an_unfavourable_card_never_closes_a_door(house: House) -> None:
    html = house.browser().get(house.screened(OUTSIDE)).text
    outcome, text = cards(html)["dibao"]
    assert outcome == "unlikely"
    assert "从您说的看，差在：" in text
    assert "这不是审批结果，您仍可以申请。" in text
    assert "让人看看" in text
    assert "您不符合" not in text


def test_a_household_from_outside_reads_where_to_go_and_that_urgent_help_does_not_ask(house: House) -> None:
    read = words(house.browser().get(house.screened(OUTSIDE)).text)
    assert "回户口所在地申请" in read
    assert "在哪儿出事就在哪儿求助，不看户口" in read


def test_what_was_not_told_is_named_and_what_was_told_is_shown(house: House) -> None:
    html = house.browser().get(house.screened(FAMILY)).text
    assert "还没说清：" in cards(html)["tekun"][1]
    read = words(html)
    assert "没说的，按「还不清楚」看，不当成「没有」，也不当成零。" in read
    assert "全家月收入2100元" in read


def test_answers_are_those_of_the_district(house: House) -> None:
    here = house.browser().get(house.screened({**FAMILY, "district": "滨海新区"})).text
    assert "滨海新区已经交给镇街来定" in words(here)
    assert "滨海新区已经交给镇街来定" not in words(house.browser().get(house.screened(FAMILY)).text)


def test_the_page_shows_what_was_found_then_and_not_what_would_be_found_now(house: House) -> None:
    address = house.screened(FAMILY)
    files = {**house.knowledge.files}
    files["parameters/dibao_monthly.yaml"] = files["parameters/dibao_monthly.yaml"].replace("1045", "500")
    files["parameters/dibao_bianyuan_line.yaml"] = files["parameters/dibao_bianyuan_line.yaml"].replace("1567.5", "750")
    files["rules/dibao.yaml"] = files["rules/dibao.yaml"].replace("says: 户口在天津", "says: 换了说法")
    house.knowledge = build(files)
    assert screen(house.knowledge, FAMILY, DAY).outcomes["dibao"] != "likely"
    outcome, text = cards(house.browser().get(address).text)["dibao"]
    assert outcome == "likely"
    assert "1045×3−2100=1035元" in text
    assert "换了说法" not in text


def test_policies_that_can_no_longer_be_read_cost_the_sum_and_nothing_else(house: House) -> None:
    address = house.screened(FAMILY)
    with house.database.write() as connection:
        connection.execute(update(snapshots.snapshots).values(content='{"x.yaml": "a"}'))
    house.knowledge = build({**house.knowledge.files, "limits.yaml": house.knowledge.files["limits.yaml"] + "\n"})
    answered = house.browser().get(address)
    assert answered.status_code == 200
    outcome, text = cards(answered.text)["dibao"]
    assert outcome == "likely"
    assert "每月大约" not in text


def test_figures_put_in_for_a_trial_give_no_amount(knowledge: Knowledge) -> None:
    found = screen(knowledge, FAMILY, DAY, {"dibao_monthly": 2000})
    made = sheet(knowledge, knowledge, FAMILY, Findings.from_json(found.to_json()), DAY)
    assert all(card.sum is None for card in made.cards)


def test_the_address_gives_nothing_away(house: House) -> None:
    answered = house.browser().get(house.screened(FAMILY))
    head = answered.text.partition("</head>")[0]
    assert "<title>津暖</title>" in head
    assert "救助" not in head
    assert "低保" not in head
    assert answered.headers["referrer-policy"] == "no-referrer"
    assert answered.headers["cache-control"] == "no-store"
    assert "noindex" in answered.headers["x-robots-tag"]
    assert "set-cookie" not in answered.headers


def test_the_code_on_the_page_is_an_image_that_the_policy_of_the_page_allows(house: House) -> None:
    answered = house.browser().get(house.screened(FAMILY))
    source = re.search(r'<img class="code" src="([^"]*)"', answered.text)
    assert source is not None
    assert unquote(unescape(source[1])).startswith("data:image/svg+xml")
    assert "img-src 'self' data:" in answered.headers["content-security-policy"]
    assert " style=" not in answered.text
    assert "<style" not in answered.text


def test_a_link_lasts_thirty_days_and_then_gives_a_kind_page(house: House) -> None:
    address = house.screened(FAMILY)
    house.now = NOW + timedelta(days=30) - timedelta(minutes=1)
    assert "用到 2026 年 12 月 24 日" in house.browser().get(address).text
    house.now = NOW + timedelta(days=30)
    answered = house.browser().get(address)
    assert answered.status_code == 404
    assert "这个网址现在打不开了" in answered.text
    assert "12345" in answered.text


@pytest.mark.parametrize("token", ["x", "A" * 43, "%E4%BD%8E" * 9, "..%2f..%2fetc", "-" * 400, "'--"])
def test_made_up_links_give_the_same_page_as_old_ones(house: House, token: str) -> None:
    answered = house.browser().get(f"/findings/{token}")
    assert answered.status_code == 404
    assert "noindex" in answered.headers.get("x-robots-tag", "noindex")


def test_a_link_dies_with_what_was_withdrawn(house: House) -> None:
    address = house.screened(FAMILY)
    with house.database.write() as connection:
        conversation_id = connection.scalar(select(conversations.conversations.c.id))
        assert conversation_id is not None
        links.withdraw(connection, conversation_id)
    assert house.browser().get(address).status_code == 404


def test_the_token_does_not_lie_in_the_database(house: House) -> None:
    token = house.screened(FAMILY).rpartition("/")[2]
    with house.database.read() as connection:
        assert token not in str(connection.exec_driver_sql("SELECT * FROM capability_links").all())


def test_stored_words_are_escaped(house: House) -> None:
    address = house.screened({**FAMILY, "district": "河东区"})
    with house.database.write() as connection:
        row = connection.execute(select(screenings.screenings)).one()
        findings = row.findings
        findings["by_programme"]["dibao"]["conditions"][0]["says"] = "<script>alert(1)</script>"
        connection.execute(update(screenings.screenings).values(findings=findings))
    html = house.browser().get(address).text
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_large_print_leads_back_to_the_page(house: House) -> None:
    address, browser = house.screened(FAMILY), house.browser()
    assert browser.get(f"/size/large?back={address}").url.path == address
    assert 'class="large"' in browser.get(address).text


def test_a_code_makes_another_browser_speak_in_the_same_conversation(house: House) -> None:
    browser = house.browser()
    conversation_id, code = house.code()
    status, _ = bring(browser, f" {code[:4].lower()}-{code[4:]} ")
    assert status == 303
    assert house.reception.find_conversation("web", browser.cookies[COOKIE]) == conversation_id
    assert house.reception.find_conversation("web", "first") == conversation_id


def test_the_browser_gets_a_fresh_secret_so_that_a_planted_one_is_worth_nothing(house: House) -> None:
    browser = house.browser()
    browser.get("/resume")
    planted = browser.cookies[COOKIE]
    _, code = house.code()
    assert bring(browser, code)[0] == 303
    assert browser.cookies[COOKIE] != planted
    assert house.reception.find_conversation("web", planted) is None


def test_a_talk_begun_in_a_messenger_goes_on_in_the_browser(house: House) -> None:
    browser = house.browser()
    conversation_id, code = house.code("telegram", "4711")
    assert bring(browser, code)[0] == 303
    html = browser.get("/").text
    start = html.index('id="say"')
    nonce = re.search(r'name="nonce" value="([^"]*)"', html[start:])
    assert nonce is not None
    answered = browser.post("/say", data={"csrf": token_of(html[start:]), "nonce": nonce[1], "text": "你好"})
    assert answered.status_code == 200
    assert "你好" in answered.text
    assert house.reception.find_conversation("web", browser.cookies[COOKIE]) == conversation_id


def test_a_browser_that_has_a_talk_is_told_that_it_will_be_put_away(house: House) -> None:
    browser = house.browser()
    assert "会收起来" not in browser.get("/resume").text
    with house.database.write() as connection:
        house.reception.conversation_for(connection, "web", browser.cookies[COOKIE], NOW)
    assert "会收起来" in browser.get("/resume").text


def test_a_used_and_an_unknown_code_get_the_same_words(house: House) -> None:
    _, code = house.code()
    assert bring(house.browser(), code)[0] == 303
    used, unknown = bring(house.browser(), code), bring(house.browser(), "BBBBBBBB")
    assert used[0] == unknown[0] == 400
    said = [re.search(r'role="alert">([^<]*)<', html) for html in (used[1], unknown[1])]
    assert said[0] is not None
    assert said[1] is not None
    assert said[0][1] == said[1][1]


def test_after_five_wrong_codes_the_page_asks_to_wait(house: House) -> None:
    _, code = house.code()
    browser = house.browser()
    assert [bring(browser, "BBBBBBBB")[0] for _ in range(6)] == [400] * 5 + [429]
    assert bring(browser, code)[0] == 429
    house.now = NOW + timedelta(hours=1)
    assert bring(browser, code)[0] == 303


@pytest.mark.parametrize("given", ["", "BCD", "12345678", "低保低保低保低保", "B" * 90, "OOOOOOOO", "\u0000" * 8])
def test_what_is_no_code_costs_no_try(house: House, given: str) -> None:
    browser = house.browser()
    for _ in range(7):
        status, html = bring(browser, given)
        assert status == 400
        assert "字母是 8 个" in html


def test_a_form_of_another_browser_is_refused(house: House) -> None:
    _, code = house.code()
    browser = house.browser()
    browser.get("/resume")
    answered = browser.post("/resume", data={"csrf": token_of(house.browser().get("/resume").text), "code": code})
    assert answered.status_code == 403
    assert house.browser().post("/resume", data={"code": code}).status_code == 403
    assert bring(browser, code)[0] == 303


def test_letters_are_read_as_people_type_them() -> None:
    assert letters("bcdf ghjk") == "BCDFGHJK"
    assert letters("ＢＣＤＦ－ＧＨＪＫ") == "BCDFGHJK"
    assert letters("bcd") == "BCD"


@pytest.mark.parametrize(
    ("host", "expected"),
    [("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("testclient", "testclient")],
)
def test_a_household_on_ipv6_counts_as_one_caller(host: str, expected: str) -> None:
    request = Request({"type": "http", "client": (host, 1)})
    assert caller(request) == expected
    assert caller(Request({"type": "http", "client": None})) == ""
