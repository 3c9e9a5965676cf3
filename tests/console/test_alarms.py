"""Alarms and the duty roster in the console."""

import asyncio
import re
from datetime import timedelta

import pytest

from bot.casework.duty import Shift
from bot.console.desk.roster import moment, span_words
from bot.console.times import TIANJIN
from bot.store import alerts, audit, changes, duty
from bot.store.audit import AuditFilter
from tests.console.conftest import Browser, House
from tests.console.test_events import said

NUMBER, OTHER = "JN2611-AAAAAA", "JN2611-BBBBBB"
WORDS = "我不想活了"


def raised(house: House, number: str = NUMBER, district: str | None = "河东区", promised: bool = True) -> int:
    case_id = house.case(number, district=district, signals=("crisis.self_harm",), details={"need": WORDS}, lines=(WORDS,))
    with house.database.write() as connection:
        return alerts.add(connection, case_id, None, promised, house.now)


def banner(browser: Browser, path: str = "/console/account") -> str:
    found = re.search(r'<section id="alarms".*?</section>', browser.get(path).text, re.DOTALL)
    assert found is not None
    return found[0]


def shift_form(house: House, staff_id: int, **changed: str) -> dict[str, str]:
    return {"place": "河东区", "staff": str(staff_id), "deputy": "", "starts": "2026-11-24T20:00", "ends": "2026-11-25T08:00", "days": "1", **changed}


@pytest.mark.parametrize("path", ["/console", "/console/account", "/console/duty", f"/console/cases/{OTHER}"])
def test_an_alarm_stands_on_top_of_every_page_without_a_word_of_the_resident(house: House, worker: Browser, path: str) -> None:
    house.case(OTHER, signals=("kind.help",))
    assert " hidden>" in banner(worker, path)
    raised(house)
    house.move(minutes=4)
    shown = banner(worker, path)
    assert NUMBER in shown
    assert "已等 <b>4 分钟" in shown
    assert 'data-key="a"' in shown
    assert " hidden>" not in shown.split("\n")[0]
    assert WORDS not in shown


def test_on_the_page_of_a_case_its_own_alarm_has_the_key(house: House, worker: Browser) -> None:
    raised(house, OTHER)
    house.move(minutes=1)
    raised(house)
    for shown in (banner(worker, f"/console/cases/{NUMBER}"), worker.get(f"/console/alerts?at=/console/cases/{NUMBER}").text):
        assert re.findall(r'data-alarm="(\S+)"', shown) == [NUMBER, OTHER]
        assert re.search(rf'cases/{NUMBER}/seen"[^\n]*data-key="a"', shown)


def test_one_click_answers_and_every_console_says_who(house: House, worker: Browser) -> None:
    raised(house)
    answer = worker.post(f"/console/cases/{NUMBER}/seen")
    assert answer.headers["location"] == f"/console/cases/{NUMBER}?said=seen"
    assert ("bot", "员工wang已看到。") in house.said_in(NUMBER)
    colleague = house.browser(house.person("li", "hotline", districts=("河东区",)))
    assert "员工wang已应答" in banner(colleague)
    assert "<button" not in banner(colleague)
    assert colleague.post(f"/console/cases/{NUMBER}/seen").status_code == 409
    house.move(minutes=2)
    assert NUMBER not in banner(colleague)
    with house.database.read() as connection:
        assert audit.size(connection, AuditFilter(action="alarm_seen", thing=f"case:{NUMBER}")) == 1


def test_alarms_of_other_districts_are_not_shown_and_those_without_one_are(house: House, worker: Browser) -> None:
    raised(house, NUMBER, "南开区")
    raised(house, OTHER, None)
    shown = banner(worker)
    assert NUMBER not in shown
    assert OTHER in shown
    assert worker.post(f"/console/cases/{NUMBER}/seen").status_code == 404


def test_who_only_reads_gets_no_button_and_who_sees_no_cases_no_banner(house: House) -> None:
    raised(house)
    assert "<button" not in banner(house.browser(house.person("audit", "auditor")))
    assert 'id="alarms"' not in house.browser(house.person("editor", "policy_editor")).get("/console/account").text


