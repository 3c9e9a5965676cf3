"""What residents have erased is gone from every table, on both kinds of database, and stays gone after a backup was restored."""

import asyncio
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, func, select

from bot.casework import Scope
from bot.casework.sharing import least_fields
from bot.conversation import State
from bot.errors import InputError
from bot.knowledge import Knowledge
from bot.reception import Desk, Incoming, Reception
from bot.reception.links import findings_link, resume_code
from bot.store import addresses, audit, cases, consents, conversations, erasing, erasures, links, outbox, screenings, staff, transcripts
from bot.store.database import Database
from bot.store.keys import Keys
from bot.store.schema import metadata
from bot.store.tombstones import Journal
from tests.conftest import NOW
from tests.reception.test_reception import PatternReader

ANNA, BO = "1001", "1002"


class House:
    """The reception with a journal, and a clock to move."""

    def __init__(self, database: Database, knowledge: Knowledge, keys: Keys, journal: Path) -> None:
        self.now: datetime = NOW
        self.database, self.knowledge, self.keys, self.journal = database, knowledge, keys, journal
        self.reception = Reception(database, PatternReader(), lambda: knowledge, keys.hashes, lambda: self.now, journal=journal)
        self.desk = Desk(database, lambda: knowledge, keys.hashes, lambda: self.now)
        self._count = 0

    def say(self, address: str, *texts: str) -> int:
        conversation_id = 0
        for text in texts:
            self._count += 1
            self.now += timedelta(seconds=5)
            incoming = Incoming("telegram", str(self._count), address, "text", text)
            conversation_id = asyncio.run(self.reception.receive(incoming))
        return conversation_id

    def fill(self, address: str) -> int:
        """A talk with consents, facts, a screening with its links, and words not yet sent."""
        conversation_id = self.say(address, "我妈瘫在床上", "看看能申请什么", "同意", "同意", "给我自己", "河东区大直沽街道", "我同意过的")
        with self.database.write() as connection:
            screening_id = screenings.add(connection, conversation_id, {"cars": 0}, {}, self.knowledge.version, self.now)
            findings_link(connection, self.knowledge, conversation_id, screening_id, self.now)
            resume_code(connection, self.keys.hashes, self.knowledge, conversation_id, self.now)
            addresses.add(connection, f"second{address}", conversation_id, self.now)
        return conversation_id

    def rows(self, conversation_id: int) -> dict[str, int]:
        """How many rows of each table belong to a conversation, directly or by its cases."""
        own_cases = select(cases.cases.c.id).where(cases.cases.c.conversation_id == conversation_id)
        found: dict[str, int] = {}
        with self.database.read() as connection:
            for table, column in erasing.referring(conversations.conversations):
                found[table.name] = connection.scalar(select(func.count()).select_from(table).where(column == conversation_id)) or 0
            for table, column in erasing.referring(cases.cases):
                found[table.name] = connection.scalar(select(func.count()).select_from(table).where(column.in_(own_cases))) or 0
        return found

    def lines(self, conversation_id: int) -> list[str]:
        with self.database.read() as connection:
            return [line.text for line in transcripts.lines(connection, conversation_id)]

    def receipts(self) -> list[str]:
        with self.database.read() as connection:
            return list(connection.scalars(select(erasures.erasures.c.receipt)))

    def close_case(self, conversation_id: int) -> None:
        with self.database.write() as connection:
            worker = staff.add(connection, login=f"w{conversation_id}", display_name="小王", password_hash="", roles=["supervisor_city"], districts=[], now=self.now)
            case = cases.current_of(connection, conversation_id)
        assert case is not None
        scope = Scope.of(worker, ["supervisor_city", "supervisor"], [])
        self.desk.talk.claim(scope, case.number)
        self.desk.moves.move(scope, case.number, "closed", outcome="answered", note="已联系")

    def finish(self) -> int:
        return self.reception.erasing.finish(self.database, self.knowledge, self.now)


