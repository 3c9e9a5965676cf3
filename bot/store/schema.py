"""Gathers every table, so that Alembic and tests see the whole schema."""

from bot.store import (
    addresses,
    audit,
    cases,
    changes,
    consents,
    conversations,
    inbound,
    leases,
    links,
    outbox,
    screenings,
    snapshots,
    staff,
    transcripts,
    tries,
)
from bot.store.database import metadata

TABLES = (
    addresses, audit, cases, changes, consents, conversations, inbound, leases, links, outbox, screenings, snapshots, staff, transcripts, tries,
)

__all__ = ["TABLES", "metadata"]
