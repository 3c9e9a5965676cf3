"""Which channels staff have switched off, and the reason residents are given."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, ForeignKey, Integer, String, Table, delete, select, update

from bot.store.columns import Instant
from bot.store.database import metadata

LONGEST_REASON = 200

switches = Table(
    "channel_switches",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("reason", String(LONGEST_REASON), nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("since", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Off:
    """One channel that is switched off. `reason` is a sentence for residents."""

    channel: str
    reason: str
    staff_id: int
    since: datetime


def switch_off(connection: Connection, channel: str, reason: str, staff_id: int, now: datetime) -> None:
    """Switch a channel off, or change the reason of one that is off."""
    values = {"reason": reason[:LONGEST_REASON], "staff_id": staff_id, "since": now}
    if not connection.execute(update(switches).where(switches.c.channel == channel).values(**values)).rowcount:
        connection.execute(switches.insert().values(channel=channel, **values))


def switch_on(connection: Connection, channel: str) -> None:
    """The channel works again."""
    connection.execute(delete(switches).where(switches.c.channel == channel))


def reason_off(connection: Connection, channel: str) -> str | None:
    """Why the channel is off; None while it is on."""
    return connection.scalar(select(switches.c.reason).where(switches.c.channel == channel))


def all_off(connection: Connection) -> dict[str, Off]:
    """Every channel that is off, by name."""
    return {row.channel: Off(row.channel, row.reason, row.staff_id, row.since) for row in connection.execute(select(switches))}
