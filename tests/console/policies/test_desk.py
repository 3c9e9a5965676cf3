"""The policy desk in the browser: from a figure to published, each step by whom it is for."""

import re

import pytest

from bot.answers import render
from bot.console.policies.shared import FORMS
from bot.publishing.leaves import key_of
from bot.publishing.press import fingerprint
from tests.conftest import NOW
from tests.console.policies.conftest import ANSWER, FIGURE, PolicyHouse

LINE = "parameters/dibao_bianyuan_line.yaml"
PAGES = (
    "", "/figures", "/figures/dibao_monthly", "/drafts", "/revisions", "/rules/dibao", "/rules/tekun", "/answers/ask.dibao.amount",
    "/answers/ask.district?district=河东区&day=2026-12-01", "/answers/crisis.self_harm", "/files/messages.yaml", "/?q=低保",
)


def new_standard(office: PolicyHouse, value: str = "1100", day: str = "2026-11-24") -> str:
    draft = office.draft("低保新标准")
    answer = office.editor.post(
        "/console/policies/figures/dibao_monthly/add", draft=draft.rsplit("/", 1)[1], starts_on=day, value=value, source="tj-2025-standard#DBT-01", grade="A",
    )
    assert answer.status_code == 303, answer.text
    return draft


def published(office: PolicyHouse, draft: str, override: str = "看过") -> None:
    assert office.editor.post(f"{draft}/submit", reason="照新文件").status_code == 303
    assert office.reviewer.post(f"{draft}/approve", override=override).status_code == 303
    assert office.editor.post(f"{draft}/publish").status_code == 303


def said(office: PolicyHouse, label: str = "ask.dibao.amount") -> str:
    found = render(office.in_force(), label, NOW.date())
    assert found is not None
    return found.text


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_for_those_who_may_read_and_for_nobody_else(office: PolicyHouse, page: str) -> None:
    address = f"/console/policies{page}".replace("/?", "?")
    for browser in (office.editor, office.reviewer, office.supervisor):
        assert browser.get(address).status_code == 200
    assert office.hotline.get(address).status_code == 403


def test_a_figure_goes_from_draft_to_published_with_what_follows_from_it_and_back(office: PolicyHouse) -> None:
    draft = new_standard(office)
    page = office.editor.get(draft).text
    assert "全部检查通过" in page
    assert "1650" in page
    published(office, draft)
    assert "1100" in said(office)
    assert "今天 10:00 起" in office.hotline.get("/console").text
    assert "低保新标准" in office.hotline.get("/console").text
    first = re.findall(r"/console/policies/revisions/(\d+)", office.editor.get("/console/policies/revisions").text)[-1]
    assert office.editor.post(f"/console/policies/revisions/{first}/roll-back", reason="数错了").status_code == 303
    assert "1045" in said(office)


def test_who_wrote_a_draft_sees_no_button_to_agree_and_is_refused(office: PolicyHouse) -> None:
    draft = office.draft(browser=office.reviewer)
    text = office.press.text(int(draft.rsplit("/", 1)[1]), ANSWER) or ""
    office.reviewer.post(f"{draft}/edit", path=ANSWER, text=text.replace("title: ", "title: 问", 1), seen=fingerprint(text))
    office.reviewer.post(f"{draft}/submit", reason="x")
    assert "自己写的不能自己审" in office.reviewer.get(draft).text
    refused = office.reviewer.post(f"{draft}/approve", override="x")
    assert refused.status_code == 409
    assert "自己写的不能自己审" in refused.text


def test_a_back_dated_figure_is_a_warning_that_needs_a_reason_and_lists_what_to_correct(office: PolicyHouse) -> None:
    facts = {"district": "河东区", "household_size": 2, "monthly_income": 2_150, "receiving": "none", "disability": "none", "severe_illness": False}
    for number in range(6):
        office.case(f"JN2611-{number:06d}", facts=facts, programmes=["dibao"])
    draft = new_standard(office, day="2026-11-01")
    page = office.editor.get(draft).text
    assert "早于生效这天" in page
    assert "那以后说过的要更正" in page
    assert "个案 6 件" in page
    assert re.search(r"河东区</td><td class=\"number\">6 户", page)
    assert "JN2611" not in page  # whoever sees no cases sees no numbers
    assert "JN2611-000001" in office.supervisor.get(draft).text
    office.editor.post(f"{draft}/submit", reason="照新文件")
    refused = office.reviewer.post(f"{draft}/approve")
    assert refused.status_code == 409
    assert "写理由" in refused.text
    assert office.reviewer.post(f"{draft}/approve", override="文件就是这么写的").status_code == 303


def test_few_households_are_not_counted_out(office: PolicyHouse) -> None:
    office.case("JN2611-AAAAAA", facts={"district": "河东区", "household_size": 2, "monthly_income": 2_150, "receiving": "none", "disability": "none", "severe_illness": False})
    assert "少于 5 户" in office.editor.get(new_standard(office)).text


