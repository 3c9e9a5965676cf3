"""Failed tries at the staff door, by whatever they are counted for, and until when it stays shut for that."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, Integer, String, Table, delete, select, update
from sqlalchemy.exc import IntegrityError

from bot.store.columns import Instant
from bot.store.database import metadata

FORGOTTEN_AFTER = timedelta(hours=24)
"""Without a failed try."""

lockouts = Table(
    "lockouts",
    metadata,
    Column("key_hash", String(64), primary_key=True),
    Column("failed", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("locked_until", Instant, nullable=True),
)


@dataclass(frozen=True, slots=True)
class Delay:
    """So many failed tries cost nothing; each one after that shuts the door, twice as long as the one before."""

    free: int
    first: timedelta
    longest: timedelta

    def after(self, failed: int, now: datetime) -> datetime | None:
        """Until when the door is shut after the `failed`th failure in a row."""
        if failed < self.free:
            return None
        doubled: int = 1 << min(failed - self.free, 12)
        return now + min(self.first * doubled, self.longest)


def locked_until(connection: Connection, key_hash: str, now: datetime) -> datetime | None:
    """When the door opens again; None when it is open. The row stays locked until the transaction ends."""
    mine = select(lockouts.c.locked_until).where(lockouts.c.key_hash == key_hash).with_for_update()
    until = connection.scalar(mine)
    return until if until is not None and until > now else None


def fail(connection: Connection, key_hash: str, delay: Delay, now: datetime) -> int:
    """Count one failed try; returns how many in a row there were."""
    mine = lockouts.c.key_hash == key_hash
    row = connection.execute(select(lockouts).where(mine).with_for_update()).one_or_none()
    if row is None:
        try:
            with connection.begin_nested():
                values = {"key_hash": key_hash, "failed": 1, "last_at": now, "locked_until": delay.after(1, now)}
                connection.execute(lockouts.insert().values(**values))
            return 1
        except IntegrityError:  # the first two failures came at the same moment
            row = connection.execute(select(lockouts).where(mine).with_for_update()).one()
    failed = 1 if now - row.last_at >= FORGOTTEN_AFTER else row.failed + 1
    connection.execute(update(lockouts).where(mine).values(failed=failed, last_at=now, locked_until=delay.after(failed, now)))
    return failed


def forget(connection: Connection, key_hash: str) -> None:
    """The right secret was given, or an administrator opened the door."""
    connection.execute(delete(lockouts).where(lockouts.c.key_hash == key_hash))


def locked(connection: Connection, now: datetime) -> set[str]:
    """Every key for which the door is shut now."""
    return set(connection.scalars(select(lockouts.c.key_hash).where(lockouts.c.locked_until > now)))


def purge(connection: Connection, now: datetime) -> int:
    """Remove what is forgotten anyway; returns how many rows."""
    return connection.execute(delete(lockouts).where(lockouts.c.last_at <= now - FORGOTTEN_AFTER)).rowcount
