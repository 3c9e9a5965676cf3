"""The residents' page on a real database, with the real conversation and the real policies."""

import asyncio
import json
import re
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from html import unescape

import httpx
import pytest
import uvicorn
from sqlalchemy import func, select
from starlette.applications import Starlette

from bot.channels.web import routes
from bot.channels.web.visitor import COOKIE
from bot.conversation import Reading
from bot.conversation.replies import chosen
from bot.knowledge import Knowledge
from bot.reception import Reception
from bot.store import changes, conversations, inbound, staff, transcripts
from bot.store.database import Database
from bot.store.keys import Keys
from bot.web.csrf import Csrf
from bot.web.live import Live
from bot.web.pages import handlers
from bot.web.security import Security
from bot.web.templating import environment, static_routes
from tests.conftest import NOW
from tests.web.conftest import TestClient

SCRIPT = {"Accept": "application/json"}
QUESTION = "低保给多少钱"
CRISIS = "我想跳河"


class TableReader:
    """Reads a handful of sentences; everything else is not understood."""

    async def read(self, knowledge: Knowledge, text: str) -> Reading:
        """See `Reader`."""
        known = {
            QUESTION: Reading(label="ask.dibao.amount", confidence=0.9, ranking=(("ask.dibao.amount", 0.9),), certainty="sure"),
            CRISIS: Reading(label="crisis.self_harm", confidence=1, certainty="sure", crisis="crisis.self_harm"),
        }
        return known.get(text, Reading())


class House:
    """The residents' page and what lies below it."""

    def __init__(self, database: Database, knowledge: Knowledge, keys: Keys, secure: bool = False) -> None:
        self.now = NOW
        self.database = database
        self.knowledge = knowledge
        self.reception = Reception(database, TableReader(), lambda: knowledge, keys.hashes, self.clock)
        self.live = Live(database, poll_seconds=0.02)
        templates = environment("bot.channels")
        pages = routes(
            reception=self.reception, database=database, knowledge=lambda: knowledge, live=self.live, templates=templates,
            clock=self.clock, csrf=Csrf(keys.form_secret), secure=secure, site="http://testserver",
        )
        self.app = Security(
            Starlette(
                routes=[*static_routes(), *pages], exception_handlers=dict(handlers(templates, lambda: knowledge)),
                lifespan=self.lifespan,
            ),
            secure=secure,
        )

    def clock(self) -> datetime:
        return self.now

    @asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        polling = asyncio.create_task(self.live.run())
        yield
        self.live.close()
        await polling

    def browser(self) -> "Browser":
        return Browser(TestClient(self.app, base_url="http://testserver"))

    def rows(self) -> tuple[int, int]:
        """How many conversations and incoming messages there are."""
        with self.database.read() as connection:
            talks = connection.scalar(select(func.count()).select_from(conversations.conversations)) or 0
            return talks, connection.scalar(select(func.count()).select_from(inbound.inbound)) or 0


