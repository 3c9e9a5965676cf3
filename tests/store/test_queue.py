"""The queue page by page, on both kinds of database: nothing twice, nothing left out, nothing beyond the scope."""

from datetime import timedelta
from itertools import product

import pytest

from bot.casework import COLOURS, Scope
from bot.store import cases, conversations, queue, staff, tags, transfers, units
from bot.store.database import Database
from bot.store.queue import QueueFilter
from tests.conftest import NOW

DISTRICTS = ("河东区", "南开区", None)
CITY = Scope.of(3, ["supervisor_city"], [])
HEDONG = Scope.of(9, ["hotline"], ["河东区"])
BOTH = Scope.of(2, ["hotline"], ["河东区", "南开区"], unit=1)


@pytest.fixture
def filled(database: Database) -> Database:
    """Forty-eight cases: every colour in every district, some waiting since different moments, some answered."""
    with database.write() as connection:
        units.add(connection, "救助科")
        for login in ("wang", "li", "head"):
            staff.add(connection, login=login, display_name=login, password_hash="x", roles=["hotline"], districts=[], now=NOW)
        talk = conversations.create(connection, "web", "a", "hash", NOW)
        for index, (colour, district, turn) in enumerate(product(COLOURS, DISTRICTS, range(4))):
            made = cases.open_case(
                connection, number=f"JN2611-{index:06d}", conversation_id=talk, screening_id=None, kind="asked", colour=colour,
                reason="", signals=[], district=district, programmes=["dibao"] if turn == 1 else [], details={}, phone_hash=None,
                now=NOW + timedelta(minutes=(index * 7) % 48),
            )
            if turn == 3:
                cases.change(connection, made, NOW, waiting_since=None, claimed_by=1, status="in_progress")
            if turn == 2 and district == "南开区":
                cases.change(connection, made, NOW, unit_id=1)
            if turn == 0:
                cases.change(connection, made, NOW, due_at=NOW + timedelta(minutes=index))
    return database


@pytest.mark.parametrize("scope", [CITY, HEDONG, BOTH, Scope.of(2, ["hotline"], [])], ids=["city", "one district", "two and a unit", "city desk"])
def test_pages_forwards_and_backwards_hold_every_case_once_in_order(filled: Database, scope: Scope) -> None:
    with filled.read() as connection:
        whole = queue.page(connection, scope, QueueFilter(), NOW, 500)
        forwards, keys = [], [""]
        while True:
            found = queue.page(connection, scope, QueueFilter(), NOW, 5, after=keys[-1])
            forwards += found.rows
            if not found.after:
                break
            keys.append(found.after)
        assert [row.id for row in forwards] == [row.id for row in whole.rows]
        assert [queue.place_of(row) for row in forwards] == sorted(queue.place_of(row) for row in forwards)
        assert len(forwards) == queue.size(connection, scope, QueueFilter(), NOW)
        last = queue.page(connection, scope, QueueFilter(), NOW, 5, after=keys[-1])
        if len(keys) > 1:
            back = queue.page(connection, scope, QueueFilter(), NOW, 5, before=last.before)
            assert [row.id for row in back.rows] == [row.id for row in queue.page(connection, scope, QueueFilter(), NOW, 5, after=keys[-2]).rows]
        assert queue.page(connection, scope, QueueFilter(), NOW, 5).before == ""


def test_a_page_is_what_the_scope_lists_and_nothing_else(filled: Database) -> None:
    with filled.read() as connection:
        seen = {row.district for row in queue.page(connection, HEDONG, QueueFilter(), NOW, 500).rows}
        danger = [row for row in queue.page(connection, HEDONG, QueueFilter(), NOW, 500).rows if row.district is None]
        elsewhere = queue.page(connection, HEDONG, QueueFilter(district="南开区"), NOW, 500).rows
        nobody = queue.page(connection, Scope.of(2, ["policy_editor"], []), QueueFilter(), NOW, 500).rows
    assert seen == {"河东区", None}
    assert {row.colour for row in danger} == {"red"}
    assert elsewhere == [] and nobody == []