def test_a_mistake_is_shown_at_its_line_while_typing_and_without_a_script(office: PolicyHouse) -> None:
    draft = office.draft()
    text = office.press.text(int(draft.rsplit("/", 1)[1]), ANSWER) or ""
    wrong = text.replace("\n---\n", "\n---\n{{ district.__class__ }}\n", 1)
    line = wrong.split("\n").index("{{ district.__class__ }}") + 1
    for answer in (office.editor.post(f"{draft}/preview", path=ANSWER, text=wrong), office.editor.post(f"{draft}/edit", path=ANSWER, text=wrong, seen="", preview="1")):
        assert answer.status_code == 200
        assert f"第 {line} 行" in answer.text
        assert "不能写「__class__」" in answer.text
    good = office.editor.post(f"{draft}/preview", path=ANSWER, text=text).text
    assert "没有毛病" in good
    assert "bubble" in good


def test_a_conflict_shows_both_texts_and_keeps_what_was_typed(office: PolicyHouse) -> None:
    draft = office.draft()
    text = office.press.text(int(draft.rsplit("/", 1)[1]), ANSWER) or ""
    seen = fingerprint(text)
    office.editor.post(f"{draft}/edit", path=ANSWER, text=text.replace("title: ", "title: 甲", 1), seen=seen)
    assert "员工bianji" in office.other.get(f"{draft}/edit?path={ANSWER}").text
    late = office.other.post(f"{draft}/edit", path=ANSWER, text=text.replace("title: ", "title: 乙", 1), seen=seen)
    assert late.status_code == 409
    assert "title: 甲" in late.text
    assert "title: 乙" in late.text


@pytest.mark.parametrize("file", sorted(FORMS))
def test_every_form_opens_in_all_its_parts(office: PolicyHouse, file: str) -> None:
    draft = office.draft()
    page = office.editor.get(f"{draft}/form?path={file}")
    assert page.status_code == 200
    for part in re.findall(r'href="(/console/policies/drafts/\d+/form\?path=[^"]+)"', page.text)[:4]:
        assert office.editor.get(part.replace("&amp;", "&")).status_code == 200


def test_a_form_changes_a_value_adds_and_takes_away(office: PolicyHouse) -> None:
    draft = office.draft()
    number = int(draft.rsplit("/", 1)[1])
    text = office.press.text(number, "triage.yaml") or ""
    fields = {f"v:{key_of(('clocks', 0, 'minutes'))}": "20"}
    answer = office.editor.post(f"{draft}/form", path="triage.yaml", at="[]", seen=fingerprint(text), **fields)
    assert answer.status_code == 303
    changed = office.press.text(number, "triage.yaml") or ""
    assert changed == text.replace("minutes: 15", "minutes: 20")
    stale = office.editor.post(f"{draft}/form", path="triage.yaml", at="[]", seen=fingerprint(text), **fields)
    assert stale.status_code == 409
    office.editor.post(f"{draft}/form", path="triage.yaml", at="[]", seen=fingerprint(changed), deed=f"add:{key_of(('rules',))}")
    more = office.press.text(number, "triage.yaml") or ""
    assert len(more.split("\n")) == len(changed.split("\n")) + 1
    office.editor.post(f"{draft}/form", path="triage.yaml", at="[]", seen=fingerprint(more), deed=f"remove:{key_of(('rules', 7))}")
    assert office.press.text(number, "triage.yaml") == changed
    assert office.editor.post(f"{draft}/form", path="triage.yaml", at="[[", seen="x").status_code == 400
    assert office.editor.get(f"{draft}/form?path=no-such.yaml").status_code == 404


def test_a_supervisor_takes_a_text_down_alone_and_every_console_says_what_to_tell(office: PolicyHouse) -> None:
    assert office.supervisor.post("/console/policies/answers/ask.dibao.amount/withdraw", reason="数可能不对").status_code == 303
    assert "正在核对" in said(office)
    assert "居民问到请说：正在核对，请打 12345" in office.hotline.get("/console").text
    assert office.supervisor.post("/console/policies/answers/ask.dibao.amount/put-back").status_code == 403
    begun = office.editor.post("/console/policies/answers/ask.dibao.amount/put-back")
    published(office, begun.headers["location"].partition("?")[0])
    assert "1045" in said(office)
    office.supervisor.post("/console/policies/rules/dibao/withdraw", reason="新文件来了")
    assert "规则已撤下" in office.editor.get("/console/policies/rules/dibao").text


@pytest.mark.parametrize("fields", [
    {"starts_on": "明天", "value": "1", "source": "tj-2025-standard#DBT-01"}, {"starts_on": "2026-12-01", "value": "很多", "source": "tj-2025-standard#DBT-01"},
    {"starts_on": "2026-12-01", "value": "1", "source": "nothing"},
])
def test_a_figure_that_is_not_written_as_one_is_asked_for_again(office: PolicyHouse, fields: dict[str, str]) -> None:
    answer = office.editor.post("/console/policies/figures/dibao_monthly/add", grade="A", **fields)
    assert answer.status_code == 409
    assert fields["value"] in answer.text


def test_drafts_that_do_not_exist_are_not_found(office: PolicyHouse) -> None:
    assert office.editor.get("/console/policies/drafts/99").status_code == 404
    assert office.editor.get(f"/console/policies/drafts/99/edit?path={FIGURE}").status_code == 400
    assert office.editor.get("/console/policies/revisions/99").status_code == 404
    assert office.editor.get("/console/policies/answers/ask.nothing").status_code == 404
