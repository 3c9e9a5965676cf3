"""Leases: of several processes only one polls Telegram, sends for a channel or keeps the clock."""

from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, String, Table, delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from bot.store.columns import Instant
from bot.store.database import metadata

LEASE_SECONDS = 10

leases = Table(
    "leases",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("until", Instant, nullable=False),
)


def take(connection: Connection, name: str, holder: str, now: datetime) -> bool:
    """Take or renew a lease of ten seconds; False while another process holds it."""
    until = now + timedelta(seconds=LEASE_SECONDS)
    free = or_(leases.c.holder == holder, leases.c.until < now)
    if connection.execute(update(leases).where(leases.c.name == name, free).values(holder=holder, until=until)).rowcount:
        return True
    if connection.scalar(select(leases.c.name).where(leases.c.name == name)) is not None:
        return False
    try:
        with connection.begin_nested():
            connection.execute(leases.insert().values(name=name, holder=holder, until=until))
    except IntegrityError:
        return False
    return True


def holder_of(connection: Connection, name: str) -> str | None:
    """Who holds a lease, or held it last; None when nobody does."""
    return connection.scalar(select(leases.c.holder).where(leases.c.name == name))


def release(connection: Connection, holder: str) -> None:
    """Give back everything `holder` holds (at an orderly stop)."""
    connection.execute(delete(leases).where(leases.c.holder == holder))
