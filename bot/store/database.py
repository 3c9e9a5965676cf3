"""Opens the database, SQLite or PostgreSQL, and hands out transactions. One code path for both."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, CursorResult, Engine, MetaData, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import StaticPool

from bot.errors import StoreError
from bot.privacy import Cipher

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
BUSY_TIMEOUT_MS = 10_000
UNREACHABLE = (StoreError, OperationalError, InterfaceError, PoolTimeout)
"""What reading and writing raise while the database is away or busy; trying again later is the answer to all of them."""


class Database:
    """One engine with the house's settings.

    SQLite: WAL, synchronous=FULL, busy timeout, every write transaction BEGIN IMMEDIATE under one lock,
    so that writers of this process queue up in order. PostgreSQL: as it comes, with pre-ping.
    """

    def __init__(self, url: str, cipher: Cipher) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._writer = threading.RLock()
        self.cipher = cipher
        self.engine = self._engine(cipher)

    def _engine(self, cipher: Cipher) -> Engine:
        if not self.is_sqlite:
            engine = create_engine(self.url, pool_pre_ping=True, pool_size=10, max_overflow=10)
        elif self.url.database in {None, "", ":memory:"}:
            engine = create_engine(self.url, poolclass=StaticPool, connect_args={"check_same_thread": False})
        else:
            Path(str(self.url.database)).parent.mkdir(parents=True, exist_ok=True)
            engine = create_engine(self.url, connect_args={"check_same_thread": False})
        engine.dialect.jinnuan_cipher = cipher  # type: ignore[attr-defined]
        if self.is_sqlite:
            event.listen(engine, "connect", _sqlite_settings)
            event.listen(engine, "begin", _sqlite_begin)
        return engine

    @property
    def in_memory(self) -> bool:
        """Whether everything is gone when the process ends."""
        return self.is_sqlite and self.url.database in {None, "", ":memory:"}

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One read-write transaction, committed at the end, rolled back on any error.

        Raises:
            StoreError: the database cannot be reached.
        """
        with self._guarded(self.is_sqlite):
            with self.engine.connect().execution_options(jinnuan_write=True) as connection, connection.begin():
                yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One read-only transaction (by convention; nothing is committed).

        Raises:
            StoreError: the database cannot be reached.
        """
        with self._guarded(self.in_memory), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def _guarded(self, exclusive: bool) -> Iterator[None]:
        if exclusive:
            self._writer.acquire()
        try:
            yield
        except DBAPIError as error:
            if error.connection_invalidated or "connect" in str(error.orig).lower() or "locked" in str(error.orig):
                raise StoreError("数据库连不上或正忙。请检查数据库服务是否在运行、磁盘是否已满") from error
            raise
        finally:
            if exclusive:
                self._writer.release()

    def upgrade(self) -> None:
        """Bring the tables to this program's version.

        Raises:
            StoreError: the database was made by a newer program.
        """
        config = migration_config()
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        with self._migrating() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
            if current is not None and current not in known:
                raise StoreError("数据库是更新版本的程序建的,这个旧程序不能打开它。请换用新程序,或恢复旧的数据库备份")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def downgrade(self, revision: str) -> None:
        """Take the tables back to `revision` (`base` removes them)."""
        config = migration_config()
        with self._migrating() as connection:
            config.attributes["connection"] = connection
            command.downgrade(config, revision)

    @contextmanager
    def _migrating(self) -> Iterator[Connection]:
        """A write transaction in which SQLite may rebuild tables that others refer to; their references are checked at its end.

        Raises:
            StoreError: the database cannot be reached, or a row refers to one that is gone.
        """
        with self._guarded(self.is_sqlite), self.engine.connect().execution_options(jinnuan_write=True) as connection:
            if self.is_sqlite:  # has no effect inside a transaction, hence before it begins
                self._pragma(connection, "foreign_keys=OFF")
            try:
                with connection.begin():
                    yield connection
                    if self.is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                        raise StoreError("数据库里有一行指着已经没有的另一行,没有改动。请先恢复备份,再换程序版本")
            finally:
                if self.is_sqlite:
                    self._pragma(connection, "foreign_keys=ON")

    @staticmethod
    def _pragma(connection: Connection, setting: str) -> None:
        driver = connection.connection.driver_connection
        assert driver is not None  # a connection that was checked out has one
        driver.execute(f"PRAGMA {setting}")

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


def new_id(result: CursorResult[Any]) -> int:
    """The id that an insert gave its row."""
    assert result.inserted_primary_key is not None
    return int(result.inserted_primary_key[0])


def migration_config() -> Config:
    """Alembic's configuration; the connection comes in through its attributes."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _sqlite_settings(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's `begin` event below opens transactions itself
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", f"busy_timeout={BUSY_TIMEOUT_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("jinnuan_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
