"""Accounts on a real database, with a clock that tests move and a cheap hasher."""

from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher

from bot.staff import Accounts, Door, Invitations, KnownBrowsers, Passwords, SecondFactor, Sessions
from bot.store import staff
from bot.store.database import Database
from bot.store.keys import Keys
from tests.conftest import NOW

PASSWORD = "correct horse battery"


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def passwords() -> Passwords:
    return Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


@pytest.fixture
def accounts(sqlite: Database, clock: Clock, passwords: Passwords) -> Accounts:
    return Accounts(sqlite, clock, passwords)


@pytest.fixture
def second_factor(sqlite: Database, clock: Clock, keys: Keys) -> SecondFactor:
    return SecondFactor(sqlite, clock, keys.hashes)


@pytest.fixture
def door(sqlite: Database, clock: Clock, passwords: Passwords, second_factor: SecondFactor, keys: Keys) -> Door:
    return Door(sqlite, clock, passwords, second_factor, keys.hashes)


@pytest.fixture
def known(keys: Keys) -> KnownBrowsers:
    return KnownBrowsers(keys.hashes)


@pytest.fixture
def sessions(sqlite: Database, clock: Clock) -> Sessions:
    return Sessions(sqlite, clock)


@pytest.fixture
def invitations(sqlite: Database, accounts: Accounts, clock: Clock) -> Invitations:
    return Invitations(sqlite, accounts, clock)


@pytest.fixture
def wang(sqlite: Database, passwords: Passwords) -> int:
    """An account: hotline in 河东区."""
    with sqlite.write() as connection:
        return staff.add(
            connection, login="wang", display_name="小王", password_hash=passwords.hash(PASSWORD), roles=["hotline"],
            districts=["河东区"], now=NOW,
        )
