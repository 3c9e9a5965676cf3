"""What happens by the clock. One process at a time keeps it, by lease."""

from bot.jobs.housekeeping import Housekeeping

__all__ = ["Housekeeping"]
