"""What happens by the clock. One process at a time keeps it, by lease."""

from bot.jobs.alerting import Alerting
from bot.jobs.clockwork import EVERY_SECONDS, Clockwork
from bot.jobs.housekeeping import Housekeeping
from bot.jobs.retention import RetentionKeeper

__all__ = ["EVERY_SECONDS", "Alerting", "Clockwork", "Housekeeping", "RetentionKeeper"]