def test_the_streams_of_all_pages_tell_of_an_alarm(house: House, worker: Browser) -> None:
    raised(house)
    worker.post(f"/console/cases/{NUMBER}/note", text="一")

    def ring() -> None:
        with house.database.write() as connection:
            changes.note(connection, "alarm", 1, house.now)

    assert "event: alarm" in asyncio.run(said(house, worker, "/console", ring, "event: alarm"))


def test_a_supervisor_enters_changes_and_removes_shifts_of_the_own_district_only(house: House) -> None:
    worker = house.person("wang", "hotline", districts=("河东区",))
    head = house.browser(house.person("head", "supervisor", districts=("河东区",)))
    assert head.post("/console/duty/save", **shift_form(house, worker, days="3")).headers["location"].endswith("said=duty_saved")
    page = head.get("/console/duty").text
    assert "今晚 20:00–08:00" in page
    assert "明晚 20:00–08:00" in page
    with house.database.read() as connection:
        shifts = duty.between(connection, house.now, house.now + timedelta(days=9))
    assert [shift.starts_at.astimezone(TIANJIN).day for shift in shifts] == [24, 25, 26]
    first = str(shifts[0].id)
    assert 'value="2026-11-24T20:00"' in head.get(f"/console/duty?shift={first}").text
    head.post("/console/duty/save", **shift_form(house, worker, shift=first, ends="2026-11-25T06:00"))
    head.post("/console/duty/remove", shift=str(shifts[1].id))
    with house.database.read() as connection:
        left = duty.between(connection, house.now, house.now + timedelta(days=9))
        written = audit.entries(connection, AuditFilter(thing="shift:"), 20)
    assert [shift.ends_at.astimezone(TIANJIN).hour for shift in left] == [6, 8]
    assert [row.action for row in written] == ["duty_removed", "duty_changed", "duty_entered", "duty_entered", "duty_entered"]
    for place in ("南开区", "city"):
        refused = head.post("/console/duty/save", **shift_form(house, worker, place=place))
        assert refused.status_code == 409
        assert "归别的主管排" in refused.text


@pytest.mark.parametrize(("changed", "sentence"), [
    ({"ends": "2026-11-24T19:00"}, "结束要晚于开始"), ({"starts": "", "ends": "x"}, "从什么时候到什么时候"), ({"staff": ""}, "请选值班的人"),
    ({"deputy": "1"}, "代班的人不能是自己"), ({"place": ""}, "请选哪一处"), ({"days": "400"}, "天数"), ({"staff": "99999"}, "没有这个账号"),
    ({"ends": "2026-12-25T08:00"}, "一班最长"), ({"staff": "9" * 30}, "请选值班的人"), ({"unit": "77"}, "没有这个科室"),
    ({"starts": "2026-11-01T20:00", "ends": "2026-11-02T08:00"}, "也要晚于现在"), ({"staff": "2"}, "接不了警报"),
])
def test_a_shift_that_cannot_be_is_refused_with_a_reason_and_keeps_what_was_typed(house: House, changed: dict[str, str], sentence: str) -> None:
    worker = house.person("wang", "hotline", districts=("河东区",))
    house.person("far", "hotline", districts=("南开区",))
    head = house.browser(house.person("head", "supervisor_city"))
    answer = head.post("/console/duty/save", **shift_form(house, worker, **changed))
    assert answer.status_code == 409
    assert sentence in answer.text
    if "starts" not in changed:
        assert 'value="2026-11-24T20:00"' in answer.text


def test_the_roster_says_when_nobody_is_there_and_what_overlaps(house: House, worker: Browser) -> None:
    empty = worker.get("/console/duty").text
    assert "现在没有人值班" in empty
    assert "河东区：<b>今天 10:00 起没有人值班</b>" in empty
    wang, li = house.person("w", "hotline", districts=("河东区",)), house.person("l", "hotline", districts=("河东区",))
    noon = house.now.astimezone(TIANJIN).replace(hour=8)
    with house.database.write() as connection:
        for person, start, end in ((wang, 0, 12), (li, 10, 12), (wang, 24, 24 * 8)):
            shift = Shift(0, person, None, "河东区", None, noon + timedelta(hours=start), noon + timedelta(hours=end))
            duty.add(connection, shift, wang, house.now)
    page = worker.get("/console/duty").text
    assert "<b>今晚 20:00–08:00 没有人值班</b>" in page
    assert "起没有人值班" not in page
    assert "员工w（河东区）和员工l（河东区）排在一起" in page
    assert "到 2026-11-24 20:00" in page


