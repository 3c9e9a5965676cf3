"""The audit log: append-only, each row chained to the one before by hash, pseudonyms only.

The database itself refuses to change or delete a row (triggers). Whoever can remove a trigger can also rewrite
a row, which the chain shows; whoever rewrites the whole chain is shown by a head that was noted elsewhere.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Index, Integer, Row, String, Table, func, select, text, true

from bot.store.columns import Instant
from bot.store.database import metadata

GENESIS = "0" * 64
_LOCK = 7_241_001
"""Name of the PostgreSQL lock under which rows are appended one after the other; SQLite has one writer anyway."""

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
Index("ix_audit_actor_at", audit.c.actor, audit.c.at)


@dataclass(frozen=True, slots=True)
class AuditRow:
    """Who did what to what, when."""

    id: int
    at: datetime
    actor: str
    action: str
    thing: str


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What a page or an export shows; empty fields do not filter."""

    actor: str = ""
    action: str = ""
    thing: str = ""
    """Beginning of the object, for example `case:` or `case:JN2611-ABCDEF`."""
    since: datetime | None = None
    before: datetime | None = None


def _hash(previous: str, at: datetime, actor: str, action: str, thing: str) -> str:
    """`at` in UTC, as it is read back: the same moment in another zone would be another text."""
    row = json.dumps([previous, at.isoformat(), actor, action, thing], ensure_ascii=False)
    return hashlib.sha256(row.encode()).hexdigest()


def append(connection: Connection, *, actor: str, action: str, thing: str, now: datetime) -> None:
    """Add one row. `actor` and `thing` are pseudonyms such as `staff:3` and `case:JN…`, never names."""
    if connection.dialect.name == "postgresql":  # a row lock would let the second of two writers read an old head
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    previous = connection.scalar(select(audit.c.hash).order_by(audit.c.id.desc()).limit(1)) or GENESIS
    values = {"at": now, "actor": actor, "action": action, "object": thing, "previous": previous}
    connection.execute(audit.insert().values(**values, hash=_hash(previous, now.astimezone(UTC), actor, action, thing)))


def append_if_changed(connection: Connection, *, actor: str, action: str, thing: str, now: datetime) -> bool:
    """Add a row unless the newest of this action already names `thing`: what was in force before is in force still."""
    newest = select(audit.c.object).where(audit.c.action == action).order_by(audit.c.id.desc()).limit(1)
    if connection.scalar(newest) == thing:
        return False
    append(connection, actor=actor, action=action, thing=thing, now=now)
    return True


def last(connection: Connection, *, actor: str, action: str, thing: str) -> datetime | None:
    """When `actor` last did `action` to `thing`, or None."""
    mine = (audit.c.object == thing) & (audit.c.actor == actor) & (audit.c.action == action)
    return connection.scalar(select(audit.c.at).where(mine).order_by(audit.c.at.desc()).limit(1))


def entries(connection: Connection, wanted: AuditFilter, limit: int, offset: int = 0) -> list[AuditRow]:
    """Rows, the newest first."""
    query = select(audit).where(_wanted(wanted)).order_by(audit.c.id.desc()).limit(limit).offset(offset)
    return [AuditRow(row.id, row.at, row.actor, row.action, row.object) for row in connection.execute(query)]


def size(connection: Connection, wanted: AuditFilter) -> int:
    """How many rows there are."""
    return connection.scalar(select(func.count()).select_from(audit).where(_wanted(wanted))) or 0


def actions(connection: Connection) -> list[str]:
    """Every action that occurs."""
    return sorted(connection.scalars(select(audit.c.action).distinct()))


def _wanted(wanted: AuditFilter) -> ColumnElement[bool]:
    found: ColumnElement[bool] = true()
    if wanted.actor:
        found &= audit.c.actor == wanted.actor
    if wanted.action:
        found &= audit.c.action == wanted.action
    if wanted.thing:
        found &= audit.c.object.startswith(wanted.thing, autoescape=True)
    if wanted.since is not None:
        found &= audit.c.at >= wanted.since
    if wanted.before is not None:
        found &= audit.c.at < wanted.before
    return found


def as_csv(rows: list[AuditRow]) -> str:
    """The rows as a table that spreadsheet programs open; times in UTC; no cell begins a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["id", "at", "actor", "action", "object"])
    writer.writerows([row.id, row.at.isoformat(), *map(_cell, (row.actor, row.action, row.thing))] for row in rows)
    return out.getvalue()


def _cell(words: str) -> str:
    return f"'{words}" if words.startswith(("=", "+", "-", "@", "\t", "\r")) else words


def head(connection: Connection) -> tuple[int, str]:
    """(number of rows, hash of the newest); noted elsewhere it shows later whether the end was cut off or all rewritten."""
    newest = connection.scalar(select(audit.c.hash).order_by(audit.c.id.desc()).limit(1))
    return connection.scalar(select(func.count()).select_from(audit)) or 0, newest or GENESIS


def holds(connection: Connection, noted: str) -> bool:
    """Whether a head that was noted elsewhere is still part of the log."""
    return noted == GENESIS or connection.scalar(select(audit.c.id).where(audit.c.hash == noted)) is not None


def first_broken(connection: Connection) -> int | None:
    """The id of the first row that does not fit the chain, or None when all of it holds."""
    previous = GENESIS
    for row in _all(connection):
        if row.previous != previous or row.hash != _hash(previous, row.at, row.actor, row.action, row.object):
            return int(row.id)
        previous = row.hash
    return None


def _all(connection: Connection) -> Iterator[Row[Any]]:
    """Every row in order, a thousand of them in memory at a time."""
    newest = 0
    while rows := connection.execute(select(audit).where(audit.c.id > newest).order_by(audit.c.id).limit(1_000)).all():
        yield from rows
        newest = rows[-1].id
