"""Somebody in danger is promised whoever is really there, and nobody else; from their words to who has seen them."""

import asyncio
from datetime import timedelta

from bot.casework import Scope
from bot.casework.duty import Shift
from bot.jobs import Alerting
from bot.knowledge import Knowledge
from bot.reception import Incoming, Reception
from bot.reception.desk import Desk
from bot.store import alerts, cases, duty, staff
from bot.store.database import Database
from bot.store.keys import Keys
from tests.conftest import NOW
from tests.reception.test_reception import PatternReader, said


class Evening:
    """A resident, the desk and the clock."""

    def __init__(self, database: Database, knowledge: Knowledge, keys: Keys) -> None:
        self.database, self.now, self.number = database, NOW, 0
        self.reception = Reception(database, PatternReader(), lambda: knowledge, keys.hashes, lambda: self.now)
        self.desk = Desk(database, lambda: knowledge, keys.hashes, lambda: self.now)
        self.alerting = Alerting(database, lambda: knowledge, self.desk, lambda: self.now, ())
        self.talk = 0

    def on_duty(self, name: str, district: str | None) -> Scope:
        districts = [district] if district else []
        with self.database.write() as connection:
            made = staff.add(connection, login=name, display_name=name, password_hash="x", roles=["hotline"], districts=districts, now=self.now)
            duty.add(connection, Shift(0, made, None, district, None, NOW - timedelta(hours=1), NOW + timedelta(hours=9)), made, self.now)
        return Scope.of(made, ["hotline"], districts)

    def says(self, words: str) -> str:
        """What the bot answers to it."""
        before = len(self.heard()) if self.talk else 0
        self.number += 1
        self.talk = asyncio.run(self.reception.receive(Incoming("web", str(self.number), "a", "text", words)))
        return "\n".join(self.heard()[before:])

    def heard(self) -> list[str]:
        return said(self.database, self.talk, "bot")

    def minutes(self, number: float) -> None:
        self.now += timedelta(minutes=number)
        self.alerting.look()

    def open_to(self, scope: Scope) -> list[str]:
        with self.database.read() as connection:
            return [item.number for item in alerts.shown(connection, scope, self.now) if item.seen_at is None]


def test_with_nobody_rostered_the_first_reply_says_so_and_whom_to_call(sqlite: Database, knowledge: Knowledge, keys: Keys) -> None:
    evening = Evening(sqlite, knowledge, keys)
    answer = evening.says("不想活了")
    assert "还没有人应答，请现在打 120 或 110" in answer
    assert "我这就叫值班的人" not in answer
    evening.minutes(1)
    assert evening.heard()[-1] in answer


def test_who_said_only_that_they_want_to_die_is_seen_by_all_on_duty_and_reads_who_has_seen_it(sqlite: Database, knowledge: Knowledge, keys: Keys) -> None:
    evening = Evening(sqlite, knowledge, keys)
    east, city = evening.on_duty("小王", "河东区"), evening.on_duty("小李", None)
    assert "我这就叫值班的人" in evening.says("不想活了")
    with sqlite.read() as connection:
        case = cases.current_of(connection, evening.talk)
    assert case is not None
    assert case.district is None
    assert evening.open_to(east) == evening.open_to(city) == [case.number]
    evening.minutes(1)
    evening.desk.alarms.acknowledge(east, case.number)
    assert evening.heard()[-1] == "小王已看到。"


def test_when_nobody_answers_after_all_the_resident_is_told_and_no_more_is_promised(sqlite: Database, knowledge: Knowledge, keys: Keys) -> None:
    evening = Evening(sqlite, knowledge, keys)
    evening.on_duty("小王", "河东区")
    assert "我这就叫值班的人" in evening.says("不想活了")
    evening.alerting.look()
    assert "值班的人我已经叫了" in evening.says("有人吗")
    for _ in knowledge.duty.steps:
        evening.minutes(3)
    assert evening.heard()[-1] == "还没有人应答，请现在打 120 或 110。"
    assert "叫了" not in evening.says("有人在吗")


def test_plain_talk_asks_the_roster_nothing(sqlite: Database, knowledge: Knowledge, keys: Keys) -> None:
    evening = Evening(sqlite, knowledge, keys)
    evening.on_duty("小王", None)
    assert "值班" not in evening.says("低保怎么办")
    with sqlite.read() as connection:
        assert not alerts.any_open(connection)
