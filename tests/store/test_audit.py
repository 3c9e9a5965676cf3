"""The audit log on both kinds of database: append-only, chained, searchable."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.store import audit
from bot.store.audit import AuditFilter, AuditRow
from bot.store.database import Database
from tests.conftest import NOW


def _look(database: Database, number: int, actor: str = "staff:1") -> None:
    with database.write() as connection:
        audit.append(connection, actor=actor, action="looked", thing=f"case:{number}", now=NOW + timedelta(minutes=number))


def _without_guard(database: Database) -> None:
    """What somebody with every right in the database can do."""
    with database.write() as connection:
        if database.is_sqlite:
            connection.execute(text("DROP TRIGGER audit_is_not_changed"))
            connection.execute(text("DROP TRIGGER audit_is_not_deleted"))
        else:
            connection.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))


def _guarded_again(database: Database) -> None:
    with database.write() as connection:
        if database.is_sqlite:  # so that the tables can be taken down again
            connection.execute(text("CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN SELECT 1; END"))
            connection.execute(text("CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit BEGIN SELECT 1; END"))


@pytest.mark.parametrize("statement", [
    "UPDATE audit SET actor = 'staff:2'", "DELETE FROM audit", "DELETE FROM audit WHERE id = 1", "UPDATE audit SET at = at WHERE id = 1",
])
def test_the_database_refuses_to_change_or_delete_a_row(database: Database, statement: str) -> None:
    _look(database, 1)
    with pytest.raises(DBAPIError, match="append-only"), database.write() as connection:
        connection.execute(text(statement))
    with database.read() as connection:
        assert audit.size(connection, AuditFilter()) == 1


def test_postgresql_refuses_to_empty_the_log(database: Database) -> None:
    _look(database, 1)
    if not database.is_sqlite:
        with pytest.raises(DBAPIError, match="append-only"), database.write() as connection:
            connection.execute(text("TRUNCATE audit"))


@pytest.mark.parametrize(("statement", "broken"), [
    ("UPDATE audit SET actor = 'staff:2' WHERE id = 2", 2), ("UPDATE audit SET action = 'nothing' WHERE id = 1", 1),
    ("DELETE FROM audit WHERE id = 2", 3), ("DELETE FROM audit WHERE id = 1", 2),
])
def test_the_first_row_that_does_not_fit_is_named(database: Database, statement: str, broken: int) -> None:
    for number in range(4):
        _look(database, number)
    with database.read() as connection:
        assert audit.first_broken(connection) is None
    _without_guard(database)
    with database.write() as connection:
        connection.execute(text(statement))
    with database.read() as connection:
        assert audit.first_broken(connection) == broken
    _guarded_again(database)


def test_a_cut_off_end_is_shown_by_a_head_that_was_noted(database: Database) -> None:
    for number in range(4):
        _look(database, number)
    with database.read() as connection:
        rows, noted = audit.head(connection)
        assert rows == 4
        assert audit.holds(connection, noted)
    _without_guard(database)
    with database.write() as connection:
        connection.execute(text("DELETE FROM audit WHERE id = 4"))
    with database.read() as connection:
        assert audit.first_broken(connection) is None
        assert not audit.holds(connection, noted)
    _guarded_again(database)


def test_rows_written_at_the_same_moment_make_one_chain(database: Database) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: _look(database, number), range(64)))

    with database.read() as connection:
        assert audit.size(connection, AuditFilter()) == 64
        assert audit.first_broken(connection) is None


def test_a_moment_of_another_zone_makes_the_same_chain(database: Database) -> None:
    with database.write() as connection:
        tianjin = NOW.astimezone(timezone(timedelta(hours=8)))
        audit.append(connection, actor="staff:1", action="looked", thing="case:1", now=tianjin)
    with database.read() as connection:
        assert audit.first_broken(connection) is None


def test_rows_are_found_by_who_what_and_when(database: Database) -> None:
    for number, actor in enumerate(("staff:1", "staff:2", "staff:1")):
        _look(database, number, actor)

    def found(**wanted: object) -> list[int]:
        with database.read() as connection:
            rows = audit.entries(connection, AuditFilter(**wanted), 10)  # type: ignore[arg-type]
            assert audit.size(connection, AuditFilter(**wanted)) == len(rows)  # type: ignore[arg-type]
        return [row.id for row in rows]

    assert found() == [3, 2, 1]
    assert found(actor="staff:1") == [3, 1]
    assert found(action="claimed") == []
    assert found(thing="case:1") == [2]
    assert found(thing="case%") == []
    assert found(since=NOW + timedelta(minutes=1), before=NOW + timedelta(minutes=2)) == [2]


def test_what_was_in_force_already_is_not_noted_again(database: Database) -> None:
    with database.write() as connection:
        given = {"actor": "program", "action": "policies_in_force", "now": NOW}
        assert audit.append_if_changed(connection, thing="policies:1", **given)  # type: ignore[arg-type]
        assert not audit.append_if_changed(connection, thing="policies:1", **given)  # type: ignore[arg-type]
        assert audit.append_if_changed(connection, thing="policies:2", **given)  # type: ignore[arg-type]
        assert audit.append_if_changed(connection, thing="policies:1", **given)  # type: ignore[arg-type]


def test_no_cell_of_an_export_begins_a_formula() -> None:
    made = audit.as_csv([AuditRow(1, NOW, "=1+1", "looked", "@case")])
    assert "\'=1+1" in made
    assert ",'@case" in made
