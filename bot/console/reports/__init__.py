"""How well answers serve, what is due to be checked, and whom a change of policy may help."""

from bot.console.reports.pages import pages

__all__ = ["pages"]
