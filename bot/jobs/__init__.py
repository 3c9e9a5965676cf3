"""What happens by the clock. One process at a time keeps it, by lease."""

from bot.jobs.desk_watch import DeskWatch
from bot.jobs.housekeeping import Housekeeping

__all__ = ["DeskWatch", "Housekeeping"]
