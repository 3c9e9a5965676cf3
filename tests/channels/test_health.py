"""Health and figures: honest about the database, closed to strangers, and without a word of anybody."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from bot.channels.web import routes
from bot.knowledge import Knowledge
from bot.reception import Incoming, Reception
from bot.store.database import Database
from bot.store.keys import Keys
from bot.web.csrf import Csrf
from bot.web.live import Live
from bot.web.security import Security
from bot.web.templating import environment
from tests.conftest import NOW
from tests.reception.test_reception import PatternReader
from tests.web.conftest import TestClient


def client(database: Database, knowledge: Knowledge, keys: Keys, reception: Reception, token: str = "", host: str = "127.0.0.1") -> Any:
    pages = routes(
        reception=reception, database=database, knowledge=lambda: knowledge, live=Live(database), templates=environment("bot.channels"),
        clock=lambda: NOW, csrf=Csrf(keys.form_secret), secure=False, site="http://testserver", nlu=lambda: "away", metrics_token=token,
    )
    return TestClient(Security(Starlette(routes=pages), secure=False), client=(host, 5000))


@pytest.fixture
def reception(sqlite: Database, knowledge: Knowledge, keys: Keys) -> Iterator[Reception]:
    made = Reception(sqlite, PatternReader(), lambda: knowledge, keys.hashes, lambda: NOW)
    yield made
    made.close()


def test_ready_tells_of_the_model_and_does_not_depend_on_it(sqlite: Database, knowledge: Knowledge, keys: Keys, reception: Reception) -> None:
    answer = client(sqlite, knowledge, keys, reception).get("/health/ready")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ready", "database": "reachable", "knowledge": knowledge.version, "nlu": "away"}


def test_without_a_database_it_lives_but_is_not_ready(knowledge: Knowledge, keys: Keys, reception: Reception, tmp_path: Path) -> None:
    gone = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing", keys.cipher)
    browser = client(gone, knowledge, keys, reception)
    assert browser.get("/health/live").status_code == 200
    assert browser.get("/health/ready").status_code == 503
    assert "jinnuan_database_up 0.0" in browser.get("/metrics").text


def test_figures_name_no_words(sqlite: Database, knowledge: Knowledge, keys: Keys, reception: Reception) -> None:
    asyncio.run(reception.receive(Incoming("web", "1", "a", "text", "我不想活了")))
    figures = client(sqlite, knowledge, keys, reception).get("/metrics").text
    for series in (
        'jinnuan_messages_in_total{channel="web"} 1.0', 'jinnuan_crises_total{label="crisis.self_harm"} 1.0',
        'jinnuan_readings_total{source="pattern"} 1.0', "jinnuan_turn_seconds_count 1.0", "jinnuan_outbox_waiting 0.0",
        "jinnuan_outbox_oldest_seconds 0.0", "jinnuan_outbox_dead 0.0", "jinnuan_nlu_up 0.0", "jinnuan_database_up 1.0",
        "jinnuan_inbound_set_aside 0.0", "jinnuan_channels_off 0.0",
    ):
        assert series in figures
    assert "不想活" not in figures


def test_figures_are_for_this_machine_or_for_the_bearer(sqlite: Database, knowledge: Knowledge, keys: Keys, reception: Reception) -> None:
    near = client(sqlite, knowledge, keys, reception)
    assert near.get("/metrics").status_code == 200
    assert near.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404
    assert client(sqlite, knowledge, keys, reception, host="203.0.113.5").get("/metrics").status_code == 404
    closed = client(sqlite, knowledge, keys, reception, token="let me in")
    assert closed.get("/metrics").status_code == 404
    assert closed.get("/metrics", headers={"Authorization": "Bearer let me in"}).status_code == 200
    assert closed.get("/metrics", headers={"Authorization": "Bearer é".encode()}).status_code == 404


def test_every_answer_carries_a_number_of_its_request(sqlite: Database, knowledge: Knowledge, keys: Keys, reception: Reception) -> None:
    browser = client(sqlite, knowledge, keys, reception)
    numbers = {browser.get("/health/live").headers["x-request-id"] for _ in range(3)}
    assert len(numbers) == 3
