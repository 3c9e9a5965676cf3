"""Alarms by the clock: who is called when, who has seen it, and what the resident reads; on both kinds of database."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.casework import Scope
from bot.casework.duty import Shift
from bot.conversation import OpenCase, UpdateCase
from bot.errors import InputError
from bot.jobs import Alerting
from bot.knowledge import Knowledge
from bot.reception.carry_out import carry_out
from bot.reception.desk import Desk
from bot.reception.duty import somebody_answers
from bot.store import absences, alerts, audit, cases, conversations, duty, staff, transcripts
from bot.store.audit import AuditFilter
from bot.store.database import Database
from bot.store.duty import Reach
from bot.store.keys import Keys

TIANJIN = ZoneInfo("Asia/Shanghai")
NIGHT = datetime(2026, 11, 24, 23, 0, tzinfo=TIANJIN)
WORDS = "不想活了，药都准备好了"


class Night:
    """A night at the desk; `minutes` lets time pass, `look` is one look at the clock."""

    def __init__(self, database: Database, knowledge: Knowledge, keys: Keys, senders: tuple[str, ...]) -> None:
        self.database, self.knowledge, self.keys, self.now = database, knowledge, keys, NIGHT
        self.desk = Desk(database, lambda: knowledge, keys.hashes, lambda: self.now)
        self.alerting = Alerting(database, lambda: knowledge, self.desk, lambda: self.now, senders)
        self.head = self.person("市级主管", "supervisor_city")

    def person(self, name: str, role: str = "hotline", *districts: str) -> Scope:
        with self.database.write() as connection:
            made = staff.add(
                connection, login=f"{name}{role}", display_name=name, password_hash="x", roles=[role], districts=list(districts), now=self.now
            )
        return Scope.of(made, [role], list(districts))

    def shift(self, person: Scope, district: str | None, deputy: Scope | None = None, hours: int = 9) -> None:
        with self.database.write() as connection:
            end = self.now + timedelta(hours=hours)
            made = Shift(0, person.staff_id, deputy.staff_id if deputy else None, district, None, self.now - timedelta(hours=3), end)
            duty.add(connection, made, self.head.staff_id, self.now)

    def phone(self, person: Scope, number: str) -> None:
        with self.database.write() as connection:
            duty.set_reach(connection, person.staff_id, Reach(number, ""), self.now)

    def alarm(self, number: str, *signals: str, district: str | None = "河东区") -> int:
        with self.database.write() as connection:
            talk = conversations.create(connection, "telegram", number, f"hash {number}", self.now)
            effect = OpenCase(number, "crisis", signals or ("crisis.self_harm",), {"need": WORDS}, district)
            carry_out(connection, talk, [effect], self.knowledge, self.keys.hashes, self.now)
        return talk

    def again(self, talk: int, *signals: str) -> None:
        with self.database.write() as connection:
            carry_out(connection, talk, [UpdateCase(signals=signals)], self.knowledge, self.keys.hashes, self.now)

    def minutes(self, number: float) -> None:
        self.now += timedelta(minutes=number)
        self.alerting.look()

    def case(self, number: str) -> cases.CaseRow:
        with self.database.read() as connection:
            found = cases.by_number(connection, self.head, number)
        assert found is not None
        return found

    def called(self, number: str) -> list[str]:
        with self.database.read() as connection:
            return [item.note for item in cases.events(connection, self.case(number).id) if item.what.startswith("alarm_called")]

    def history(self, number: str) -> list[str]:
        with self.database.read() as connection:
            return [item.what for item in cases.events(connection, self.case(number).id)]

    def told(self, talk: int) -> list[str]:
        with self.database.read() as connection:
            return [line.text for line in transcripts.lines(connection, talk)]

    def open_numbers(self, scope: Scope) -> list[str]:
        with self.database.read() as connection:
            return [item.number for item in alerts.shown(connection, scope, self.now) if item.seen_at is None]

    def due(self, sender: str) -> list[alerts.SendRow]:
        with self.database.read() as connection:
            return alerts.due(connection, sender, self.now)

    def answers(self, district: str | None, case: cases.CaseRow | None = None) -> bool:
        with self.database.read() as connection:
            return somebody_answers(connection, district, case, self.now)


@pytest.fixture
def night(sqlite: Database, knowledge: Knowledge, keys: Keys) -> Iterator[Night]:
    yield Night(sqlite, knowledge, keys, ("webhook", "sms"))


@pytest.fixture
def any_night(database: Database, knowledge: Knowledge, keys: Keys) -> Iterator[Night]:
    """On each kind of database."""
    yield Night(database, knowledge, keys, ("webhook", "sms"))


def test_the_one_on_duty_then_the_deputy_the_supervisor_and_the_city_desk_are_called_every_three_minutes(any_night: Night) -> None:
    night = any_night
    wang, li = night.person("小王", "hotline", "河东区"), night.person("小李", "hotline", "河东区")
    night.person("主管", "supervisor", "河东区")
    night.person("别区主管", "supervisor", "南开区")
    night.shift(wang, "河东区", li)
    talk = night.alarm("JN1")
    night.alerting.look()
    assert night.called("JN1") == ["值班：小王"]
    night.minutes(2.9)
    assert len(night.called("JN1")) == 1
    night.minutes(0.2)
    night.minutes(3)
    assert night.called("JN1") == ["值班：小王", "代班：小李", "主管：主管"]
    night.minutes(3)
    assert night.called("JN1")[-1] == "市级值班台：市级主管"
    assert night.told(talk) == []
    night.minutes(3)
    assert night.told(talk) == ["还没有人应答，请现在打 120 或 110。"]
    with night.database.read() as connection:
        written = audit.entries(connection, AuditFilter(thing="case:JN1"), 50)
    assert {row.action for row in written} >= {"alarm", "alarm_called:on_duty", "alarm_called:deputy", "alarm_called:city", "alarm_unanswered"}


def test_a_click_stops_the_calling_and_the_resident_reads_who_has_seen_it(night: Night) -> None:
    wang = night.person("小王", "hotline", "河东区")
    night.shift(wang, "河东区")
    talk = night.alarm("JN1")
    night.alerting.look()
    assert len(night.due("webhook")) == 1
    night.desk.alarms.acknowledge(wang, "JN1")
    night.minutes(30)
    assert night.told(talk) == ["小王已看到。"]
    assert night.called("JN1") == ["值班：小王"]
    assert night.due("webhook") == []
    assert night.open_numbers(wang) == []


def test_of_two_who_answer_one_is_told_that_the_other_was_faster(any_night: Night) -> None:
    night = any_night
    wang, li = night.person("小王", "hotline", "河东区"), night.person("小李", "hotline", "河东区")
    talk = night.alarm("JN1")
    night.desk.alarms.acknowledge(li, "JN1")
    with pytest.raises(InputError, match="小李已经应答了"):
        night.desk.alarms.acknowledge(wang, "JN1")
    assert night.told(talk) == ["小李已看到。"]


def test_only_who_works_on_the_case_may_answer(night: Night) -> None:
    night.alarm("JN1")
    for stranger in (night.person("外区", "hotline", "南开区"), night.person("审计", "auditor")):
        with pytest.raises(InputError, match="没有这个个案"):
            night.desk.alarms.acknowledge(stranger, "JN1")
    assert night.history("JN1") == ["opened", "alarm"]


@pytest.mark.parametrize("deed", ["claim", "write", "verify"])
def test_work_on_the_case_is_an_answer_without_a_click(night: Night, deed: str) -> None:
    wang = night.person("小王", "hotline", "河东区")
    night.shift(wang, "河东区")
    talk = night.alarm("JN1")
    night.alerting.look()
    night.now += timedelta(seconds=20)
    {
        "claim": lambda: night.desk.talk.claim(wang, "JN1"), "write": lambda: night.desk.talk.write(wang, "JN1", "我在"),
        "verify": lambda: night.desk.moves.confirm_urgency(wang, "JN1"),
    }[deed]()
    night.minutes(30)
    assert "alarm_seen" in night.history("JN1")
    assert night.called("JN1") == ["值班：小王"]
    assert ("小王已看到。" in night.told(talk)) == (deed != "write")  # whoever writes has been introduced already


def test_with_nobody_rostered_the_resident_is_not_promised_anybody_and_others_are_called_at_once(night: Night) -> None:
    assert not night.answers(None)
    talk = night.alarm("JN1")
    night.alerting.look()
    assert night.called("JN1") == ["市级值班台：市级主管"]
    night.minutes(4)
    assert "alarm_unanswered" in night.history("JN1")
    assert night.told(talk) == []  # the first reply has said it already


def test_once_everybody_was_called_in_vain_no_more_is_promised_and_the_last_are_called_again(night: Night) -> None:
    wang = night.person("小王", "hotline", "河东区")
    night.shift(wang, "河东区")
    assert night.answers("河东区")
    night.alarm("JN1")
    night.alerting.look()
    for _ in range(3):
        night.minutes(3)
    assert "alarm_unanswered" in night.history("JN1")
    assert not night.answers("河东区", night.case("JN1"))
    sent = len(night.due("webhook"))
    night.minutes(night.knowledge.duty.again_minutes)
    assert len(night.due("webhook")) == sent + 1
    night.desk.alarms.acknowledge(wang, "JN1")
    assert night.answers("河东区", night.case("JN1"))


def test_a_case_without_a_district_is_the_city_desks_and_called_to_all_on_duty(any_night: Night) -> None:
    night = any_night
    wang, city = night.person("小王", "hotline", "河东区"), night.person("市里的人", "hotline")
    night.shift(wang, "河东区")
    night.shift(city, None)
    night.alarm("JN1", district=None)
    night.alarm("JN2", "crisis.destitute", district=None)
    night.alerting.look()
    assert night.called("JN1") == night.called("JN2") == ["值班：小王、市里的人"]
    assert night.open_numbers(wang) == night.open_numbers(city) == ["JN1", "JN2"]
    night.desk.alarms.acknowledge(wang, "JN2")


def test_an_alarm_of_another_district_is_not_shown(night: Night) -> None:
    night.alarm("JN1", district="南开区")
    assert night.open_numbers(night.person("小王", "hotline", "河东区")) == []
    assert night.open_numbers(night.head) == ["JN1"]


def test_who_is_on_leave_is_not_called_but_who_stands_in_is(night: Night) -> None:
    wang, li = night.person("小王", "hotline", "河东区"), night.person("小李", "hotline", "河东区")
    night.shift(wang, "河东区")
    with night.database.write() as connection:
        absences.add(connection, wang.staff_id, li.staff_id, night.now, night.now + timedelta(days=1), wang.staff_id, night.now)
    night.alarm("JN1")
    night.alerting.look()
    assert night.called("JN1") == ["值班：小李"]


def test_a_closed_account_on_the_roster_is_nobody(night: Night) -> None:
    wang = night.person("小王", "hotline", "河东区")
    night.shift(wang, "河东区")
    with night.database.write() as connection:
        staff.set_active(connection, wang.staff_id, False)
    assert not night.answers("河东区")


def test_text_messages_go_to_those_called_and_the_group_hears_every_step(any_night: Night) -> None:
    night = any_night
    wang, li = night.person("小王", "hotline", "河东区"), night.person("小李", "hotline", "河东区")
    night.shift(wang, "河东区", li)
    night.phone(wang, "10000000001")
    night.phone(li, "10000000002")
    night.alarm("JN1")
    night.alerting.look()
    night.minutes(3)
    assert [(row.target, row.step) for row in night.due("sms")] == [("10000000001", "on_duty"), ("10000000002", "deputy")]
    assert [(row.target, row.step) for row in night.due("webhook")] == [("", "on_duty"), ("", "deputy")]


def test_further_words_of_danger_call_anew_only_after_the_quiet_minutes(night: Night) -> None:
    wang = night.person("小王", "hotline", "河东区")
    talk = night.alarm("JN1")
    night.again(talk, "crisis.self_harm")
    assert night.history("JN1").count("alarm") == 1
    night.desk.alarms.acknowledge(wang, "JN1")
    night.minutes(5)
    night.again(talk, "crisis.self_harm")
    assert night.history("JN1").count("alarm") == 1
    night.minutes(night.knowledge.duty.quiet_minutes)
    night.again(talk, "fact.severe_illness")
    assert night.history("JN1").count("alarm") == 1
    night.again(talk, "crisis.self_harm")
    assert night.open_numbers(wang) == ["JN1"]


def test_a_case_that_turns_red_without_words_is_found_by_the_clock(night: Night) -> None:
    talk = night.alarm("JN1", "kind.help")
    assert night.history("JN1") == ["opened"]
    with night.database.write() as connection:
        cases.change(connection, night.case("JN1").id, night.now, colour="red")
    night.minutes(1)
    assert "alarm" in night.history("JN1")
    assert night.told(talk) == []


def test_an_invented_case_calls_nobody(night: Night) -> None:
    with night.database.write() as connection:
        talk = conversations.create(connection, "web", "x", "hash x", night.now)
        cases.open_case(
            connection, number="JN1", conversation_id=talk, screening_id=None, kind="crisis", colour="red", reason="", signals=["crisis.medical"],
            district=None, programmes=[], details={}, phone_hash=None, now=night.now, demo=True,
        )
    night.minutes(1)
    assert night.history("JN1") == ["opened"]


def test_clocks_going_back_call_nobody_twice(night: Night) -> None:
    wang = night.person("小王", "hotline", "河东区")
    night.shift(wang, "河东区")
    night.alarm("JN1")
    night.alerting.look()
    night.now -= timedelta(hours=1)
    night.alerting.look()
    assert night.called("JN1") == ["值班：小王"]


def test_two_processes_that_look_at_once_call_once(any_night: Night, knowledge: Knowledge) -> None:
    night = any_night
    wang = night.person("小王", "hotline", "河东区")
    night.shift(wang, "河东区")
    night.alarm("JN1")
    other = Alerting(night.database, lambda: knowledge, night.desk, lambda: night.now, ("webhook",))
    night.alerting.look()
    other.look()
    assert night.called("JN1") == ["值班：小王"]
    assert len(night.due("webhook")) == 1