@pytest.fixture
def house(database: Database, knowledge: Knowledge, keys: Keys, tmp_path: Path) -> Iterator[House]:
    made = House(database, knowledge, keys, tmp_path / "erasures.jsonl")
    yield made
    made.reception.close()


def test_every_table_that_refers_to_a_resident_is_known_to_the_erasure() -> None:
    reached = {"conversations", "cases"} | {table.name for target in (conversations.conversations, cases.cases) for table, _ in erasing.referring(target)}
    personal = {"conversations"}
    while more := {table.name for table in metadata.tables.values() if _refers_to(table) & personal} - personal:
        personal |= more
    assert personal <= reached, "这些表指到居民，删除时却走不到"
    assert {"transcript", "screenings", "consents", "outbox", "inbound", "capability_links", "addresses", "case_events"} <= personal


def _refers_to(table: Table) -> set[str]:
    return {key.column.table.name for key in table.foreign_keys}


def test_all_of_it_goes_and_only_the_receipt_stays(house: House) -> None:
    mine, other = house.fill(ANNA), house.fill(BO)
    before = house.rows(other)
    assert min(house.rows(mine)[name] for name in ("transcript", "screenings", "consents", "capability_links", "outbox")) > 0
    house.now += timedelta(hours=1)
    house.say(ANNA, "把我说的都删掉", "都删掉")
    left = house.rows(mine)
    assert {name for name, count in left.items() if count} <= {"transcript", "outbox", "inbound", "addresses"}
    heard, receipt, hint = house.lines(mine)
    assert heard == "都删掉"
    assert house.receipts()[0] in receipt
    assert "清空" in hint
    with house.database.read() as connection:
        waiting = [row.content["text"] for row in outbox.due(connection, "telegram", house.now) if row.conversation_id == mine]
        state = State.from_json(conversations.get(connection, mine).state)
        assert audit.first_broken(connection) is None
    assert waiting == [receipt]
    assert state == State(turn=state.turn, greeted=True)
    assert house.rows(other) == before


def test_words_after_an_erasure_begin_anew_and_are_kept(house: House) -> None:
    mine = house.fill(ANNA)
    house.say(ANNA, "删除我的信息", "都删掉", "我想问低保")
    assert house.lines(mine)[3] == "我想问低保"
    with house.database.read() as connection:
        row = connection.execute(select(conversations.conversations).where(conversations.conversations.c.id == mine)).one()
    assert row.erased_at is None


def test_links_to_findings_end_with_the_erasure(house: House) -> None:
    mine = house.fill(ANNA)
    with house.database.write() as connection:
        row = screenings.latest(connection, mine)
        assert row is not None
        token = findings_link(connection, house.knowledge, mine, row.id, house.now)
    house.say(ANNA, "删除我的信息", "都删掉")
    with house.database.read() as connection:
        assert links.find(connection, token, house.now) is None


def test_other_devices_no_longer_lead_there_and_the_one_that_asked_reads_the_receipt(house: House) -> None:
    mine = house.fill(ANNA)
    hashes = house.keys.hashes
    with house.database.write() as connection:
        addresses.add(connection, hashes.of("address.telegram", "tablet"), mine, house.now)
    house.say("tablet", "删除我的信息", "都删掉")
    with house.database.read() as connection:
        assert addresses.of(connection, mine) == [hashes.of("address.telegram", "tablet")]
    assert house.receipts()[0] in house.lines(mine)[1]


@pytest.mark.parametrize("colour", ["green", "red"])
def test_an_open_case_waits_until_a_person_closes_it(house: House, colour: str) -> None:
    mine = house.fill(ANNA)
    house.say(ANNA, *(["找真人", "同意", "13800138000"] if colour == "green" else ["我不想活了"]))
    house.say(ANNA, "删除我的信息", "都删掉")
    assert house.rows(mine)["capability_links"] == 0
    with house.database.read() as connection:
        case = cases.current_of(connection, mine)
        assert case is not None
        assert case.colour == colour
        assert "resident_erase" in [event.what for event in cases.events(connection, case.id)]
    assert house.finish() == 0
    house.close_case(mine)
    house.now += timedelta(hours=1)
    assert house.finish() == 1
    assert house.finish() == 0
    assert {name for name, count in house.rows(mine).items() if count} <= {"transcript", "outbox", "inbound", "addresses"}
    (last,) = house.lines(mine)
    assert house.receipts()[0] in last


