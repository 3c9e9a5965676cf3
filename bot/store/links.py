"""Capability links: whoever holds the secret may open what it stands for, until it expires. Only its hash is stored."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Column, ColumnElement, Connection, ForeignKey, Integer, Row, String, Table, delete, select, update

from bot.store.columns import Instant
from bot.store.database import metadata

Purpose = Literal["findings", "resume", "export"]

capability_links = Table(
    "capability_links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("purpose", String(16), nullable=False),
    Column("conversation_id", Integer, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("screening_id", Integer, ForeignKey("screenings.id"), nullable=True),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("used_at", Instant, nullable=True),
    Column("created_at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Link:
    """What a secret opens."""

    purpose: str
    conversation_id: int
    screening_id: int | None
    expires_at: datetime
    created_at: datetime


def digest(token: str) -> str:
    """What is stored of a token. Fit for random tokens of 256 bits only: a short code needs a keyed hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def make(
    connection: Connection, purpose: Purpose, *, conversation_id: int, screening_id: int | None = None, expires_at: datetime, now: datetime
) -> str:
    """A new link; returns its token (43 characters, 256 random bits), which nobody can read from the database."""
    token = secrets.token_urlsafe(32)
    keep(connection, purpose, digest(token), conversation_id=conversation_id, screening_id=screening_id, expires_at=expires_at, now=now)
    return token


def keep(
    connection: Connection, purpose: Purpose, token_hash: str, *, conversation_id: int, screening_id: int | None = None,
    expires_at: datetime, now: datetime,
) -> None:
    """A new link under a hash that the caller made."""
    values = {"purpose": purpose, "conversation_id": conversation_id, "screening_id": screening_id, "created_at": now}
    connection.execute(capability_links.insert().values(token_hash=token_hash, expires_at=expires_at, **values))


def find(connection: Connection, token: str, now: datetime, purpose: Purpose = "findings") -> Link | None:
    """What a token opens now; None when it is unknown, expired, used up or withdrawn."""
    row = connection.execute(select(capability_links).where(_open(digest(token), purpose, now))).one_or_none()
    return None if row is None else _link(row)


def use(connection: Connection, token_hash: str, now: datetime, purpose: Purpose = "resume") -> Link | None:
    """The same for a secret that works once: of several who bring it at the same moment one gets the link."""
    won = connection.execute(update(capability_links).where(_open(token_hash, purpose, now)).values(used_at=now))
    if won.rowcount != 1:
        return None
    return _link(connection.execute(select(capability_links).where(capability_links.c.token_hash == token_hash)).one())


def withdraw(connection: Connection, conversation_id: int, purpose: Purpose | None = None) -> int:
    """Remove every link of a conversation (of one purpose, or all of them: erasure); returns how many there were."""
    mine = capability_links.c.conversation_id == conversation_id
    if purpose is not None:
        mine &= capability_links.c.purpose == purpose
    return connection.execute(delete(capability_links).where(mine)).rowcount


def purge(connection: Connection, now: datetime) -> int:
    """Remove links that have expired; returns how many."""
    return connection.execute(delete(capability_links).where(capability_links.c.expires_at <= now)).rowcount


def _open(token_hash: str, purpose: Purpose, now: datetime) -> ColumnElement[bool]:
    columns = capability_links.c
    return (columns.token_hash == token_hash) & (columns.purpose == purpose) & columns.used_at.is_(None) & (columns.expires_at > now)


def _link(row: Row[Any]) -> Link:
    return Link(row.purpose, row.conversation_id, row.screening_id, row.expires_at, row.created_at)
