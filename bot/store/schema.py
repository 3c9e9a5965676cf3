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
    erasures,
    feedback,
    households,
    inbound,
    invitations,
    learned,
    leases,
    links,
    lockouts,
    mandatory_reports,
    outbox,
    outreach,
    papers,
    promises,
    revisions,
    screenings,
    sessions,
    snapshots,
    staff,
    tags,
    transcripts,
    transfers,
    tries,
    unanswered,
    units,
    unsent,
)
from bot.store.database import metadata

TABLES = (
    absences, addresses, audit, cases, changes, consents, conversations, drafts, erasures, feedback, households, inbound,
    invitations, learned, leases, links, lockouts, mandatory_reports, outbox, outreach, papers, promises, revisions, screenings,
    sessions, snapshots, staff, tags, transcripts, transfers, tries, unanswered, units, unsent,
)

__all__ = ["TABLES", "metadata"]