def test_a_case_that_nobody_closes_goes_after_some_days_unless_it_is_red(house: House) -> None:
    calm, danger = house.say(ANNA, "找真人", "同意"), house.say(BO, "我不想活了")
    house.say(ANNA, "删除我的信息", "都删掉")
    house.say(BO, "删除我的信息", "都删掉")
    house.now += timedelta(days=house.knowledge.retention.erase_wait_days - 1)
    assert house.finish() == 0
    house.now += timedelta(days=2)
    assert house.finish() == 1
    with house.database.read() as connection:
        assert cases.current_of(connection, calm) is None
        assert cases.current_of(connection, danger) is not None


def test_withdrawing_consent_to_be_screened_erases_stored_answers(house: House) -> None:
    mine = house.fill(ANNA)
    conversation = asyncio.run(house.reception.receive(Incoming("telegram", "tap", ANNA, "button", button="1:withdraw:screening")))
    assert conversation == mine
    assert house.rows(mine)["screenings"] == 0
    with house.database.read() as connection:
        assert not consents.in_force(connection, mine, "screening")
        (newest,) = [row for row in consents.history(connection, mine) if row.purpose == "screening" and not row.given]
        assert (newest.channel, newest.version) == ("telegram", house.knowledge.messages.notice_version)


def test_the_audit_and_the_tombstones_name_nobody(house: House) -> None:
    house.fill(ANNA)
    house.say(ANNA, "删除我的信息", "都删掉")
    with house.database.read() as connection:
        rows = [str(row) for row in connection.execute(select(audit.audit.c.actor, audit.audit.c.action, audit.audit.c.object))]
        stones = connection.execute(select(erasures.erasures)).one()
    address_hash = house.keys.hashes.of("address.telegram", ANNA)
    everything = " ".join([*rows, str(stones), house.journal.read_text(encoding="utf-8")])
    assert "resident" in everything and "receipt:SC" in everything
    assert address_hash not in everything
    assert stones.conversation_id is None


def _restored(backup: Path, target: Path, knowledge: Knowledge, keys: Keys, journal: Path) -> House:
    for path in target.parent.glob(f"{target.name}*"):
        path.unlink()
    shutil.copy(backup, target)
    database = Database(f"sqlite:///{target}", keys.cipher)
    database.upgrade()
    return House(database, knowledge, keys, journal)


def _backup(database: Database, to: Path) -> None:
    """As an operator makes one of a running program: SQLite's own copy."""
    import sqlite3

    with sqlite3.connect(str(database.url.database)) as source, sqlite3.connect(to) as target:
        source.backup(target)
    source.close()
    target.close()


def test_a_restored_backup_does_not_bring_back_what_was_erased_after_it(tmp_path: Path, knowledge: Knowledge, keys: Keys) -> None:
    file, journal = tmp_path / "live.sqlite3", tmp_path / "erasures.jsonl"
    database = Database(f"sqlite:///{file}", keys.cipher)
    database.upgrade()
    house = House(database, knowledge, keys, journal)
    house.fill(ANNA)
    stays = house.fill(BO)
    waits = house.say("1003", "我不想活了")
    _backup(database, tmp_path / "backup.sqlite3")
    house.say(ANNA, "删除我的信息", "都删掉")
    house.say("1003", "删除我的信息", "都删掉")
    house.reception.close()
    database.dispose()

    again = _restored(tmp_path / "backup.sqlite3", file, knowledge, keys, journal)
    assert any("瘫在床上" in line for line in again.lines(1)), "备份里本来有"
    days = knowledge.retention.tombstone_days
    assert again.reception.erasing.reapply(again.database, days, lambda: again.now) == 1
    assert again.reception.erasing.reapply(again.database, days, lambda: again.now) == 0
    assert again.reception.find_conversation("telegram", ANNA) is None
    assert any("瘫在床上" in line for line in again.lines(stays))
    with again.database.read() as connection:
        assert [item.conversation_id for item in erasures.pending(connection)] == [waits]
        assert audit.first_broken(connection) is None
    fresh = again.say(ANNA, "我又来了")
    assert again.reception.erasing.reapply(again.database, days, lambda: again.now) == 0
    assert "我又来了" in again.lines(fresh)
    again.reception.close()
    again.database.dispose()


