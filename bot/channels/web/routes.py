"""Every address of the residents' page."""

from collections.abc import Callable
from datetime import datetime

from jinja2 import Environment
from starlette.routing import BaseRoute, Route

from bot.channels.web import chat, findings, health, mine, reading, resume
from bot.channels.web.room import Room
from bot.knowledge import Knowledge
from bot.reception import Reception
from bot.store.database import Database
from bot.web.csrf import Csrf
from bot.web.live import Live


def routes(
    *, reception: Reception, database: Database, knowledge: Callable[[], Knowledge], live: Live, templates: Environment,
    clock: Callable[[], datetime], csrf: Csrf, secure: bool, site: str, nlu: Callable[[], str] = lambda: "unknown", metrics_token: str = "",
) -> list[BaseRoute]:
    """All pages that need no sign-in.

    Args:
        reception, database, knowledge, live, clock: the program below.
        templates: `bot.web.templating.environment("bot.channels", …)`.
        csrf: makes and checks the tokens of forms.
        secure: whether the page is reached over https.
        site: public root of all links, without a slash at the end.
        nlu: `up`, or why the language model is not asked.
        metrics_token: who shows it may read `/metrics`; empty means this machine only.

    Errors leave as exceptions; `bot.web.pages.handlers` makes pages of them.
    """
    room = Room(reception, database, knowledge, live, templates, clock, csrf, secure, site)
    return [
        Route("/", chat.show(room), methods=["GET"]),
        Route("/say", chat.say(room), methods=["POST"]),
        Route("/lines", chat.lines(room), methods=["GET"]),
        Route("/events", chat.events(room), methods=["GET"]),
        Route("/size/{size}", chat.size(room), methods=["GET"]),
        Route("/leave", chat.leave(room), methods=["GET"]),
        Route("/forget", chat.forget_page(room), methods=["GET"]),
        Route("/forget", chat.forget_it(room), methods=["POST"]),
        Route("/answers", reading.listing(room), methods=["GET"]),
        Route("/answers/{label}", reading.one(room), methods=["GET"]),
        Route("/findings/{token}", findings.show(room), methods=["GET"]),
        Route("/mine/{token}", mine.show(room), methods=["GET"]),
        Route("/mine/{token}/data", mine.data(room), methods=["GET"]),
        Route("/resume", resume.ask(room), methods=["GET"]),
        Route("/resume", resume.join(room), methods=["POST"]),
        Route("/health/live", health.alive, methods=["GET"]),
        Route("/health/ready", health.ready(room, nlu), methods=["GET"]),
        Route("/metrics", health.metrics(room, nlu, metrics_token), methods=["GET"]),
    ]
