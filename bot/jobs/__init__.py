"""What happens by the clock. One process at a time keeps it, by lease."""

from bot.jobs.clockwork import Clockwork
from bot.jobs.housekeeping import Housekeeping
from bot.jobs.retention import RetentionKeeper

__all__ = ["Clockwork", "Housekeeping", "RetentionKeeper"]
