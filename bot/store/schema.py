"""Gathers every table, so that Alembic and tests see the whole schema."""

from bot.store import (
    audit,
    cases,
    changes,
    consents,
    conversations,
    inbound,
    leases,
    outbox,
    screenings,
    snapshots,
    staff,
    transcripts,
)
from bot.store.database import metadata

TABLES = (audit, cases, changes, consents, conversations, inbound, leases, outbox, screenings, snapshots, staff, transcripts)

__all__ = ["TABLES", "metadata"]
