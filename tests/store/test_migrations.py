"""Up and down with rows in every table, on both kinds of database."""

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, Boolean, Column, Float, Integer, Table, func, select, text

from bot.store.columns import EncryptedJson, Instant
from bot.store.database import Database, migration_config
from bot.store.schema import metadata
from tests.conftest import NOW

REVISIONS = [script.revision for script in ScriptDirectory.from_config(migration_config()).walk_revisions()]


def _value(column: Column[Any]) -> Any:
    if column.foreign_keys:
        target = next(iter(column.foreign_keys)).column
        return 1 if isinstance(target.type, Integer) else "x"
    if isinstance(column.type, EncryptedJson | JSON):
        return {}
    if isinstance(column.type, Instant):
        return NOW
    if isinstance(column.type, Boolean):
        return False
    return 1 if isinstance(column.type, Integer | Float) else "x"


def _fill(database: Database) -> None:
    """One row in every table, each referring to the first row of the tables it refers to."""
    with database.write() as connection:
        connection.execute(text("PRAGMA defer_foreign_keys=ON") if database.is_sqlite else text("SELECT 1"))
        for table in metadata.sorted_tables:
            row = {column.name: _value(column) for column in table.columns if not column.nullable and not (column.primary_key and column.name == "id")}
            row |= {column.name: _value(column) for column in table.columns if isinstance(column.type, Instant)}
            connection.execute(table.insert().values(**row))


def _rows(database: Database, table: Table) -> int:
    with database.read() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def test_the_migrations_make_just_the_tables_that_the_program_names(sqlite: Database) -> None:
    with sqlite.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts={"compare_type": False}), metadata) == []


@pytest.mark.parametrize("revision", REVISIONS[1:])
def test_going_down_and_up_again_keeps_what_the_older_tables_hold(database: Database, revision: str) -> None:
    _fill(database)
    database.downgrade(revision)
    database.upgrade()
    kept = [table.name for table in metadata.sorted_tables if _rows(database, table)]
    assert {"conversations", "transcript", "staff", "cases", "case_events", "audit"} <= set(kept)


def test_a_filled_database_goes_down_to_nothing_and_up_again(database: Database) -> None:
    _fill(database)
    database.downgrade("base")
    database.upgrade()
    assert all(_rows(database, table) == 0 for table in metadata.sorted_tables)
