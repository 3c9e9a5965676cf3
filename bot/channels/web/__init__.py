"""The residents' page: a chat that works without a script, live with one, and every answer to read and print."""

from bot.channels.web.routes import routes

__all__ = ["routes"]
