"""The audit log: append-only, each row chained to the one before by hash, pseudonyms only."""

import hashlib
import json
from datetime import UTC, datetime

from sqlalchemy import Column, Connection, Index, Integer, String, Table, select

from bot.store.columns import Instant
from bot.store.database import metadata

GENESIS = "0" * 64

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("action", String(64), nullable=False),
    Column("object", String(64), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
)
Index("ix_audit_object_at", audit.c.object, audit.c.at)


def _hash(previous: str, at: datetime, actor: str, action: str, thing: str) -> str:
    row = json.dumps([previous, at.astimezone(UTC).isoformat(), actor, action, thing], ensure_ascii=False)
    return hashlib.sha256(row.encode()).hexdigest()


def append(connection: Connection, *, actor: str, action: str, thing: str, now: datetime) -> None:
    """Add one row. `actor` and `thing` are pseudonyms such as `staff:3` and `case:JN…`, never names."""
    query = select(audit.c.hash).order_by(audit.c.id.desc()).limit(1).with_for_update()
    previous = connection.scalar(query) or GENESIS
    values = {"at": now, "actor": actor, "action": action, "object": thing, "previous": previous}
    connection.execute(audit.insert().values(**values, hash=_hash(previous, now, actor, action, thing)))


def last(connection: Connection, *, actor: str, action: str, thing: str) -> datetime | None:
    """When `actor` last did `action` to `thing`, or None."""
    mine = (audit.c.object == thing) & (audit.c.actor == actor) & (audit.c.action == action)
    return connection.scalar(select(audit.c.at).where(mine).order_by(audit.c.at.desc()).limit(1))


def first_broken(connection: Connection) -> int | None:
    """The id of the first row that does not fit the chain, or None when all of it holds."""
    previous = GENESIS
    for row in connection.execute(select(audit).order_by(audit.c.id)):
        if row.previous != previous or row.hash != _hash(previous, row.at, row.actor, row.action, row.object):
            return int(row.id)
        previous = row.hash
    return None