class Browser:
    """A browser without a script."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.html = ""

    def open(self, path: str = "/") -> str:
        self.html = self.client.get(path).text
        return self.html

    def field(self, name: str, form: str = "say") -> str:
        """A hidden field of the form to write (`say`) or to tap (`choices`)."""
        start = self.html.index('id="say"' if form == "say" else 'class="choices')
        found = re.search(rf'name="{name}" value="([^"]*)"', self.html[start:])
        assert found is not None
        return unescape(found[1])

    def fields(self, form: str, **values: object) -> dict[str, object]:
        return {"csrf": self.field("csrf", form), "nonce": self.field("nonce", form), **values}

    def say(self, text: str) -> str:
        self.html = self.client.post("/say", data=self.fields("say", text=text)).text
        return self.html

    def tap(self, title: str, ticks: tuple[str, ...] = ()) -> str:
        self.html = self.client.post("/say", data=self.fields("choices", button=self.buttons()[title], tick=list(ticks))).text
        return self.html

    def buttons(self) -> dict[str, str]:
        found = re.findall(r'name="button" value="([^"]*)">([^<]*)<', self.html)
        return {unescape(title): unescape(value) for value, title in found}

    def ticks(self) -> dict[str, str]:
        found = re.findall(r'name="tick" value="([^"]*)"[^>]*><span>([^<]*)<', self.html)
        return {unescape(title): unescape(value) for value, title in found}

    def lines(self) -> list[tuple[str, str]]:
        """(author, words) of every line."""
        found = re.findall(r'<li class="line (\w+)[^>]*>.*?<div class="bubble">(.*?)</div>\s*</li>', self.html, re.DOTALL)
        return [(author, " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())) for author, body in found]

    def last(self) -> int:
        return max(int(number) for number in re.findall(r'data-line="(\d+)"', self.html))

    def visitor(self) -> str:
        return str(self.client.cookies[COOKIE])


@pytest.fixture
def house(sqlite: Database, knowledge: Knowledge, keys: Keys) -> Iterator[House]:
    made = House(sqlite, knowledge, keys)
    yield made
    made.reception.close()


@pytest.fixture
def browser(house: House) -> Browser:
    made = house.browser()
    made.open()
    return made


# The first look ------------------------------------------------------------------------------------------------------


def test_the_first_look_greets_and_stores_nothing(house: House, browser: Browser, knowledge: Knowledge) -> None:
    assert [author for author, _ in browser.lines()] == ["bot"]
    assert "不是真人" in browser.html
    assert list(browser.buttons()) == [knowledge.messages.buttons[name] for name in ("ask", "screen", "help", "person")]
    assert house.rows() == (0, 0)


def test_the_numbers_to_call_stand_on_top_of_every_page(browser: Browser) -> None:
    for path in ("/", "/answers", "/forget", "/nowhere"):
        html = browser.open(path)
        for number in ("110", "120", "12345", "12356"):
            assert f'<a href="tel:{number}"><b>{number}</b>' in html


def test_crawlers_and_curious_requests_store_nothing(house: House) -> None:
    stranger = house.browser()
    for path in ("/", "/lines?after=0", "/events", "/answers", "/leave", "/forget", "/size/large", "/?before=3"):
        stranger.client.get(path)
    assert house.rows() == (0, 0)


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(house: House, keys: Keys, sqlite: Database) -> None:
    plain = house.browser().client.get("/").headers["set-cookie"]
    assert "HttpOnly" in plain
    assert "SameSite=lax" in plain
    assert "Secure" not in plain
    over_https = House(sqlite, house.knowledge, keys, secure=True).browser().client.get("/").headers["set-cookie"]
    assert "Secure" in over_https


# Talking without a script --------------------------------------------------------------------------------------------


def test_a_question_is_answered_with_its_sources(house: House, browser: Browser) -> None:
    browser.say(QUESTION)
    assert browser.lines()[1] == ("resident", QUESTION)
    assert "来源和核对日期" in browser.html
    assert house.rows() == (1, 2)


def test_the_first_message_comes_after_the_greeting_that_was_read(browser: Browser) -> None:
    greeting = browser.lines()[0]
    browser.say(QUESTION)
    assert browser.lines()[0] == greeting
    assert [author for author, _ in browser.lines()] == ["bot", "resident", "bot"]


def test_a_tap_on_the_first_screen_is_carried_out(browser: Browser, knowledge: Knowledge) -> None:
    title = knowledge.messages.buttons["ask"]
    browser.tap(title)
    assert browser.lines()[1] == ("resident", title)
    assert knowledge.short_name("dibao") in browser.buttons()


def test_only_the_last_message_can_be_tapped(browser: Browser, knowledge: Knowledge) -> None:
    browser.tap(knowledge.messages.buttons["screen"])
    assert set(browser.buttons()) == {knowledge.messages.buttons["yes"], knowledge.messages.buttons["no"]}


def test_the_conversation_survives_closing_the_page_and_a_new_program(house: House, browser: Browser, keys: Keys) -> None:
    browser.say(QUESTION)
    before = browser.lines()
    again = House(house.database, house.knowledge, keys).browser()
    again.client.cookies.set(COOKIE, browser.visitor())
    again.open()
    assert again.lines() == before


def test_another_browser_sees_nothing_of_it(house: House, browser: Browser) -> None:
    browser.say(QUESTION)
    other = house.browser()
    other.open()
    assert len(other.lines()) == 1


def test_a_double_submit_is_taken_once(house: House, browser: Browser) -> None:
    fields = browser.fields("say", text=QUESTION)
    for _ in range(2):
        browser.client.post("/say", data=fields)
    browser.open()
    assert [author for author, _ in browser.lines()] == ["bot", "resident", "bot"]
    assert house.rows() == (1, 2)


def test_a_form_that_came_back_with_new_words_is_a_new_message(browser: Browser) -> None:
    fields = browser.fields("say", text=QUESTION)
    browser.client.post("/say", data=fields)
    browser.client.post("/say", data={**fields, "text": "还有一件事"})
    browser.open()
    assert [words for author, words in browser.lines() if author == "resident"] == [QUESTION, "还有一件事"]


def test_two_browsers_with_the_same_nonce_do_not_silence_each_other(house: House) -> None:
    for _ in range(2):
        made = house.browser()
        made.open()
        made.client.post("/say", data={**made.fields("say", text=QUESTION), "nonce": "same"})
        made.open()
        assert len(made.lines()) == 3


def test_a_person_in_danger_reads_the_numbers_at_once(browser: Browser) -> None:
    browser.say(CRISIS)
    answer = browser.html[browser.html.index("您说："):]
    assert 'href="tel:120"' in answer or 'href="tel:110"' in answer


@pytest.mark.parametrize("text", [
    "<script>alert(1)</script>", "{{ 7 * 7 }}{% for x in y %}", "'; DROP TABLE conversations; --", "\u202e反过来\u202c",
    "\x00\x01\x02", "", "😀" * 50, "a" * 10_000, "很长" * 6_000, "</textarea></form><form action=//evil>",
], ids=lambda text: f"{text[:8]!r}x{len(text)}")
def test_odd_messages_get_a_kind_reply_and_never_become_html(browser: Browser, text: str) -> None:
    browser.say(text)
    assert browser.lines()[-1][0] == "bot"
    assert "<script>alert" not in browser.html
    assert "<form action=//evil" not in browser.html
    assert "49" not in browser.lines()[-1][1]
    browser.open()
    assert browser.lines()[-1][0] == "bot"


@pytest.mark.parametrize("value", ["1:nothing", "99:yes", "::", "x" * 500, "1:ticks:", "1:label:<b>", "1:choose:99999999999"])
def test_a_button_nobody_showed_gets_a_kind_reply(browser: Browser, value: str) -> None:
    browser.client.post("/say", data=browser.fields("say", button=value))
    browser.open()
    assert browser.lines()[-1][0] == "bot"


def test_a_button_of_last_week_says_that_it_is_old(house: House, browser: Browser, knowledge: Knowledge) -> None:
    browser.tap(knowledge.messages.buttons["screen"])
    old = browser.buttons()[knowledge.messages.buttons["yes"]]
    browser.tap(knowledge.messages.buttons["no"])
    house.now += timedelta(days=7)
    browser.client.post("/say", data=browser.fields("say", button=old))
    browser.open()
    assert browser.lines()[-1][0] == "bot"


def test_time_is_shown_after_a_pause(house: House, browser: Browser) -> None:
    browser.say(QUESTION)
    assert 'class="pause"' not in browser.html
    house.now += timedelta(hours=1)
    browser.say(QUESTION)
    assert "11 月 24 日 11:00" in browser.html


def test_older_lines_are_a_tap_away(house: House, browser: Browser) -> None:
    for number in range(60):
        browser.say(f"第{number}句")
    found = re.search(r'href="(/\?before=\d+)"', browser.html)
    assert found is not None
    assert "第0句" not in browser.html
    older = browser.open(found[1])
    assert "第0句" in older
    assert 'id="say"' not in older


# Forms that are refused ----------------------------------------------------------------------------------------------


def test_a_form_without_the_token_is_refused_and_the_words_are_kept(house: House, browser: Browser) -> None:
    response = browser.client.post("/say", data={"text": "我写了<很>久", "nonce": "n", "csrf": "wrong"})
    assert response.status_code == 403
    assert "我写了&lt;很&gt;久" in response.text
    assert house.rows() == (0, 0)


def test_a_browser_without_cookies_is_refused(house: House) -> None:
    response = TestClient(house.app).post("/say", data={"text": QUESTION})
    assert response.status_code == 403
    assert house.rows() == (0, 0)


def test_the_script_gets_a_fresh_token_with_the_refusal(browser: Browser) -> None:
    refused = browser.client.post("/say", data={"text": QUESTION, "nonce": "n", "csrf": "wrong"}, headers=SCRIPT)
    assert refused.status_code == 403
    again = browser.client.post("/say", data={"text": QUESTION, "nonce": "n", "csrf": refused.json()["csrf"]}, headers=SCRIPT)
    assert again.status_code == 200


def test_a_body_that_is_too_large_gets_a_page(browser: Browser) -> None:
    response = browser.client.post("/say", data=browser.fields("say", text="很" * 100_000))
    assert response.status_code == 413
    assert "分几次" in response.text


# Tick-lists ----------------------------------------------------------------------------------------------------------


def _to_tick_list(browser: Browser, knowledge: Knowledge) -> None:
    """Through the pre-screening until a list of which several may be ticked."""
    browser.tap(knowledge.messages.buttons["screen"])
    browser.tap(knowledge.messages.buttons["yes"])
    for _ in range(len(knowledge.questions)):
        if browser.ticks():
            return
        browser.tap(knowledge.messages.buttons["pass"])
    raise AssertionError("no tick-list came")


def test_ticks_are_sent_together(browser: Browser, knowledge: Knowledge) -> None:
    _to_tick_list(browser, knowledge)
    titles = list(browser.ticks())[:2]
    browser.tap(knowledge.messages.buttons["done"], ticks=tuple(browser.ticks()[title] for title in titles))
    assert ("resident", "、".join(titles)) in browser.lines()


def test_none_of_these_is_an_answer_too(browser: Browser, knowledge: Knowledge) -> None:
    _to_tick_list(browser, knowledge)
    none_title = next(title for title, value in browser.buttons().items() if value.endswith(":none"))
    browser.tap(none_title)
    assert ("resident", none_title) in browser.lines()


def test_done_without_a_tick_is_asked_again(house: House, browser: Browser, knowledge: Knowledge) -> None:
    _to_tick_list(browser, knowledge)
    before, shown = house.rows(), browser.lines()
    browser.tap(knowledge.messages.buttons["done"])
    assert house.rows() == before
    assert browser.lines() == shown
    assert '<p class="hint" role="alert">' in browser.html


@pytest.mark.parametrize(("button", "ticks", "sent"), [
    ("5:ticks", ["5:tick:0", "5:tick:3"], "5:ticks:0.3"),
    ("5:ticks", [], None),
    ("5:ticks", ["4:tick:0", "5:tick:x", "5:choose:1", "nonsense"], None),
    ("5:ticks:1.2", ["5:tick:0"], "5:ticks:1.2"),
    ("5:none", ["5:tick:0"], None),
    ("5:none", [], "5:none"),
    ("5:yes", ["5:tick:0"], "5:yes"),
    ("", [], ""),
    ("nonsense", ["5:tick:0"], "nonsense"),
])
def test_ticks_and_button_become_one_value(button: str, ticks: list[str], sent: str | None) -> None:
    assert chosen(button, ticks) == sent


# With a script -------------------------------------------------------------------------------------------------------


def test_the_script_gets_only_what_is_new(browser: Browser) -> None:
    browser.say(QUESTION)
    fields = browser.fields("say", text="听不懂的话", after=browser.last())
    update = browser.client.post("/say", data=fields, headers=SCRIPT).json()
    assert "听不懂的话" in update["lines"]
    assert QUESTION not in update["lines"]
    assert update["last"] == browser.last() + 2
    assert 'name="button"' in update["choices"]
    assert browser.client.get(f"/lines?after={update['last']}").json()["lines"] == ""


def test_words_in_an_update_are_escaped(browser: Browser) -> None:
    fields = browser.fields("say", text="<img src=x onerror=alert(1)>", after=0)
    assert "<img" not in browser.client.post("/say", data=fields, headers=SCRIPT).json()["lines"]


@pytest.mark.parametrize("after", ["", "-1", "abc", "9" * 40, "1e3", "²"])
def test_odd_line_numbers_are_taken_for_none(browser: Browser, after: str) -> None:
    browser.say(QUESTION)
    assert QUESTION in browser.client.get("/lines", params={"after": after}).json()["lines"]


@contextmanager
def _served(house: House) -> Iterator[str]:
    """The page on a real server; streams do not pass through the test client."""
    server = uvicorn.Server(uvicorn.Config(house.app, port=0, log_level="error", lifespan="on", ws="none", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=lambda: server.run(), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(5)


def _worker_says(house: House, conversation_id: int, words: str) -> None:
    with house.database.write() as connection:
        if staff.by_login(connection, "wang") is None:
            staff.add(connection, login="wang", display_name="小王", password_hash="-", roles=["hotline"], districts=[], now=NOW)
        worker = staff.by_login(connection, "wang")
        assert worker is not None
        conversations.set_owner(connection, conversation_id, worker.id)
        transcripts.add(connection, conversation_id, author="staff", staff_id=worker.id, text=words, now=NOW)
        changes.note(connection, "conversation", conversation_id, NOW)


def _conversation_of(house: House, browser: Browser) -> int:
    found = house.reception.find_conversation("web", browser.visitor())
    assert found is not None
    return found


def test_words_of_a_worker_reach_an_open_page_without_being_asked_for(house: House, browser: Browser) -> None:
    browser.say(QUESTION)
    seen, conversation_id = browser.last(), _conversation_of(house, browser)
    cookies = {COOKIE: browser.visitor()}
    with _served(house) as address, httpx.stream("GET", f"{address}/events?after={seen}", cookies=cookies, timeout=10) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        rows = stream.iter_lines()
        assert next(rows).startswith("retry:")
        _worker_says(house, conversation_id, "您好,我看看")
        update = json.loads(next(row for row in rows if row.startswith("data: ")).removeprefix("data: "))
    assert "您好,我看看" in update["lines"]
    assert "工作人员 小王" in update["lines"]
    assert QUESTION not in update["lines"]
    assert update["last"] == seen + 1


def test_while_a_person_talks_nothing_can_be_tapped_and_afterwards_there_is_a_way_back(
    house: House, browser: Browser, knowledge: Knowledge
) -> None:
    browser.say(QUESTION)
    conversation_id = _conversation_of(house, browser)
    _worker_says(house, conversation_id, "您好")
    browser.open()
    assert browser.lines()[-1] == ("staff", "您好")
    assert browser.buttons() == {}
    with house.database.write() as connection:
        conversations.set_owner(connection, conversation_id, None)
        transcripts.add(connection, conversation_id, author="bot", text="工作人员先离开了", now=NOW)
    browser.open()
    assert list(browser.buttons()) == [knowledge.messages.buttons["menu"]]


# Around the talk -----------------------------------------------------------------------------------------------------


def test_large_print_is_remembered_and_leads_back(browser: Browser) -> None:
    response = browser.client.get("/size/large", params={"back": "/answers"}, follow_redirects=False)
    assert response.headers["location"] == "/answers"
    assert 'class="large"' in browser.open()
    browser.client.get("/size/normal")
    assert 'class="large"' not in browser.open()


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/console", "/answers/../x", "javascript:1"])
def test_large_print_leads_nowhere_else(browser: Browser, back: str) -> None:
    response = browser.client.get("/size/large", params={"back": back}, follow_redirects=False)
    assert response.headers["location"] == "/"


def test_the_page_to_leave_to_says_nothing(browser: Browser) -> None:
    response = browser.client.get("/leave")
    assert "<body></body>" in response.text
    assert "津暖" not in response.text
    assert response.headers["cache-control"] == "no-store"


def test_forgetting_makes_this_browser_a_stranger(house: House, browser: Browser) -> None:
    browser.say(QUESTION)
    html = browser.open("/forget")
    token = re.search(r'name="csrf" value="([^"]+)"', html)
    assert token is not None
    assert browser.client.post("/forget", data={"csrf": token[1]}).status_code == 200
    browser.open()
    assert len(browser.lines()) == 1
    assert house.rows()[0] == 1


def test_nobody_is_made_to_forget_by_another_site(browser: Browser) -> None:
    browser.say(QUESTION)
    assert browser.client.post("/forget", data={}).status_code == 403
    browser.open()
    assert len(browser.lines()) == 3


def test_every_answer_can_be_read_with_its_sources_and_date(browser: Browser, knowledge: Knowledge) -> None:
    html = browser.open("/answers")
    asked = [label for label in knowledge.answers if label.startswith("ask.")]
    assert asked
    for label in asked:
        assert f'href="/answers/{label}"' in html
    assert html.count("核对日期：") == len(asked)


def test_one_answer_shows_its_details(browser: Browser, knowledge: Knowledge) -> None:
    html = browser.open("/answers/ask.dibao.amount")
    assert knowledge.answers["ask.dibao.amount"].title in html
    assert "核对日期：" in html


@pytest.mark.parametrize("label", ["ask.nothing.amount", "crisis.self_harm", "act.greet", "%2e%2e%2fsecret", "%00"])
def test_what_is_no_answer_is_not_found(browser: Browser, label: str) -> None:
    assert browser.client.get(f"/answers/{label}").status_code == 404


def test_the_answers_can_be_read_as_they_are_in_one_district(browser: Browser) -> None:
    html = browser.open("/answers?district=西青区")
    assert "下面是西青区的说法" in html
    assert 'href="/answers/ask.dibao.amount?district=%E8%A5%BF%E9%9D%92%E5%8C%BA"' in html
    assert "您在西青区" in html
    assert "您在西青区" in browser.open("/answers/ask.services.overview?district=西青区")
    assert "您在哪个区" not in browser.open("/answers/ask.dibao.amount")


def test_a_district_that_is_none_of_ours_is_as_good_as_none(browser: Browser) -> None:
    html = browser.open("/answers?district=<b>火星</b>")
    assert "火星" not in html
    assert "下面是" not in html


def test_what_is_not_ours_is_listed_with_who_does_it(browser: Browser, knowledge: Knowledge) -> None:
    html = unescape(browser.open("/answers"))
    for referral in knowledge.referrals:
        assert f"<h3>{referral.words[0]}</h3>" in html


def test_addresses_of_reprints_are_never_shown(browser: Browser, knowledge: Knowledge) -> None:
    html = browser.open("/answers")
    hidden = [source.url for source in knowledge.sources.values() if source.url and not source.address]
    for url in hidden:
        assert url not in html


def test_the_program_says_whether_it_lives_and_can_serve(browser: Browser) -> None:
    assert browser.client.get("/health/live").json() == {"status": "alive"}
    assert browser.client.get("/health/ready").json()["status"] == "ready"


def test_without_the_database_there_is_still_a_page_with_the_numbers(house: House, browser: Browser, keys: Keys) -> None:
    fields = browser.fields("say", text=QUESTION)
    away = House(Database("postgresql+psycopg://nobody@127.0.0.1:1/none", keys.cipher), house.knowledge, keys)
    client = TestClient(away.app, cookies=dict(browser.client.cookies))
    for response in (client.get("/"), client.post("/say", data=fields), client.get("/lines")):
        assert response.status_code == 503
        assert 'href="tel:12345"' in response.text
    assert client.get("/health/ready").status_code == 503
    assert client.get("/health/live").status_code == 200


def test_a_message_to_the_bot_leaves_no_trace_of_the_words_outside_the_transcript(house: House, browser: Browser) -> None:
    browser.say("我妈病了没人管")
    with house.database.read() as connection:
        raw = connection.exec_driver_sql("SELECT content FROM inbound").fetchall()
    assert all("我妈" not in str(row) for row in raw)
