import re
from collections import Counter
from time import monotonic

from sqlalchemy import func, select

from bot.casework import COLOURS
from bot.knowledge import Knowledge
from bot.reception.demo import fill
from bot.store import cases, outbox, screenings
from bot.store.database import Database
from bot.store.keys import Keys
from tests.conftest import NOW


def test_an_empty_database_gets_three_hundred_cases_marked_as_invented(sqlite: Database, knowledge: Knowledge, keys: Keys) -> None:
    began = monotonic()
    assert fill(sqlite, knowledge, keys.hashes, lambda: NOW) == 300
    assert monotonic() - began < 10

    with sqlite.read() as connection:
        rows = connection.execute(select(cases.cases.c.district, cases.cases.c.status, cases.cases.c.colour, cases.cases.c.demo)).all()
        screened = connection.scalar(select(func.count()).select_from(screenings.screenings)) or 0
        waiting = connection.scalar(select(func.count()).select_from(outbox.outbox))
    assert all(row.demo for row in rows)
    assert {row.colour for row in rows} == set(COLOURS)
    assert {row.district for row in rows} - {None} == set(knowledge.districts)
    assert set(Counter(row.status for row in rows)) == set(knowledge.messages.names["status_staff"])
    assert screened > 50
    assert waiting == 0


def test_a_database_with_cases_is_left_alone(sqlite: Database, knowledge: Knowledge, keys: Keys) -> None:
    fill(sqlite, knowledge, keys.hashes, lambda: NOW)

    assert fill(sqlite, knowledge, keys.hashes, lambda: NOW) == 0
    with sqlite.read() as connection:
        assert connection.scalar(select(func.count()).select_from(cases.cases)) == 300


def test_invented_numbers_reach_nobody(knowledge: Knowledge) -> None:
    numbers = re.findall(r"\d{7,}", knowledge.files["demo.yaml"])
    assert numbers
    assert all(number.startswith("100000001") for number in numbers)
