"""Who sees which case, asked of both kinds of database."""

import pytest

from bot.casework import Scope
from bot.store import cases, conversations, queue, staff, units
from bot.store.database import Database
from bot.store.queue import QueueFilter
from tests.conftest import NOW

CASES = {"OWN": "河东区", "OTHER": "南开区", "NOWHERE": None, "CHILD": "河东区", "UNIT": "河东区", "CHILD_HELD": "河东区"}


@pytest.fixture
def filled(database: Database) -> Database:
    """One case of each kind; person 1 holds CHILD_HELD, unit 1 has UNIT."""
    with database.write() as connection:
        unit = units.add(connection, "救助科")
        holder = staff.add(connection, login="wang", display_name="小王", password_hash="x", roles=["hotline"], districts=["河东区"], now=NOW)
        for number, district in CASES.items():
            conversation_id = conversations.create(connection, "web", number, f"hash {number}", NOW)
            case_id = cases.open_case(
                connection, number=number, conversation_id=conversation_id, screening_id=None, kind="asked", colour="yellow", reason="急",
                signals=["s"], district=district, programmes=["dibao"], details={"need": "x"}, phone_hash=None, now=NOW,
                child_harm=number.startswith("CHILD"),
            )
            if number == "CHILD_HELD":
                cases.change(connection, case_id, NOW, claimed_by=holder, status="claimed")
            if number == "UNIT":
                cases.change(connection, case_id, NOW, unit_id=unit)
    return database


@pytest.mark.parametrize(("scope", "reads", "lists"), [
    (Scope.of(1, ["hotline"], ["河东区"]), {"OWN", "CHILD_HELD"}, {"OWN", "CHILD", "CHILD_HELD"}),
    (Scope.of(2, ["hotline"], ["河东区"]), {"OWN"}, {"OWN", "CHILD", "CHILD_HELD"}),
    (Scope.of(2, ["hotline"], ["河东区"], opened=[4]), {"OWN", "CHILD"}, {"OWN", "CHILD", "CHILD_HELD"}),
    (Scope.of(2, ["hotline"], ["南开区"], unit=1), {"OTHER", "UNIT"}, {"OTHER", "UNIT"}),
    (Scope.of(2, ["hotline"], []), {"NOWHERE"}, {"NOWHERE"}),
    (Scope.of(2, ["child_protection"], ["河东区"]), {"OWN", "CHILD", "CHILD_HELD"}, {"OWN", "CHILD", "CHILD_HELD"}),
    (Scope.of(2, ["supervisor"], ["河东区"]), {"OWN", "CHILD", "CHILD_HELD", "UNIT"}, {"OWN", "CHILD", "CHILD_HELD", "UNIT"}),
    (Scope.of(2, ["auditor"], []), {"OWN", "OTHER", "NOWHERE", "UNIT"}, set(CASES)),
    (Scope.of(2, ["supervisor_city"], []), set(CASES), set(CASES)),
    (Scope.of(2, ["policy_editor"], ["河东区"], unit=1), set(), set()),
    (Scope.of(2, [], []), set(), set()),
    (Scope.of(2, ["no_such_role"], ["河东区"]), set(), set()),
], ids=[
    "holder", "hotline", "reason given", "unit", "city desk", "child protection", "supervisor", "auditor", "city supervisor", "policy", "no role", "unknown role",
])
def test_queries_keep_to_district_unit_role_and_seal(filled: Database, scope: Scope, reads: set[str], lists: set[str]) -> None:
    with filled.read() as connection:
        assert {number for number in CASES if cases.by_number(connection, scope, number)} == reads
        assert {number for number in CASES if cases.lock_by_number(connection, scope, number)} == reads
        rows = queue.page(connection, scope, QueueFilter(), NOW).rows
        assert {row.number for row in rows} == lists
        assert queue.size(connection, scope, QueueFilter(), NOW) == len(lists)
        assert sum(queue.counts(connection, scope, NOW).values()) == len(lists)
        assert {row.number for row in rows if row.sealed} == lists - reads
        assert all((row.details, row.programmes, row.signals, row.reason) == ({}, [], [], "") for row in rows if row.sealed)
        assert {number for number in CASES if cases.sealed_by_number(connection, scope, number)} == lists - reads
