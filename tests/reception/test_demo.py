import re

from sqlalchemy import func, select

from bot.casework import COLOURS, Scope
from bot.knowledge import Knowledge
from bot.reception.demo import fill
from bot.store import cases, screenings
from bot.store.cases import QueueFilter
from bot.store.database import Database
from bot.store.keys import Keys
from tests.conftest import NOW

EVERYTHING = Scope(0, frozenset({"auditor"}), None)


def test_an_empty_database_gets_a_dozen_cases_marked_as_invented(sqlite: Database, knowledge: Knowledge, keys: Keys) -> None:
    assert fill(sqlite, knowledge, keys.hashes, lambda: NOW) == 12

    with sqlite.read() as connection:
        found = cases.queue(connection, EVERYTHING, QueueFilter())
        screened = connection.scalar(select(func.count()).select_from(screenings.screenings))
    assert len(found) == 12
    assert all(case.demo for case in found)
    assert {case.colour for case in found} == set(COLOURS)
    assert screened == 4
    assert any(case.programmes for case in found)


def test_a_database_with_cases_is_left_alone(sqlite: Database, knowledge: Knowledge, keys: Keys) -> None:
    fill(sqlite, knowledge, keys.hashes, lambda: NOW)

    assert fill(sqlite, knowledge, keys.hashes, lambda: NOW) == 0
    with sqlite.read() as connection:
        assert cases.queue_size(connection, EVERYTHING, QueueFilter(status="all")) == 12


def test_invented_numbers_reach_nobody(knowledge: Knowledge) -> None:
    numbers = re.findall(r"\d{7,}", knowledge.files["demo.yaml"])
    assert numbers
    assert all(number.startswith("100000001") for number in numbers)
