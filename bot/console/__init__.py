"""Staff pages under /console: the queue, a case and the talk in it, accounts, the state of the program.

Server-rendered; every form works without JavaScript, and one small script makes lists live. Says nothing
of its own to residents: what staff do goes through `bot.reception.Desk`.
"""

from bot.console.routes import routes

__all__ = ["routes"]
