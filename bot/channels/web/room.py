"""What every endpoint of the residents' page is given, and the few steps they share."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jinja2 import Environment
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse

from bot.channels.web import view
from bot.channels.web.visitor import Visitor, new_nonce
from bot.knowledge import Knowledge
from bot.reception import Reception
from bot.store import transcripts
from bot.store.database import Database
from bot.web.csrf import Csrf
from bot.web.live import Live
from bot.web.pages import is_large, numbers
from bot.web.templating import page

CHANNEL = "web"


@dataclass(frozen=True, slots=True)
class Room:
    """The program as the residents' page sees it."""

    reception: Reception
    database: Database
    knowledge: Callable[[], Knowledge]
    live: Live
    templates: Environment
    clock: Callable[[], datetime]
    csrf: Csrf
    secure: bool
    """Whether the page is reached over https: cookies are then marked so."""
    site: str
    """Public root of all links, from the settings, without a slash at the end; never taken from a request."""

    async def conversation(self, visitor: Visitor) -> int | None:
        """The visitor's conversation, if they ever said anything."""
        if not visitor.known:
            return None
        return await run_in_threadpool(self.reception.find_conversation, CHANNEL, visitor.secret)

    def shared(self, request: Request) -> dict[str, Any]:
        """Values that every template of this room takes."""
        knowledge = self.knowledge()
        return {
            "numbers": numbers(knowledge), "large": is_large(request), "texts": knowledge.messages.texts,
            "path": request.url.path, "tel": tuple(contact.number for contact in knowledge.contacts.values()),
        }

    def page(self, request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page of this room."""
        return page(self.templates, name, status, **{**self.shared(request), **values})

    def form(self, visitor: Visitor) -> dict[str, str]:
        """What every form of the chat carries."""
        return {"csrf": self.csrf.token(visitor.secret), "nonce": new_nonce()}

    async def update(self, visitor: Visitor, conversation_id: int, after: int) -> dict[str, Any]:
        """What is new after a line, ready to be put into an open page."""
        return await run_in_threadpool(self._update, visitor, conversation_id, after)

    def _update(self, visitor: Visitor, conversation_id: int, after: int) -> dict[str, Any]:
        knowledge = self.knowledge()
        with self.database.read() as connection:
            talk = view.since(connection, conversation_id, after, knowledge)
            erased = bool(after) and not transcripts.has(connection, conversation_id, after)
        values = {
            "talk": talk, "form": self.form(visitor), "hint": False,
            "tel": tuple(contact.number for contact in knowledge.contacts.values()),
        }
        lines = self.templates.get_template("chat/lines.html").render(values)
        choices = self.templates.get_template("chat/choices.html").render(values)
        return {"last": max(talk.last, after), "lines": lines if talk.lines else "", "choices": choices, "erased": erased}


def event(update: dict[str, Any]) -> str:
    """An update as one server-sent event; its id lets a reconnecting browser go on where it was."""
    return f"id: {update['last']}\ndata: {json.dumps(update, ensure_ascii=False)}\n\n"


def line_number(given: str | None) -> int:
    """The number of a line as a browser names it; 0 for anything else."""
    return int(given) if given and given.isascii() and given.isdigit() and len(given) < 15 else 0
