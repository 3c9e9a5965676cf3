"""The addresses of reports: answer quality, and 政策找人."""

from collections.abc import Callable
from typing import Protocol

from starlette.routing import Route

from bot.console.reports import outreach, quality
from bot.console.visit import Handler
from bot.staff import Permission


class MakePost(Protocol):
    """The console's maker of forms; `proven` asks for the password again."""

    def __call__(self, path: str, handler: Handler, permission: Permission, *, proven: bool = False) -> Route:
        """A route."""
        ...


def pages(get: Callable[[str, Handler, Permission], Route], post: MakePost) -> list[Route]:
    """The routes, made by the console's own makers."""
    return [
        get("/console/quality", quality.show, "see_policies"),
        get("/console/outreach", outreach.show, "supervise_cases"),
        post("/console/outreach/release", outreach.release, "supervise_cases", proven=True),
        post("/console/outreach/drop", outreach.drop, "supervise_cases"),
    ]