def test_an_erasure_is_in_the_journal_before_it_is_committed(house: House) -> None:
    house.fill(ANNA)
    house.journal.mkdir()
    with pytest.raises(Exception, match="删除记录"):
        house.say(ANNA, "删除我的信息", "都删掉")
    assert house.receipts() == []
    house.journal.rmdir()
    assert asyncio.run(house.reception.resume()) == 1
    (receipt,) = house.receipts()
    assert [stone.receipt for stone in Journal(house.journal).read()] == [receipt]


def test_export_holds_everything_said_and_nothing_of_staff_notes(house: House) -> None:
    from bot.reception.export import gather

    mine = house.fill(ANNA)
    house.say(ANNA, "找真人", "同意", "13800138000")
    with house.database.write() as connection:
        case = cases.current_of(connection, mine)
        assert case is not None
        cases.add_event(connection, case.id, "note", "同事自己记的话", None, house.now)
        export = gather(connection, house.knowledge, mine, house.now)
    whole: list[Any] = [export.text, str(export.data)]
    for text in whole:
        assert "我妈瘫在床上" in text and "13800138000" in text and case.number in text
        assert "同事自己记的话" not in text
    assert {"cases", "screenings", "consents", "lines", "channel"} <= export.data.keys()


def test_a_recipient_gets_the_named_fields_only_after_a_consent_of_its_own(house: House) -> None:
    mine = house.say(ANNA, "找真人", "同意", "13800138000", "下午", "河东区大直沽街道")
    with house.database.write() as connection:
        worker = staff.add(connection, login="w", display_name="小王", password_hash="", roles=["supervisor_city"], districts=[], now=house.now)
        case = cases.current_of(connection, mine)
        assert case is not None
        cases.change(connection, case.id, house.now, details={**case.details, "need": "陪我看病"})
    scope = Scope.of(worker, ["supervisor_city", "supervisor"], [])
    with pytest.raises(InputError, match="还没同意"):
        house.desk.sharing.give(scope, case.number, "hospital")
    with pytest.raises(InputError, match="没有这个接收方"):
        house.desk.sharing.ask(scope, case.number, "neighbours")
    house.desk.sharing.ask(scope, case.number, "hospital")
    with house.database.read() as connection:
        line = transcripts.lines(connection, mine)[-1]
    assert "医院" in line.text
    asyncio.run(house.reception.receive(Incoming("telegram", "tap", ANNA, "button", button=line.buttons[0][1])))
    given = house.desk.sharing.give(scope, case.number, "hospital")
    assert given == {"need": "陪我看病", "when": "下午", "phone": "13800138000"}
    with pytest.raises(InputError, match="还没同意"):
        house.desk.sharing.give(scope, case.number, "volunteers")
    asyncio.run(house.reception.receive(Incoming("telegram", "tap2", ANNA, "button", button="1:withdraw:hospital")))
    with pytest.raises(InputError, match="还没同意"):
        house.desk.sharing.give(scope, case.number, "hospital")


def test_nobody_outside_gets_the_number_of_who_does_not_want_to_be_called() -> None:
    details = {"need": "看病", "phone": "13800138000", "contact": "chat"}
    assert least_fields(("need", "phone", "district"), details, "河东区") == {"need": "看病", "district": "河东区"}
