"""Writes every encrypted text anew with the key in force, batch by batch. Stopped at any line it goes on where it was."""

from collections.abc import Callable, Iterator

from sqlalchemy import Column, ColumnElement, Table, Text, and_, func, select, type_coerce, update
from sqlalchemy import column as plain_column
from sqlalchemy import table as plain_table

from bot.store.columns import EncryptedText
from bot.store.database import Database
from bot.store.schema import metadata

AT_ONCE = 500
"""Rows in one transaction: the program beside it never waits long for the writer."""
Report = Callable[[str, int], None]
"""Told the column and how many rows of it were written so far."""


def sealed_columns() -> Iterator[tuple[Table, Column[str]]]:
    """Every encrypted column of the schema."""
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, EncryptedText):
                yield table, column


class Rotation:
    """One database whose cipher already encrypts with the new key."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._cipher = database.cipher

    def run(self, report: Report) -> int:
        """Write anew what another key sealed; returns how many texts.

        Raises:
            CipherError: a text cannot be read; everything before it is done.
            StoreError: the database cannot be reached.
        """
        return sum(self._column(table, column, report) for table, column in sealed_columns())

    def left(self, current: str) -> int:
        """How many texts another key than `current` sealed."""
        total = 0
        with self._database.read() as connection:
            for table, column in sealed_columns():
                total += connection.scalar(select(func.count()).select_from(table).where(_other(type_coerce(column, Text), current))) or 0
        return total

    def _column(self, table: Table, column: Column[str], report: Report) -> int:
        done = 0
        while True:
            count = self._batch(table, column)
            done += count
            if count:
                report(f"{table.name}.{column.name}", done)
            if count < AT_ONCE:
                return done

    def _batch(self, table: Table, column: Column[str]) -> int:
        """Rewrite some rows; a row that somebody changed meanwhile was sealed anew by that."""
        names = [key.name for key in table.primary_key.columns]
        bare = plain_table(table.name, *(plain_column(name) for name in names), plain_column(column.name, Text))
        raw, keys = bare.c[column.name], [bare.c[name] for name in names]
        assert isinstance(column.type, EncryptedText)
        purpose = column.type.purpose
        with self._database.write() as connection:
            query = select(*keys, raw.label("sealed")).where(_other(raw, self._cipher.current)).limit(AT_ONCE)
            rows = connection.execute(query).all()
            for row in rows:
                fresh = self._cipher.encrypt(self._cipher.decrypt(row.sealed, purpose), purpose)
                same = and_(*(key == value for key, value in zip(keys, row[:-1], strict=True)), raw == row.sealed)
                connection.execute(update(bare).where(same).values({column.name: fresh}))
        return len(rows)


def _other(column: ColumnElement[str], current: str) -> ColumnElement[bool]:
    """Whether another key than `current` sealed a text."""
    return and_(column.is_not(None), ~column.startswith(f"{current}.", autoescape=True))
