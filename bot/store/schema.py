"""Gathers every table, so that Alembic and tests see the whole schema."""

from bot.store import (
    absences,
    addresses,
    audit,
    cases,
    changes,
    consents,
    conversations,
    drafts,
    households,
    inbound,
    leases,
    links,
    mandatory_reports,
    outbox,
    papers,
    promises,
    revisions,
    screenings,
    snapshots,
    staff,
    tags,
    transcripts,
    transfers,
    tries,
    unsent,
)
from bot.store.database import metadata

TABLES = (
    absences, addresses, audit, cases, changes, consents, conversations, drafts, households, inbound, leases, links,
    mandatory_reports, outbox, papers, promises, revisions, screenings, snapshots, staff, tags, transcripts, transfers,
    tries, unsent,
)

__all__ = ["TABLES", "metadata"]
