import re
from typing import Any

import pytest
from sqlalchemy import select

from bot.console.desk.known import mask_numbers
from bot.store import audit, cases, transcripts
from tests.console.conftest import PHONE, Browser, House

NUMBER = "JN2611-AAAAAA"
PAGE = f"/console/cases/{NUMBER}"
FACTS: dict[str, Any] = {
    "for_whom": "self", "district": "河东区", "hukou": "same_district", "household_size": 1, "monthly_income": 620, "savings": 3000,
    "cars": 0, "homes": 1, "receiving": "none", "service_needs": ["meals", "cleaning"],
}


@pytest.fixture
def case(house: House) -> str:
    details = {"need": "想办低保", "contact": "phone", "phone": PHONE, "when": "下午", "street": "大直沽街道", "hukou": "河东区"}
    house.case(NUMBER, ago=90, details=details, facts=FACTS, lines=(f"我电话 {PHONE}", "<b>急</b>"), programmes=["dibao"])
    return PAGE


def colleague(house: House) -> Browser:
    return house.browser(house.person("zhao", "hotline", districts=("河东区",)))


def test_the_page_shows_words_knowledge_and_findings_with_reasons(case: str, worker: Browser, house: House) -> None:
    text = worker.get(case).text

    for words in ("想办低保", "下午", "大直沽街道", "620 元", "1 人", "送饭助餐、打扫", "最低生活保障", "没有核的"):
        assert words in text
    found = house.knowledge.rules["dibao"]
    for _, condition in found.every_condition:
        assert condition.says in text
        source = house.knowledge.sources[condition.source.partition("#")[0]]
        assert source.title in text
    for state in house.knowledge.messages.names["condition"].values():
        assert state in text


def test_what_residents_write_is_never_html(case: str, worker: Browser) -> None:
    text = worker.get(case).text
    assert "<b>急</b>" not in text
    assert "&lt;b&gt;急&lt;/b&gt;" in text


def test_numbers_are_masked_until_asked_for_and_the_asking_is_kept(case: str, worker: Browser, house: House) -> None:
    assert PHONE not in worker.get(case).text
    assert "100******23" in worker.get(case).text

    answer = worker.post(f"{case}/contact")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{case}?said=contact")
    shown = worker.get(case).text
    assert f'class="phone">{PHONE}' in shown
    assert "查看个人信息" in shown
    house.move(minutes=5)
    assert PHONE not in worker.get(case).text
    assert PHONE not in colleague(house).get(case).text


@pytest.mark.parametrize(("text", "shown"), [
    ("打 138 0000 0001 吧", "打 138******01 吧"), ("022-10000001", "022******01"), ("编号 JN2611-234567", "编号 JN2611-234567"),
    ("2026-11-24 来", "2026-11-24 来"), ("每月 123456 元", "每月 123456 元"), ("", ""),
])
def test_long_numbers_are_masked_and_others_are_not(text: str, shown: str) -> None:
    assert mask_numbers(text) == shown


def test_every_opening_is_in_the_audit_log_and_refreshing_is_not(case: str, worker: Browser, house: House) -> None:
    worker.get(case)
    worker.get(case, **{"X-Live": "1"})
    worker.get("/console/cases/JN2611-ZZZZZZ")

    with house.database.read() as connection:
        rows = connection.execute(select(audit.audit.c.action, audit.audit.c.object)).all()
        assert audit.first_broken(connection) is None
    assert [tuple(row) for row in rows] == [("looked", f"case:{NUMBER}")]


def test_claim_then_write_then_close(case: str, worker: Browser, house: House) -> None:
    answer = worker.post(f"{case}/claim")
    assert answer.status_code == 303
    assert "认领好了" in worker.get(answer.headers["location"]).text

    assert worker.post(f"{case}/write", text=" 您好,我是小王 ").status_code == 303
    assert ("staff", "您好,我是小王") in house.said_in(NUMBER)
    assert house.stored(NUMBER).status == "in_progress"
    assert "您正在和居民说话" in worker.get(case).text

    assert worker.post(f"{case}/move", to="at_street_office").status_code == 303
    assert worker.post(f"{case}/close", outcome="applied", note="已陪同提交").status_code == 303
    closed = house.stored(NUMBER)
    assert (closed.status, closed.outcome) == ("closed", "applied")
    page = worker.get(case).text
    assert "重新办理" in page
    assert "已陪同提交" in page

    assert worker.post(f"{case}/move", to="in_progress").status_code == 303
    assert house.stored(NUMBER).status == "in_progress"


def test_take_over_and_give_back(case: str, worker: Browser, house: House) -> None:
    worker.post(f"{case}/claim")
    worker.post(f"{case}/take-over")
    assert "交还机器人" in worker.get(case).text
    worker.post(f"{case}/give-back")

    assert "先接手，不发话" in worker.get(case).text
    assert [author for author, _ in house.said_in(NUMBER)] == ["resident", "resident", "bot", "bot"]


def test_a_claim_lost_to_a_colleague_is_told_in_place(case: str, worker: Browser, house: House) -> None:
    colleague(house).post(f"{case}/claim")
    answer = worker.post(f"{case}/claim")

    assert answer.status_code == 409
    assert "这个个案刚被同事认领了" in answer.text
    assert "员工zhao</b>手里" in answer.text
    assert f'action="{case}/write"' not in answer.text


