"""The policy desk: what is in force, drafts and their review, figures, revisions."""

from bot.console.policies.pages import pages

__all__ = ["pages"]
