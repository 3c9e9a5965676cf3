"""What staff do on the case page beside talking: promises, papers, tickets, transfers, households, drafts, the sheet on paper."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from bot.store import audit, promises, transcripts
from tests.console.conftest import PHONE, Browser, House

NUMBER = "JN2611-AAAAAA"
PAGE = f"/console/cases/{NUMBER}"
FACTS: dict[str, Any] = {
    "for_whom": "self", "district": "河东区", "hukou": "same_district", "household_size": 1, "monthly_income": 620, "savings": 3000,
    "cars": 0, "homes": 1, "receiving": "none", "age": 58,
}


@pytest.fixture
def case(house: House) -> str:
    details = {"need": f"想办低保，电话 {PHONE}", "contact": "phone", "phone": PHONE, "when": "下午", "street": "大直沽街道"}
    house.case(NUMBER, ago=90, details=details, facts=FACTS, programmes=["dibao"])
    return PAGE


def test_three_lines_open_the_case(case: str, worker: Browser, house: House) -> None:
    with house.database.write() as connection:
        transcripts.add(connection, house.stored(NUMBER).conversation_id, author="bot", text="带……", label="ask.dibao.documents", footnote="来源", now=house.now)
        transcripts.add(connection, house.stored(NUMBER).conversation_id, author="bot", text="好的", label="ask.dibao.amount", now=house.now)
    worker.post(f"{case}/promise", kind="call", due_at="2026-11-24T15:00", text="问药费")
    text = worker.get(case).text
    opening = re.sub(r"<[^>]+>", "", text[text.index("三句话"):text.index("</div>", text.index("三句话"))])

    assert "河东区大直沽街道" in opening
    assert "想办低保" in opening
    assert PHONE not in opening
    assert house.knowledge.answers["ask.dibao.documents"].title in opening
    assert house.knowledge.answers["ask.dibao.amount"].title not in opening
    assert "2026-11-24 15:00 员工wang打电话" in opening


def test_a_promise_is_kept_or_comes_again_by_itself(case: str, worker: Browser, house: House) -> None:
    assert worker.post(f"{case}/promise", kind="call", due_at="", text="").status_code == 409
    worker.post(f"{case}/promise", kind="call", due_at="2026-11-24T10:30", text="")
    with house.database.read() as connection:
        promise = promises.of_case(connection, house.stored(NUMBER).id)[0]
    assert worker.post(f"{case}/not-reached", promise=str(promise.id)).status_code == 303
    assert "1 次没接" in worker.get(case).text
    house.move(hours=9)
    worker = house.browser(promise.staff_id or 0)
    assert "过了时间" in worker.get(case).text
    assert "我答应的" in worker.get("/console").text
    assert worker.post(f"{case}/kept", promise=str(promise.id)).status_code == 303
    assert worker.post(f"{case}/kept", promise=str(promise.id)).status_code == 409
    assert worker.post(f"{case}/kept", promise="x").status_code == 409


def test_papers_are_asked_for_and_come(case: str, worker: Browser, house: House) -> None:
    worker.post(f"{case}/paper", name="住院小结")
    text = worker.get(case).text
    found = re.search(r'name="paper" value="(\d+)"', text)
    assert found is not None
    assert "收到了" in text
    worker.post(f"{case}/paper-came", paper=found[1], came="1")
    assert re.search(r"✓</span>住院小结", worker.get(case).text)


def test_a_red_case_waits_for_a_person_who_confirms_or_lowers_it(house: House, worker: Browser) -> None:
    house.case(NUMBER, signals=("crisis.medical",))
    assert "待核实" in worker.get(PAGE).text
    worker.post(f"{PAGE}/verify")
    assert "待核实" not in worker.get(PAGE).text

    house.case("JN2611-BBBBBB", signals=("crisis.medical",))
    worker.post("/console/cases/JN2611-BBBBBB/lower")
    assert house.stored("JN2611-BBBBBB").colour == "orange"
    assert "没有马上的危险" in worker.get("/console/cases/JN2611-BBBBBB").text


def test_a_plain_question_is_closed_with_one_form_once_it_was_answered(case: str, worker: Browser, house: House) -> None:
    worker.post(f"{case}/claim")
    assert f'action="{case}/answered"' not in worker.get(case).text
    assert worker.post(f"{case}/answered").status_code == 409
    worker.post(f"{case}/write", text="您好，带身份证就行")
    assert f'action="{case}/answered"' in worker.get(case).text
    assert worker.post(f"{case}/answered").status_code == 303
    assert (house.stored(NUMBER).status, house.stored(NUMBER).outcome) == ("closed", "answered")


def test_the_ticket_is_one_text_without_what_is_masked(case: str, worker: Browser) -> None:
    text = worker.get(case).text
    ticket = text[text.index('id="ticket-text"'):text.index("</textarea>", text.index('id="ticket-text"'))]
    for words in (NUMBER, "河东区大直沽街道", "月收入", "下午"):
        assert words in ticket
    assert PHONE not in ticket
    assert "黄" not in ticket

    worker.post(f"{case}/ticket", ticket="HD-2026-1124")
    assert "12345 工单：HD-2026-1124" in worker.get(case).text
    assert worker.post(f"{case}/ticket", ticket="<b>").status_code == 409


def test_tags_and_tier_are_set_and_taken_away(case: str, worker: Browser, house: House) -> None:
    worker.post(f"{case}/tag", tag="听障")
    assert "去掉标签 听障" in worker.get(case).text
    worker.post(f"{case}/untag", tag="听障")
    assert "去掉标签 听障" not in worker.get(case).text
    worker.post(f"{case}/tier", tier="orange")
    assert house.stored(NUMBER).tier == "orange"
    assert worker.post(f"{case}/tier", tier="blue").status_code == 409


def test_a_transfer_is_taken_or_refused_by_the_other_desk(case: str, worker: Browser, house: House) -> None:
    other = house.browser(house.person("zhou", "hotline", districts=("南开区",)))
    assert worker.post(f"{case}/transfer", to="南开区", text="").status_code == 409
    worker.post(f"{case}/transfer", to="南开区", text="搬到南开了")
    assert "已请<b>南开区</b>接手" in worker.get(case).text
    assert other.post(f"{case}/refuse", reason="人还住河东").status_code == 303
    assert "人还住河东" in worker.get(case).text
    worker.post(f"{case}/transfer", to="南开区", text="查过了，住南开")
    assert "请南开区接这个个案" in other.get(case).text
    assert other.post(f"{case}/accept").status_code == 303
    assert house.stored(NUMBER).district == "南开区"
    assert worker.get(case).status_code == 404


def test_cases_of_one_household_are_proposed_joined_and_parted(case: str, worker: Browser, house: House) -> None:
    house.case("JN2611-BBBBBB", details={"street": "大直沽街道"}, programmes=["dibao"], facts=FACTS)
    text = worker.get(case).text
    assert "可能是同一户" in text
    worker.post(f"{case}/join", other="JN2611-BBBBBB")
    assert "移出这一户" in worker.get(case).text
    worker.post(f"{case}/part")
    assert "移出这一户" not in worker.get(case).text


def test_the_case_of_a_harmed_child_closes_after_its_report(house: House) -> None:
    guard = house.browser(house.person("wu", "child_protection", districts=("河东区",)))
    house.case(NUMBER, signals=("crisis.child_danger",))
    guard.post(f"{PAGE}/claim")
    assert "还没填" in guard.get(PAGE).text
    assert guard.post(f"{PAGE}/close", outcome="referred", note="转公安").status_code == 409
    assert guard.post(f"{PAGE}/child-report", recipient="police", reported_at="", receipt="", why_not="").status_code == 409
    assert guard.post(f"{PAGE}/child-report", recipient="police", reported_at="2026-11-24T09:00", receipt="值班民警", why_not="").status_code == 303
    assert guard.post(f"{PAGE}/close", outcome="referred", note="转公安").status_code == 303


def test_what_was_typed_is_kept_by_the_server_until_it_is_sent(case: str, worker: Browser, house: House) -> None:
    worker.post(f"{case}/claim")
    assert worker.post(f"{case}/keep", field="text", text="您好，我先<看看>").status_code == 204
    assert worker.post(f"{case}/keep", field="other", text="x").status_code == 409
    text = worker.get(case).text
    assert "您好，我先&lt;看看&gt;</textarea>" in text
    assert "草稿已恢复" in text
    colleague = house.browser(house.person("zhao", "supervisor", districts=("河东区",)))
    assert "我先" not in colleague.get(case).text
    worker.post(f"{case}/write", text="您好，我看了")
    assert "我先" not in worker.get(case).text


def test_answers_and_figures_are_found_and_put_in_with_their_source(case: str, worker: Browser, house: House) -> None:
    found = worker.get(f"{case}/phrases?find=低保 材料").text
    assert house.knowledge.answers["ask.dibao.documents"].title in found
    assert "来源：" in found
    assert "<html" not in found
    assert "没有找到" in worker.get(f"{case}/phrases?find=zzzzzz").text
    assert "常用语" in worker.get(f"{case}/phrases?find=").text

    worker.post(f"{case}/claim")
    chosen = worker.get(f"{case}?use=answer:ask.dibao.documents").text
    reply = chosen[chosen.index('id="reply-text"'):]
    assert "核对日期" in reply[:reply.index("</textarea>")]
    figure = worker.get(f"{case}/phrases?find=低保标准").text
    assert "1045 元" in figure


def test_a_canned_text_is_filled_and_is_not_sent_with_gaps(case: str, worker: Browser, house: House) -> None:
    found = worker.get(f"{case}/phrases?find=打电话的时间").text
    assert "〔" in found
    hello = worker.get(f"{case}/phrases?find=开头").text
    assert "我是工作人员员工wang" in hello
    gap = house.knowledge.messages.names["gap"]["when"]
    answer = worker.post(f"{case}/write", text=f"我〔{gap}〕给您打电话。")
    assert answer.status_code == 409
    assert f"还没填：{gap}" in answer.text
    assert worker.post(f"{case}/write", text="我下午三点给您打电话。").status_code == 303


def test_a_list_of_papers_is_asked_for_at_once(case: str, worker: Browser, house: House) -> None:
    worker.post(f"{case}/checklist", checklist="tekun")
    text = worker.get(case).text
    for paper in house.knowledge.checklists["tekun"].papers:
        assert f"○</span>{paper}" in text
    assert worker.post(f"{case}/checklist", checklist="x").status_code == 409


def test_hostile_searches_are_only_searches(case: str, worker: Browser) -> None:
    for asked in ("<script>alert(1)</script>", "{{ 7*7 }}", "%00", "((((", "低" * 500, "answer:../../x"):
        answer = worker.client.get(f"{case}/phrases", params={"find": asked})
        assert answer.status_code == 200
        assert "<script>" not in answer.text
        assert worker.client.get(case, params={"use": asked, "find": asked}).status_code == 200


def test_the_sheet_has_no_numbers_no_urgency_and_leaves_a_row(case: str, worker: Browser, house: House) -> None:
    worker.post(f"{case}/colour", colour="orange", reason="家里断了煤")
    sheet = worker.get(f"{case}/print").text
    main = sheet[sheet.index("<main"):sheet.index("</main>")]
    assert PHONE not in main
    for words in ("橙", "断了煤", "困难等级", "我想问问低保"):
        assert words not in main
    assert "最低生活保障" in main
    assert "我想问问低保" in worker.get(f"{case}/print?talk=1").text

    assert PHONE in worker.post(f"{case}/print-whole").text
    house.move(minutes=6)
    assert worker.post(f"{case}/print-whole").status_code == 403
    with house.database.read() as connection:
        taken = connection.scalars(select(audit.audit.c.object).where(audit.audit.c.action == "exported")).all()
    assert taken == [f"export:case:{NUMBER}"] * 3


def test_the_sheet_of_another_district_is_not_there(case: str, house: House) -> None:
    other = house.browser(house.person("zhou", "hotline", districts=("南开区",)))
    assert other.get(f"{case}/print").status_code == 404
    assert other.post(f"{case}/print-whole").status_code in {400, 404}
    assert other.get(f"{case}/phrases?find=").status_code == 404