def test_what_was_typed_survives_a_refusal(case: str, worker: Browser, house: House) -> None:
    worker.post(f"{case}/claim")
    answer = worker.post(f"{case}/close", outcome="", note="说了两次 <联系不上>")

    assert answer.status_code == 409
    assert "结案要选结果" in answer.text
    assert "说了两次 &lt;联系不上&gt;</textarea>" in answer.text
    assert '<details id="closing" open>' in answer.text


@pytest.mark.parametrize(("deed", "fields", "sentence"), [
    ("write", {"text": "  "}, "还没写内容"), ("write", {"text": "长" * 2001}, "最多 2000 个字"), ("note", {"text": ""}, "备注还是空的"),
    ("colour", {"colour": "red", "reason": ""}, "写明理由"), ("colour", {"colour": "blue", "reason": "急"}, "选一种颜色"),
    ("move", {"to": "closed"}, "要选结果"), ("move", {"to": "nonsense"}, "不能这样改"),
    ("close", {"outcome": "nonsense", "note": "好"}, "没有这个结案结果"),
])
def test_refusals_are_sentences_beside_the_form(
    case: str, worker: Browser, house: House, deed: str, fields: dict[str, str], sentence: str
) -> None:
    worker.post(f"{case}/claim")
    answer = worker.post(f"{case}/{deed}", **fields)

    assert answer.status_code == 409
    assert re.search(rf'<form[^>]*action="{case}/{deed}">\s*<input[^>]*>\s*<p class="error" role="alert"[^>]*>.*{sentence}', answer.text)


def test_notes_and_colours_are_part_of_the_history(case: str, worker: Browser, house: House) -> None:
    worker.post(f"{case}/note", text="打过一次没人接")
    worker.post(f"{case}/colour", colour="orange", reason="家里断了煤")

    page = worker.get(case).text
    assert "打过一次没人接" in page
    assert "改颜色「橙」" in page
    assert house.stored(NUMBER).colour == "orange"


def test_a_colleague_may_note_but_not_write_move_or_close(case: str, worker: Browser, house: House) -> None:
    colleague(house).post(f"{case}/claim")
    for deed, fields in (("write", {"text": "您好"}), ("move", {"to": "follow_up"}), ("close", {"outcome": "applied", "note": "好"})):
        assert worker.post(f"{case}/{deed}", **fields).status_code == 409
    assert worker.post(f"{case}/note", text="我认识这家").status_code == 303

    assert house.stored(NUMBER).status == "claimed"
    assert not [line for line in house.said_in(NUMBER) if line[0] == "staff"]


def test_a_supervisor_acts_on_a_colleagues_case(case: str, worker: Browser, house: House) -> None:
    worker.post(f"{case}/claim")
    chief = house.browser(house.person("sun", "supervisor", districts=("河东区",)))

    assert chief.post(f"{case}/move", to="new").status_code == 303
    assert house.stored(NUMBER).claimed_by is None


def test_an_auditor_reads_and_does_nothing(case: str, house: House) -> None:
    auditor = house.browser(house.person("qian", "auditor"))
    text = auditor.get(case).text
    forms = re.findall(r'<form[^>]*action="([^"]+)"', text)

    assert forms == ["/console/sign-out"]
    for deed in ("claim", "write", "note", "contact", "close", "colour", "move", "take-over", "give-back"):
        assert auditor.post(f"{case}/{deed}", text="x").status_code == 403
    with house.database.read() as connection:
        assert [item.what for item in cases.events(connection, house.stored(NUMBER).id)] == ["opened"]


def test_long_transcripts_are_paged(case: str, worker: Browser, house: House) -> None:
    conversation_id = house.stored(NUMBER).conversation_id
    with house.database.write() as connection:
        for index in range(350):
            transcripts.add(connection, conversation_id, author="resident", text=f"第{index}句话", now=house.now)

    page = worker.get(case).text
    assert "第349句话" in page
    assert "第150句话" in page
    assert "第149句话" not in page
    older = re.search(r'href="([^"]+)">更早的', page)
    assert older is not None
    before = worker.get(older[1]).text
    assert "第149句话" in before
    assert "第150句话" not in before
    assert "更早的" not in before


def test_a_case_that_is_not_there_is_a_page_in_words(worker: Browser) -> None:
    for number in ("JN2611-ZZZZZZ", "%3Cscript%3E", "x" * 300):
        answer = worker.get(f"/console/cases/{number}")
        assert answer.status_code == 404
        assert "没有这个个案" in answer.text
    assert worker.get(f"{PAGE}?before=abc").status_code == 404


def test_a_case_without_a_screening_says_so(house: House, worker: Browser) -> None:
    house.case(NUMBER)
    assert "没有做过自测" in worker.get(PAGE).text


def test_photos_are_named_though_nothing_of_them_was_kept(house: House, worker: Browser) -> None:
    house.case(NUMBER, lines=())
    with house.database.write() as connection:
        transcripts.add(connection, house.stored(NUMBER).conversation_id, author="resident", text="", kind="photo", now=house.now)

    assert "发了图片" in worker.get(PAGE).text