@pytest.mark.parametrize(("wanted", "number"), [
    (QueueFilter(colour="red"), 12), (QueueFilter(mine=True), 0), (QueueFilter(holder=1), 12), (QueueFilter(unclaimed=True), 36),
    (QueueFilter(programme="dibao"), 12), (QueueFilter(programme="diba%"), 0), (QueueFilter(status="in_progress"), 12), (QueueFilter(status="closed"), 0),
    (QueueFilter(status="all"), 48), (QueueFilter(district="河东区"), 16), (QueueFilter(number="jn2611-00004"), 8),
    (QueueFilter(tag="急"), 1), (QueueFilter(ticket="12345-1"), 1), (QueueFilter(overdue=True), 3), (QueueFilter(unverified=True), 12),
])
def test_each_filter_leaves_what_it_says(filled: Database, wanted: QueueFilter, number: int) -> None:
    later = NOW + timedelta(minutes=9)
    with filled.write() as connection:
        tags.add(connection, 1, "急")
        cases.change(connection, 2, NOW, ticket="12345-1")
    with filled.read() as connection:
        assert len(queue.page(connection, CITY, wanted, later, 500).rows) == number
        assert queue.size(connection, CITY, wanted, later) == number


@pytest.mark.parametrize("key", ["", "x", "9.1.1", "0.999999999999999999.9999999999", "1.2", "0.-1.1", "' or 1=1"])
def test_a_key_that_is_none_does_no_harm(filled: Database, key: str) -> None:
    with filled.read() as connection:
        for found in (queue.page(connection, CITY, QueueFilter(), NOW, 5, after=key), queue.page(connection, CITY, QueueFilter(), NOW, 5, before=key)):
            assert len(found.rows) in {0, 5}


def test_counting_stops_where_it_is_told(filled: Database) -> None:
    with filled.read() as connection:
        assert queue.size(connection, CITY, QueueFilter(), NOW, most=10) == 10
        assert queue.counts(connection, CITY, NOW) == dict.fromkeys(COLOURS, 12)


def test_the_next_case_is_the_most_urgent_that_nobody_holds(filled: Database) -> None:
    with filled.read() as connection:
        found = queue.next_for(connection, HEDONG, NOW)
        first = queue.page(connection, HEDONG, QueueFilter(status="new"), NOW, 1).rows[0]
    assert found is not None and found.id == first.id


def test_load_counts_what_people_have_in_hand(filled: Database) -> None:
    with filled.read() as connection:
        assert [(item.name, item.open, item.waiting) for item in queue.load(connection, CITY, NOW)] == [("wang", 12, 0)]
        assert [item.open for item in queue.load(connection, HEDONG, NOW)] == [5]


def test_late_answers_stand_on_top_by_how_late_they_are(filled: Database) -> None:
    with filled.write() as connection:
        for case_id, minutes in ((1, 9), (5, 3), (9, 6)):
            cases.change(connection, case_id, NOW, due_at=NOW + timedelta(minutes=minutes), breached_at=NOW)
    with filled.read() as connection:
        assert [row.id for row in queue.breached(connection, CITY)] == [5, 9, 1]
        assert [row.id for row in queue.breached(connection, HEDONG)] == [9, 1]


def test_false_reds_of_a_shift_are_counted(filled: Database) -> None:
    with filled.write() as connection:
        cases.change(connection, 1, NOW, verified_at=NOW)
        cases.change(connection, 2, NOW, colour="green", verified_at=NOW)
        cases.change(connection, 3, NOW, colour="orange")
    with filled.read() as connection:
        assert queue.false_reds(connection, CITY, NOW, NOW + timedelta(hours=1)) == queue.FalseReds(12, 1, 2, 9)
        assert queue.false_reds(connection, CITY, NOW - timedelta(hours=1), NOW) == queue.FalseReds(0, 0, 0, 0)


def test_a_place_in_line_counts_those_who_wait_in_front_in_the_same_district(filled: Database) -> None:
    with filled.read() as connection:
        waiting = [row for row in queue.page(connection, CITY, QueueFilter(district="河东区"), NOW, 500).rows if row.waiting_since]
        assert [queue.ahead(connection, "河东区", queue.place_of(row)) for row in waiting] == list(range(12))


def test_who_is_asked_to_take_a_case_over_reads_it_but_does_not_work_on_it(filled: Database) -> None:
    with filled.write() as connection:
        request = transfers.ask(connection, 5, "河东区", "户口在河东", 2, NOW)
    with filled.write() as connection:
        given = cases.get(connection, 5)
        assert given.district == "南开区"
        assert [(row.id, asked.note) for row, asked in queue.offered(connection, HEDONG, NOW)] == [(5, "户口在河东")]
        assert cases.by_number(connection, HEDONG, given.number) is not None
        assert cases.lock_offered(connection, HEDONG, given.number) is not None
        assert cases.lock_by_number(connection, HEDONG, given.number) is None
        assert 5 in {row.id for row in queue.page(connection, HEDONG, QueueFilter(), NOW, 500).rows}
        transfers.answer(connection, request, "refused", 1, "材料不全", NOW)
        assert cases.by_number(connection, HEDONG, given.number) is None
