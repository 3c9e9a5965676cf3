"""Through the whole reception: what is kept of a talk that went badly, and what is not."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from bot.conversation import Reading
from bot.knowledge import Knowledge
from bot.reception import Incoming, Reception
from bot.store import feedback, transcripts, unanswered
from bot.store.database import Database
from bot.store.keys import Keys
from bot.understanding import act_in, crisis_kind
from tests.conftest import NOW


class Model:
    """Knows 低保 for sure, 特困 nearly, and nothing else."""

    async def read(self, knowledge: Knowledge, text: str) -> Reading:
        crisis, act = crisis_kind(knowledge, text), act_in(knowledge, text)
        if "低保" in text:
            return Reading("ask.dibao.amount", 0.9, (("ask.dibao.amount", 0.9),), "sure", crisis, crisis is not None, act)
        if "特困" in text:
            return Reading("ask.tekun.amount", 0.5, (("ask.tekun.amount", 0.5),), "near", crisis, crisis is not None, act)
        return Reading("oos", 0.1, (("oos", 0.1),), "none", crisis, crisis is not None, act)


class Talk:
    """One resident who speaks and taps."""

    def __init__(self, database: Database, knowledge: Knowledge, keys: Keys) -> None:
        self.now: datetime = NOW
        self.database = database
        self.reception = Reception(database, Model(), lambda: knowledge, keys.hashes, lambda: self.now)
        self._count = 0

    def say(self, text: str = "", button: str = "") -> int:
        self._count += 1
        self.now += timedelta(seconds=5)
        kind = "button" if button else "text"
        incoming = Incoming("web", str(self._count), "resident", kind, text, button)  # type: ignore[arg-type]
        return asyncio.run(self.reception.receive(incoming))

    def tap(self, title: str) -> int:
        with self.database.read() as connection:
            lines = transcripts.latest(connection, 1, limit=6)
        buttons = {item[0]: item[1] for line in lines for item in line.buttons}
        return self.say(button=buttons[title])

    def kept(self) -> list[tuple[str, str, str | None]]:
        with self.database.read() as connection:
            return [(row.why, row.text, row.label) for row in reversed(unanswered.undecided(connection))]


@pytest.fixture
def talk(sqlite: Database, knowledge: Knowledge, keys: Keys) -> Iterator[Talk]:
    made = Talk(sqlite, knowledge, keys)
    yield made
    made.reception.close()


def test_misses_near_ones_and_the_miss_before_a_person_are_kept_masked(talk: Talk) -> None:
    talk.say("特困那个钱呢")
    talk.say("轮椅坏了找谁换轮子，我叫李建国，13812345678")
    talk.say("就是轮椅的轮子啊怎么弄")
    assert talk.kept() == [
        ("near", "特困那个钱呢", "ask.tekun.amount"),
        ("miss", "轮椅坏了找谁换轮子，我叫〔姓名〕，〔电话〕", "oos"),
        ("handover", "就是轮椅的轮子啊怎么弄", "oos"),
    ]


def test_answers_alarms_acts_and_forms_leave_nothing(talk: Talk) -> None:
    for words in ("低保多少钱", "我不想活了", "谢谢", "看看能申请什么", "同意", "不清楚啊这个"):
        talk.say(words)
    assert talk.kept() == []


def test_what_did_not_help_is_kept_with_the_remark_and_asked_once_a_week(talk: Talk, sqlite: Database) -> None:
    talk.say("低保多少钱，我家住河东区大直沽街道宫前园8号楼")
    talk.say("谢谢")
    talk.tap("没帮到")
    talk.say("没说从哪天起，我姓赵")
    assert talk.kept() == [("unhelpful", "低保多少钱，我家住河东区〔住处〕", "ask.dibao.amount")]
    with sqlite.read() as connection:
        [remark] = feedback.remarks(connection, NOW)
        found = feedback.quality(connection, NOW)["ask.dibao.amount"]
    assert (remark.words, remark.labels) == ("没说从哪天起，我姓〔姓名〕", ("ask.dibao.amount",))
    assert (found.shown, found.helped, found.not_helped) == (1, 0, 1)

    def asked() -> bool:
        with sqlite.read() as connection:
            return "帮到您了吗" in transcripts.latest(connection, 1, limit=1)[0].text

    talk.say("低保多少钱")
    talk.say("谢谢")
    assert not asked()
    talk.now += timedelta(days=7)
    talk.say("谢谢")
    assert asked()


def test_helped_is_one_row_and_a_second_tap_changes_nothing(talk: Talk, sqlite: Database) -> None:
    talk.say("低保多少钱")
    talk.say("谢谢")
    talk.tap("帮到了")
    talk.say(button="0:helped")
    talk.say(button="0:not_helped")
    with sqlite.read() as connection:
        found = feedback.quality(connection, NOW)["ask.dibao.amount"]
    assert (found.helped, found.not_helped) == (1, 0)
    assert talk.kept() == []
