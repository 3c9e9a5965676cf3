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
    switches,
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
    absences, addresses, alerts, audit, cases, changes, consents, conversations, drafts, duty, erasures,
    feedback, households, inbound, invitations, learned, leases, links, lockouts, mandatory_reports, outbox,
    outreach, papers, promises, revisions, screenings, sessions, snapshots, staff, switches, tags, transcripts,
    transfers, tries, unanswered, units, unsent,
)

__all__ = ["TABLES", "metadata"]
