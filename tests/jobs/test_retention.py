"""Each kind of thing is kept for its days of policies/retention.yaml and no longer; the clock is moved, nothing else."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.jobs import RetentionKeeper
from bot.knowledge import Knowledge
from bot.store import cases, conversations, erasures, screenings
from bot.store.database import Database
from bot.store.keys import Keys
from bot.store.tombstones import Journal, Tombstone
from tests.conftest import NOW
from tests.reception.test_own_data import ANNA, BO, House

DAY = timedelta(days=1)


class Night:
    """A house and its keeper."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.journal = Journal(house.journal)
        self.days = house.knowledge.retention
        self.keeper = RetentionKeeper(
            house.database, lambda: house.knowledge, house.reception.erasing, self.journal, "here", lambda: house.now
        )

    def purge_at(self, at: datetime) -> dict[str, int]:
        self.house.now = at
        return self.keeper.purge()

    def ids(self) -> list[int]:
        with self.house.database.read() as connection:
            return list(connection.scalars(select(conversations.conversations.c.id).order_by(conversations.conversations.c.id)))


@pytest.fixture
def night(database: Database, knowledge: Knowledge, keys: Keys, tmp_path: Path) -> Iterator[Night]:
    made = Night(House(database, knowledge, keys, tmp_path / "erasures.jsonl"))
    yield made
    made.house.reception.close()


def test_a_conversation_goes_so_many_days_after_its_last_word(night: Night) -> None:
    early = night.house.fill(ANNA)
    night.house.now = NOW + 10 * DAY
    late = night.house.fill(BO)
    assert night.purge_at(NOW + (night.days.conversation_days - 1) * DAY)["conversations"] == 0
    assert night.ids() == [early, late]
    assert night.purge_at(NOW + (night.days.conversation_days + 1) * DAY)["conversations"] == 1
    assert night.ids() == [late]


def test_answers_and_findings_go_after_their_days_while_the_talk_goes_on(night: Night) -> None:
    mine = night.house.fill(ANNA)
    night.house.now = NOW + (night.days.screening_days + 1) * DAY
    night.house.say(ANNA, "我又来了")
    assert night.keeper.purge()["screenings"] == 1
    assert night.ids() == [mine]
    with night.house.database.read() as connection:
        assert screenings.latest(connection, mine) is None
    assert any("我又来了" in line for line in night.house.lines(mine))


def test_an_open_case_keeps_everything_and_a_closed_one_goes_after_its_days(night: Night) -> None:
    mine = night.house.fill(ANNA)
    night.house.say(ANNA, "找真人", "同意", "13800138000")
    far = NOW + (night.days.case_days + 400) * DAY
    gone = night.purge_at(far)
    assert gone["conversations"] == gone["cases"] == gone["contents"] == gone["screenings"] == 0
    night.house.close_case(mine)
    assert night.purge_at(far + DAY)["contents"] == 1
    assert night.house.lines(mine) == []
    with night.house.database.read() as connection:
        assert cases.current_of(connection, mine) is not None
    assert night.purge_at(far + (night.days.case_days - 1) * DAY)["cases"] == 0
    assert night.purge_at(far + (night.days.case_days + 1) * DAY)["cases"] == 1
    assert night.ids() == []


def test_the_receipt_of_an_erasure_and_then_the_address_go(night: Night) -> None:
    mine = night.house.fill(ANNA)
    night.house.say(ANNA, "删除我的信息", "都删掉")
    assert night.purge_at(NOW + timedelta(hours=2))["conversations"] == 0
    assert night.ids() == [mine]
    assert night.purge_at(NOW + (night.days.receipt_days + 1) * DAY)["conversations"] == 1
    assert night.ids() == []
    with night.house.database.read() as connection:
        assert len(erasures.receipts_done(connection)) == 1


def test_whoever_speaks_again_after_an_erasure_is_not_thrown_out(night: Night) -> None:
    mine = night.house.fill(ANNA)
    night.house.say(ANNA, "删除我的信息", "都删掉", "我还想问低保")
    assert night.purge_at(NOW + (night.days.receipt_days + 2) * DAY)["conversations"] == 0
    assert night.ids() == [mine]


def test_erasures_are_remembered_longer_than_backups_and_then_forgotten(night: Night) -> None:
    night.house.fill(ANNA)
    night.house.say(ANNA, "删除我的信息", "都删掉")
    assert night.purge_at(NOW + (night.days.tombstone_days - 1) * DAY)["tombstones"] == 0
    gone = night.purge_at(NOW + (night.days.tombstone_days + 1) * DAY)
    assert (gone["tombstones"], gone["receipts"]) == (1, 0)
    assert night.journal.read() == []
    assert night.purge_at(NOW + (night.days.tombstone_days + 40) * DAY)["receipts"] == 1


def test_the_journal_keeps_what_is_younger(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.jsonl")
    for number in range(3):
        journal.append(Tombstone(f"SC{number}", "done", ("x",), NOW + number * DAY))
    assert journal.forget(NOW + DAY) == 1
    assert [stone.receipt for stone in journal.read()] == ["SC1", "SC2"]
    assert (tmp_path / "j.jsonl").stat().st_mode & 0o777 == 0o600


def test_the_night_comes_once_a_day_and_only_one_process_works(night: Night) -> None:
    night.house.fill(ANNA)
    other = RetentionKeeper(
        night.house.database, lambda: night.house.knowledge, night.house.reception.erasing, night.journal, "there", lambda: night.house.now
    )
    night.keeper.look()
    night.house.now = NOW.replace(hour=3) + (night.days.conversation_days + 2) * DAY
    night.keeper.look()
    other.look()
    assert night.ids() == []
