"""Gathers every table, so that Alembic and tests see the whole schema."""

from bot.store import (
    absences,
    addresses,
    alerts,
    audit,
    cases,
    changes,
    consents,
    conversations,
    drafts,
    duty,
    erasures,
    households,
    inbound,
    invitations,
    leases,
    links,
    lockouts,
    mandatory_reports,
    outbox,
    papers,
    promises,
    revisions,
    screenings,
    sessions,
    snapshots,
    staff,
    switches,
    tags,
    transcripts,
    transfers,
    tries,
    units,
    unsent,
)
from bot.store.database import metadata

TABLES = (
    absences, addresses, alerts, audit, cases, changes, consents, conversations, drafts, duty, erasures, households, inbound,
    invitations, leases, links, lockouts, mandatory_reports, outbox, papers, promises, revisions, screenings,
    sessions, snapshots, staff, switches, tags, transcripts, transfers, tries, units, unsent,
)

__all__ = ["TABLES", "metadata"]
