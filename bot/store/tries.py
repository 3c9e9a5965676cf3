"""Wrong tries at a secret, by whoever tries: after a few the door stays shut until an hour has passed without one."""

from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, Integer, String, Table, case, delete, select, update
from sqlalchemy.exc import IntegrityError

from bot.store.columns import Instant
from bot.store.database import metadata

MOST = 5
"""Wrong tries."""
REST = timedelta(hours=1)
"""Without a try, after which all are forgotten; so there are never more than `MOST` in any hour."""

tries = Table(
    "tries",
    metadata,
    Column("who_hash", String(64), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
)


def take(connection: Connection, who_hash: str, now: datetime) -> bool:
    """Count one try of somebody before it is made; False when they have none left.

    The row stays locked until the transaction ends, so that tries made at the same moment are counted one by one.
    """
    mine = tries.c.who_hash == who_hash
    rested = tries.c.last_at <= now - REST
    counted = case((rested, 1), else_=tries.c.count + 1)
    may = update(tries).where(mine, rested | (tries.c.count < MOST)).values(count=counted, last_at=now)
    if connection.execute(may).rowcount:
        return True
    if connection.scalar(select(tries.c.who_hash).where(mine)) is not None:
        return False
    try:
        with connection.begin_nested():
            connection.execute(tries.insert().values(who_hash=who_hash, count=1, last_at=now))
    except IntegrityError:  # the first two tries came at the same moment
        return connection.execute(may).rowcount == 1
    return True


def give_back(connection: Connection, who_hash: str) -> None:
    """The try was right after all: it does not count."""
    connection.execute(update(tries).where(tries.c.who_hash == who_hash, tries.c.count > 0).values(count=tries.c.count - 1))


def purge(connection: Connection, now: datetime) -> int:
    """Remove what is forgotten anyway; returns how many rows."""
    return connection.execute(delete(tries).where(tries.c.last_at <= now - REST)).rowcount
