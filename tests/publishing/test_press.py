"""From draft to published and back: two people, every check, one swap, nothing overwritten."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.answers import render
from bot.errors import InputError
from bot.publishing import Conflict, Press, Shelf, Who
from bot.publishing.press import fingerprint
from bot.screening import screen
from bot.store import audit, drafts, revisions, staff
from bot.store.database import Database
from tests.conftest import ROOT

TIANJIN = ZoneInfo("Asia/Shanghai")
ANSWER = "answers/ask/dibao/overview.md"
FIGURE = "parameters/dibao_monthly.yaml"
DAY = date(2026, 11, 24)


class Office:
    def __init__(self, database: Database) -> None:
        self.now = datetime(2026, 11, 24, 10, 0, tzinfo=TIANJIN)
        self.database = database
        self.shelf = Shelf(ROOT / "policies", lambda: self.now.date(), database)
        self.press = Press(database, self.shelf.current, lambda: self.now)
        self.editor = self.person("bianji", "policy_editor")
        self.other = self.person("bianji2", "policy_editor")
        self.reviewer = self.person("shenhe", "policy_reviewer")
        self.expert = self.person("zhuanjia", "policy_reviewer")
        self.hotline = self.person("rexian", "hotline")

    def person(self, login: str, role: str) -> Who:
        with self.database.write() as connection:
            made = staff.add(connection, login=login, display_name=login, password_hash="x", roles=[role], districts=[], now=self.now)
        return Who(made, frozenset({role}))

    def change(self, path: str, old: str, new: str, who: Who | None = None, draft: int | None = None) -> int:
        draft_id = draft or self.press.start(who or self.editor, "一次改动", "津民发〔2026〕1号")
        present = self.press.text(draft_id, path)
        assert present is not None and old in present
        self.press.save(who or self.editor, draft_id, path, present.replace(old, new), fingerprint(present))
        return draft_id

    def published(self, path: str, old: str, new: str) -> int:
        draft_id = self.change(path, old, new)
        self.press.submit(self.editor, draft_id, "照新文件")
        self.press.approve(self.reviewer, draft_id)
        made = self.press.publish(self.editor, draft_id)
        assert made is not None
        return made

    def title(self) -> str:
        self.shelf.reload()
        return self.shelf.current().answers["ask.dibao.overview"].title


@pytest.fixture
def office(sqlite: Database) -> Iterator[Office]:
    yield Office(sqlite)


@pytest.fixture
def title(office: Office) -> str:
    return office.title()


def test_a_change_is_in_force_after_another_person_agreed_and_every_process_takes_it_up(office: Office, title: str) -> None:
    elsewhere = Shelf(ROOT / "policies", lambda: DAY, office.database)
    office.published(ANSWER, f"title: {title}", "title: 低保是做什么的")
    assert office.title() == "低保是做什么的"
    assert elsewhere.reload()
    assert elsewhere.current().version == office.shelf.current().version
    with office.database.read() as connection:
        newest = revisions.newest(connection)
        assert audit.first_broken(connection) is None
    assert newest is not None
    assert (newest.author_id, newest.reviewer_id, newest.reason) == (office.editor.staff_id, office.reviewer.staff_id, "照新文件")


def test_nobody_agrees_to_what_they_wrote(office: Office, title: str) -> None:
    draft_id = office.change(ANSWER, title, "低保是做什么的", who=office.reviewer)
    office.press.submit(office.reviewer, draft_id, "照新文件")
    with pytest.raises(InputError, match="自己写的"):
        office.press.approve(office.reviewer, draft_id)
    with pytest.raises(InputError, match="通过审核"):
        office.press.publish(office.reviewer, draft_id)
    office.press.approve(office.expert, draft_id)


def test_changing_an_agreed_draft_takes_the_agreement_away(office: Office, title: str) -> None:
    draft_id = office.change(ANSWER, title, "低保是做什么的")
    office.press.submit(office.editor, draft_id, "照新文件")
    office.press.approve(office.reviewer, draft_id)
    office.change(ANSWER, "低保是做什么的", "低保管什么", draft=draft_id)
    with pytest.raises(InputError, match="通过审核"):
        office.press.publish(office.editor, draft_id)


def test_a_draft_that_fails_a_check_cannot_be_submitted_and_says_where(office: Office) -> None:
    draft_id = office.change(ANSWER, "checked_on", "checked_off")
    with pytest.raises(InputError, match="ask/dibao/overview"):
        office.press.submit(office.editor, draft_id, "照新文件")
    assert office.press.check(draft_id).faults


def test_two_editors_of_one_text_see_the_difference_and_nothing_is_overwritten(office: Office, title: str) -> None:
    draft_id = office.press.start(office.editor, "一次改动")
    text = office.press.text(draft_id, ANSWER)
    assert text is not None
    seen = fingerprint(text)
    assert office.press.present(office.editor, ANSWER) == []
    assert office.press.present(office.other, ANSWER) == [office.editor.staff_id]
    office.press.save(office.editor, draft_id, ANSWER, text.replace(title, "甲改的题"), seen)
    with pytest.raises(Conflict) as caught:
        office.press.save(office.other, draft_id, ANSWER, text.replace(title, "乙改的题"), seen)
    assert {row.text for row in caught.value.rows if row.kind != "same"} == {"title: 甲改的题", "title: 乙改的题"}
    assert "甲改的题" in (office.press.text(draft_id, ANSWER) or "")


def test_drafts_on_other_lines_of_one_file_are_joined_and_on_the_same_line_refused(office: Office, title: str) -> None:
    elsewhere = office.change(ANSWER, 'checked_on: "', 'note: 换过题目\nchecked_on: "')
    same = office.change(ANSWER, title, "乙改的题", who=office.other)
    office.published(ANSWER, title, "甲改的题")
    office.shelf.reload()
    assert "甲改的题" in office.press.files(elsewhere)[ANSWER]
    assert "换过题目" in office.press.files(elsewhere)[ANSWER]
    with pytest.raises(Conflict):
        office.press.files(same)


def test_a_set_hour_is_kept_and_what_expires_is_undone(office: Office, title: str) -> None:
    draft_id = office.change(ANSWER, title, "节日期间的题")
    noon = office.now + timedelta(hours=2)
    office.press.submit(office.editor, draft_id, "节日", publish_at=noon, expires_at=noon + timedelta(days=7))
    office.press.approve(office.reviewer, draft_id)
    assert office.press.publish(office.editor, draft_id) is None
    assert office.press.by_the_clock() == []
    assert office.title() == title
    office.now = noon
    assert office.press.by_the_clock() == []
    assert office.title() == "节日期间的题"
    office.now += timedelta(days=7)
    office.press.by_the_clock()
    assert office.title() == title


def test_a_fact_check_is_done_by_a_third_person(office: Office, title: str) -> None:
    draft_id = office.change(ANSWER, title, "低保是做什么的")
    office.press.submit(office.editor, draft_id, "照新文件", needs_check=True)
    office.press.approve(office.reviewer, draft_id)
    with pytest.raises(InputError, match="核对事实"):
        office.press.publish(office.editor, draft_id)
    for who in (office.editor, office.reviewer):
        with pytest.raises(InputError, match="另一个人"):
            office.press.confirm_facts(who, draft_id)
    office.press.confirm_facts(office.expert, draft_id)
    assert office.press.publish(office.editor, draft_id)


def test_rolling_back_makes_the_earlier_state_the_newest_one(office: Office, title: str) -> None:
    office.published(ANSWER, title, "低保是做什么的")
    office.shelf.reload()
    with office.database.read() as connection:
        first = revisions.latest(connection)[-1]
    assert first.way == "adopted"
    office.press.roll_back(office.editor, first.id, "新题目居民看不懂")
    assert office.title() == title
    with office.database.read() as connection:
        assert [row.way for row in revisions.latest(connection)] == ["rolled_back", "published", "adopted"]


def test_taking_a_text_down_needs_one_person_and_putting_it_back_two(office: Office) -> None:
    supervisor = office.person("zhuguan", "supervisor")
    office.press.withdraw(supervisor, label="ask.dibao.amount", reason="数可能不对")
    office.shelf.reload()
    knowledge = office.shelf.current()
    said = render(knowledge, "ask.dibao.amount", DAY)
    assert said is not None and "正在核对" in said.text and not said.footnote
    draft_id = office.press.put_back(office.editor, label="ask.dibao.amount")
    office.press.submit(office.editor, draft_id, "核对过了")
    with pytest.raises(InputError, match="政策审核"):
        office.press.approve(office.editor, draft_id)
    office.press.approve(office.reviewer, draft_id)
    office.press.publish(office.editor, draft_id)
    office.shelf.reload()
    back = render(office.shelf.current(), "ask.dibao.amount", DAY)
    assert back is not None and back.footnote


def test_rules_that_were_taken_down_leave_every_condition_open(office: Office) -> None:
    office.press.withdraw(office.editor, programme="dibao", reason="新文件来了")
    office.shelf.reload()
    finding = screen(office.shelf.current(), {"monthly_income": 99_999, "household_size": 1}, DAY).by_programme["dibao"]
    assert finding.outcome == "possible"
    assert {item.state for item in finding.conditions} == {"unknown"}


def test_hotline_staff_change_nothing(office: Office) -> None:
    with pytest.raises(InputError):
        office.press.start(office.hotline, "x")
    with pytest.raises(InputError):
        office.press.withdraw(office.hotline, label="ask.dibao.amount", reason="x")
    with pytest.raises(InputError):
        office.press.roll_back(office.hotline, 1, "x")


def test_where_the_files_rule_nothing_is_published_from_the_desk(office: Office, title: str) -> None:
    closed = Press(office.database, office.shelf.current, lambda: office.now, files_rule=True)
    with pytest.raises(InputError, match="文件作准"):
        closed.withdraw(office.editor, label="ask.dibao.amount", reason="x")
    with office.database.read() as connection:
        assert revisions.newest(connection) is None
        assert drafts.in_state(connection) == []