def test_telephone_numbers_of_colleagues_are_seen_by_who_makes_the_roster(house: House, worker: Browser) -> None:
    head_id = house.person("head", "supervisor", districts=("河东区",))
    head = house.browser(head_id)
    wang = worker.get("/console/duty").text.split('name="who"')[1].split('value="')[1].split('"')[0]
    worker.post("/console/duty/reach", who=wang, phone="100-0000 0001", reach="座机 8203")
    head.post("/console/duty/save", **shift_form(house, int(wang), starts="2026-11-24T08:00"))
    assert "10000000001，座机 8203" in head.get("/console/duty").text
    assert "10000000001" not in worker.get("/console/duty").text
    assert "只能写自己的" in worker.post("/console/duty/reach", who=str(head_id), phone="", reach="x").text
    assert "只能写数字" in worker.post("/console/duty/reach", who=wang, phone="<b>", reach="").text


def test_who_is_on_duty_opens_the_case_of_a_harmed_child_without_a_reason_while_the_shift_runs(house: House) -> None:
    house.case(NUMBER, signals=("crisis.child_danger",))
    wang, li = (house.person(name, "hotline", districts=("河东区",)) for name in ("w", "l"))
    with house.database.write() as connection:
        duty.add(connection, Shift(0, wang, li, "河东区", None, house.now, house.now + timedelta(minutes=20)), wang, house.now)
    browsers = [house.browser(person) for person in (wang, li)]
    assert [browser.get(f"/console/cases/{NUMBER}").status_code for browser in browsers] == [200, 200]
    assert house.browser(house.person("other", "hotline", districts=("河东区",))).get(f"/console/cases/{NUMBER}").status_code == 403
    house.move(minutes=21)
    assert [browser.get(f"/console/cases/{NUMBER}").status_code for browser in browsers] == [403, 403]


def test_the_health_page_shows_senders_that_fail_and_an_empty_roster(house: House) -> None:
    head = house.browser(house.person("head", "supervisor_city"))
    assert "只在开着的工作台上响" in head.get("/console/health").text
    raised(house)
    house.health["alert_senders"] = ["webhook", "sms"]
    with house.database.write() as connection:
        alert = alerts.all_open(connection)[0]
        for sender in ("webhook", "sms"):
            alerts.add_send(connection, alert, sender, "", "on_duty", house.now)
        row = alerts.due(connection, "webhook", house.now)[0]
        alerts.settle(connection, row.id, "dead", "对方没有收，回的是 HTTP 403", house.now)
    page = head.get("/console/health").text
    assert "警报发到群机器人</dt><dd><b>对方没有收，回的是 HTTP 403</b>，等着发 0 条，发不出去 1 条" in page
    assert "警报发到短信</dt><dd>等着发 1 条" in page
    assert "<b>没有人</b>" in page


@pytest.mark.parametrize(("start", "end", "words"), [
    ("2026-11-24T20:00", "2026-11-25T08:00", "今晚 20:00–08:00"), ("2026-11-24T10:00", "2026-11-24T12:00", "今天 10:00–12:00"),
    ("2026-11-25T08:00", "2026-11-25T20:00", "明天 08:00–20:00"), ("2026-11-25T19:00", "2026-11-26T20:00", "明晚 19:00–11 月 26 日 20:00"),
    ("2026-11-28T20:00", "2026-11-30T08:00", "11 月 28 日 20:00–11 月 30 日 08:00"),
])
def test_stretches_are_said_as_people_say_them(house: House, start: str, end: str, words: str) -> None:
    first, last = moment(start), moment(end)
    assert first is not None
    assert last is not None
    assert span_words(first, last, house.now) == words


@pytest.mark.parametrize("text", ["", "x", "2026-13-01T00:00", "0001-01-01T00:00", "9999-12-31T23:59", "2026-11-24T20:00+08:00"])
def test_times_that_cannot_be_read_are_none(text: str) -> None:
    assert moment(text) is None
