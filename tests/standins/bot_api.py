"""A small Bot API server of our own: enough of Telegram for the program to speak with it, and to fail on demand."""

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

TOKEN = "1234567:stand-in_token"


@dataclass
class Sent:
    """One sendMessage that the server took."""

    chat: int
    text: str
    form: dict[str, Any]
    at: float

    @property
    def buttons(self) -> list[list[dict[str, Any]]]:
        """Rows of the inline keyboard."""
        rows: list[list[dict[str, Any]]] = json.loads(self.form["reply_markup"])["inline_keyboard"] if "reply_markup" in self.form else []
        return rows


@dataclass
class Failure:
    """An answer other than success."""

    status: int
    description: str
    parameters: dict[str, int] = field(default_factory=dict)


class BotApi:
    """The server; `url` is its root."""

    def __init__(self) -> None:
        self.url = ""
        self.sent: list[Sent] = []
        self.documents: list[tuple[int, str, bytes]] = []
        """Chat, name and content of every file that was sent."""
        self.taps_acknowledged: list[str] = []
        self.offsets: list[int] = []
        """Offsets of getUpdates calls, in order; 0 where none was given."""
        self.failing_polls: list[Failure] = []
        """Answers to the next getUpdates calls, before anything else."""
        self.strange_polls: list[str] = []
        """Bodies of the next successful getUpdates answers, which are none."""
        self.failing_chats: defaultdict[int, list[Failure]] = defaultdict(list)
        """Per chat: answers to the next sendMessage calls."""
        self.down = False
        self.webhook_dropped = 0
        self.pollers = 0
        self.most_pollers = 0
        self._updates: list[dict[str, Any]] = []
        self._last_id = 7_000
        self._arrived = asyncio.Condition()

    async def push(self, **parts: Any) -> int:
        """An update with the given parts arrives; returns its id."""
        self._last_id += 1
        async with self._arrived:
            self._updates.append({"update_id": self._last_id, **parts})
            self._arrived.notify_all()
        return self._last_id

    async def message(self, chat: int, *, chat_type: str = "private", **parts: Any) -> int:
        """A message arrives in a chat."""
        return await self.push(message=message(chat, chat_type=chat_type, **parts))

    async def say(self, chat: int, text: str) -> int:
        """A resident writes."""
        return await self.message(chat, text=text)

    async def tap(self, chat: int, value: str) -> int:
        """A resident taps a button."""
        query = {"id": f"tap{self._last_id}", "from": person(chat), "chat_instance": "1", "data": value, "message": message(chat, text="…")}
        return await self.push(callback_query=query)

    def to(self, chat: int) -> list[Sent]:
        """What was sent to a chat."""
        return [item for item in self.sent if item.chat == chat]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One call of the Bot API."""
        if self.down:
            return web.Response(status=502, text="<html>Bad Gateway</html>")
        if request.match_info["token"] != TOKEN:
            return _refused(Failure(401, "Unauthorized"))
        form = dict(await request.post())
        match request.match_info["method"].lower():
            case "getme":
                return _fine({"id": 1, "is_bot": True, "first_name": "津暖", "username": "jinnuan_bot"})
            case "getupdates":
                return await self._get_updates(form)
            case "sendmessage":
                return self._send_message(form)
            case "senddocument":
                return self._send_document(form)
            case "answercallbackquery":
                self.taps_acknowledged.append(str(form["callback_query_id"]))
                return _fine(True)
            case "deletewebhook":
                self.webhook_dropped += 1
                return _fine(True)
        return _refused(Failure(404, "Not Found"))

    async def _get_updates(self, form: dict[str, Any]) -> web.Response:
        self.offsets.append(int(form.get("offset", 0)))
        if self.failing_polls:
            return _refused(self.failing_polls.pop(0))
        if self.strange_polls:
            return web.Response(text=self.strange_polls.pop(0), content_type="application/json")
        self._updates = [update for update in self._updates if update["update_id"] >= self.offsets[-1]]
        self.pollers += 1
        self.most_pollers = max(self.most_pollers, self.pollers)
        try:
            async with asyncio.timeout(min(float(form.get("timeout", 0)), 2.0)), self._arrived:
                await self._arrived.wait_for(lambda: self._updates)
        except TimeoutError:
            pass
        finally:
            self.pollers -= 1
        return _fine(self._updates[:100])

    def _send_message(self, form: dict[str, Any]) -> web.Response:
        chat = int(form["chat_id"])
        if self.failing_chats[chat]:
            return _refused(self.failing_chats[chat].pop(0))
        self.sent.append(Sent(chat, str(form["text"]), form, time.monotonic()))
        return _fine({**message(chat, text=str(form["text"])), "message_id": len(self.sent)})

    def _send_document(self, form: dict[str, Any]) -> web.Response:
        chat, file = int(form["chat_id"]), next(value for value in form.values() if isinstance(value, web.FileField))
        content = file.file.read()
        self.documents.append((chat, file.filename, content))
        sent = {"file_id": "f", "file_unique_id": "f", "file_name": file.filename, "file_size": len(content)}
        return _fine({**message(chat), "message_id": 9, "document": sent})


def person(chat: int) -> dict[str, Any]:
    """A Telegram user whose private chat has the same id."""
    return {"id": chat, "is_bot": False, "first_name": "居民"}


def message(chat: int, *, chat_type: str = "private", **parts: Any) -> dict[str, Any]:
    """A message as Telegram writes it."""
    return {"message_id": 5, "date": 1_764_000_000, "chat": {"id": chat, "type": chat_type}, "from": person(abs(chat)), **parts}


def _fine(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _refused(failure: Failure) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": failure.status, "description": failure.description}
    if failure.parameters:
        body["parameters"] = failure.parameters
    return web.json_response(body, status=failure.status)


@asynccontextmanager
async def bot_api() -> AsyncIterator[BotApi]:
    """The server, listening on 127.0.0.1."""
    api = BotApi()
    app = web.Application()
    app.router.add_route("*", "/bot{token}/{method}", api.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    api.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield api
    finally:
        await runner.cleanup()
