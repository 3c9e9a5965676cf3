"""Waiting for changes."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from bot.store import changes
from bot.store.database import Database
from bot.web.live import Live

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def _note(database: Database, kind: str, reference: int) -> None:
    with database.write() as connection:
        changes.note(connection, kind, reference, NOW)


def _running(database: Database, talk: Callable[[Live], Awaitable[None]]) -> None:
    async def run() -> None:
        live = Live(database, poll_seconds=0.02, gap_seconds=0.3)
        task = asyncio.create_task(live.run())
        await asyncio.sleep(0.1)
        try:
            await asyncio.wait_for(talk(live), 10)
        finally:
            live.close()
            await task

    asyncio.run(run())


def test_a_waiter_is_woken_by_what_concerns_it_only(sqlite: Database) -> None:
    async def talk(live: Live) -> None:
        start = live.number
        waiting = asyncio.create_task(live.wait(start, 5, "conversation", 7))
        await asyncio.to_thread(_note, sqlite, "conversation", 8)
        await asyncio.to_thread(_note, sqlite, "case", 7)
        await asyncio.sleep(0.1)
        assert not waiting.done()
        await asyncio.to_thread(_note, sqlite, "conversation", 7)
        assert await waiting == start + 3
        assert live.changes_since(start + 1) == [(start + 2, "case", 7), (start + 3, "conversation", 7)]

    _running(sqlite, talk)


def test_what_happened_before_the_wait_is_not_missed(sqlite: Database) -> None:
    async def talk(live: Live) -> None:
        start = live.number
        await asyncio.to_thread(_note, sqlite, "case", 1)
        await asyncio.sleep(0.1)
        assert await live.wait(start, 0, "case", 1) == start + 1

    _running(sqlite, talk)


def test_waiting_ends_after_its_time(sqlite: Database) -> None:
    async def talk(live: Live) -> None:
        assert await live.wait(live.number, 0.05) == live.number

    _running(sqlite, talk)


def test_the_end_of_the_program_lets_everybody_go(sqlite: Database) -> None:
    async def talk(live: Live) -> None:
        waiting = asyncio.create_task(live.wait(live.number, 60))
        await asyncio.sleep(0.05)
        live.close()
        await waiting
        assert live.closed

    _running(sqlite, talk)


def test_pages_open_since_before_a_restart_hear_what_they_missed(sqlite: Database) -> None:
    for reference in range(1, 4):
        _note(sqlite, "case", reference)

    async def talk(live: Live) -> None:
        assert await live.wait(1, 0, "case", 3) == 3
        assert [change[0] for change in live.changes_since(1)] == [2, 3]

    _running(sqlite, talk)


def test_a_database_that_comes_back_is_heard_again(sqlite: Database) -> None:
    with sqlite.write() as connection:
        connection.execute(text("ALTER TABLE changes RENAME TO away"))

    async def talk(live: Live) -> None:
        with sqlite.write() as connection:
            connection.execute(text("ALTER TABLE away RENAME TO changes"))
        await asyncio.sleep(0.3)
        start = live.number
        await asyncio.to_thread(_note, sqlite, "case", 1)
        assert await live.wait(start, 5) == start + 1

    _running(sqlite, talk)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_smaller_number_committed_later_is_not_lost(database: Database) -> None:
    async def talk(live: Live) -> None:
        start = live.number
        with database.engine.connect() as slow:
            changes.note(slow, "conversation", 1, NOW)
            await asyncio.to_thread(_note, database, "conversation", 2)
            await asyncio.sleep(0.1)
            assert live.number == start
            slow.commit()
        await live.wait(start, 5)
        await asyncio.sleep(0.1)
        assert [change[2] for change in live.changes_since(start)] == [1, 2]
        with database.engine.connect() as lost:
            changes.note(lost, "conversation", 3, NOW)
            lost.rollback()
        await asyncio.to_thread(_note, database, "conversation", 4)
        await live.wait(start + 2, 5, "conversation", 4)
        assert live.changes_since(start + 2)[-1][2] == 4

    _running(database, talk)
