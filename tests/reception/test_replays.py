"""A stored screening judged again: the rules of that day give the same to the letter, today's may not."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from bot.casework import Scope
from bot.conversation import Effect, OpenCase, SaveScreening
from bot.knowledge import Knowledge
from bot.reception.carry_out import carry_out
from bot.reception.desk import Desk
from bot.screening import screen
from bot.store import conversations, snapshots
from bot.store.database import Database
from bot.store.keys import Keys
from tests.conftest import NOW

EVERYTHING = Scope.of(1, ["supervisor_city"], [])
FACTS = {"household_size": 2, "age": 71, "basic_needs_unmet": True}


@pytest.fixture
def screened(sqlite: Database, knowledge: Knowledge, keys: Keys) -> Database:
    findings = screen(knowledge, FACTS, NOW.date()).to_json()
    with sqlite.write() as connection:
        snapshots.keep_knowledge(connection, knowledge, NOW)
        talk = conversations.create(connection, "web", "a", "hash", NOW)
        effects: list[Effect] = [SaveScreening(FACTS, findings), OpenCase("JN1", "screening", ("always",), {}, "河东区")]
        carry_out(connection, talk, effects, knowledge, keys.hashes, NOW)
    return sqlite


def desk(database: Database, knowledge: Knowledge, keys: Keys) -> Desk:
    return Desk(database, lambda: knowledge, keys.hashes, lambda: NOW)


def test_the_rules_of_that_day_give_the_same_again(screened: Database, knowledge: Knowledge, keys: Keys) -> None:
    found = desk(screened, knowledge, keys).replays.replay(EVERYTHING, "JN1")
    assert found is not None and found.holds is True
    assert found.now == found.then and found.changed == ()


def test_rules_that_change_later_are_told_apart_from_those_of_that_day(screened: Database, knowledge: Knowledge, keys: Keys) -> None:
    fewer = replace(knowledge, rules={name: rules for name, rules in knowledge.rules.items() if name != "dibao"})
    found = desk(screened, fewer, keys).replays.replay(EVERYTHING, "JN1")
    assert found is not None and found.holds is True
    assert found.now is not None and "dibao" in found.then and "dibao" not in found.now


def test_rules_that_cannot_be_read_any_more_are_not_called_wrong(screened: Database, knowledge: Knowledge, keys: Keys) -> None:
    with screened.write() as connection:
        connection.execute(update(snapshots.snapshots).values(content='{"glossary.yaml":""}'))
    found = desk(screened, knowledge, keys).replays.replay(EVERYTHING, "JN1")
    assert found is not None and found.holds is None


def test_nothing_is_judged_for_whom_the_case_is_not_there(screened: Database, knowledge: Knowledge, keys: Keys) -> None:
    assert desk(screened, knowledge, keys).replays.replay(Scope.of(1, ["hotline"], ["南开区"]), "JN1") is None
    assert desk(screened, knowledge, keys).replays.replay(EVERYTHING, "JN2") is None
