"""Residents who speak by a script, over the web page or Telegram, and do not give up when the program is away."""

import asyncio
import re
import secrets
from typing import Any

import httpx

from tests.standins.bot_api import BotApi

SCRIPTS: tuple[tuple[str, ...], ...] = (
    ("你好", "低保要什么材料", "看看能申请什么", "同意", "两口人", "不知道"),
    ("找真人", "要办低保", "同意", "只在这里回", "河东区"),
    ("我不想活了", "在河东区大直沽街道", "低保给多少钱"),
    ("家里没钱看病怎么办", "听不懂", "再说一遍", "找真人"),
)
"""Steps of each script, one message after the other; every one waits for the answer to the one before."""
PAUSE = 0.05


class WebResident:
    """One browser without scripts' comfort: sends each message under one nonce until it was taken in and answered."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.secret = secrets.token_urlsafe(32)
        office = {"X-Forwarded-For": f"10.{secrets.randbelow(256)}.{secrets.randbelow(256)}.1"}
        self._client = httpx.AsyncClient(cookies={"jinnuan_visitor": self.secret}, headers=office, timeout=15)
        self._last = 0

    @property
    def address(self) -> str:
        """Under which the program knows this browser."""
        return self.secret

    async def speak(self, script: tuple[str, ...]) -> None:
        """The whole script."""
        for words in script:
            await self._say(words, secrets.token_urlsafe(16))
        await self._client.aclose()

    async def _say(self, words: str, nonce: str) -> None:
        while True:
            page = await self._try("GET", "/")
            token = re.search(r'name="csrf" value="([^"]+)"', page.text)
            assert token is not None
            sent = await self._try("POST", "/say", data={"csrf": token[1], "nonce": nonce, "text": words, "after": str(self._last)})
            update: dict[str, Any] = sent.json()
            while "line bot" not in update["lines"]:
                await asyncio.sleep(PAUSE)
                update = (await self._try("GET", f"/lines?after={self._last}")).json()
            self._last = update["last"]
            return

    async def _try(self, method: str, path: str, **more: Any) -> httpx.Response:
        while True:
            try:
                headers = {"Accept": "application/json"} if path != "/" else {}
                response = await self._client.request(method, self._url + path, headers=headers, **more)
                if response.status_code == 200:
                    return response
            except httpx.HTTPError:
                pass  # killed in the middle, or not up yet
            await asyncio.sleep(PAUSE)


class TelegramResident:
    """One chat at the Bot API stand-in; Telegram keeps a message until the program has confirmed it."""

    def __init__(self, api: BotApi, chat: int) -> None:
        self._api = api
        self.chat = chat

    @property
    def address(self) -> str:
        """Under which the program knows this chat."""
        return str(self.chat)

    async def speak(self, script: tuple[str, ...], answered: Any) -> None:
        """The whole script; `answered(address, count)` waits until so many messages of the chat have had their turn."""
        for number, words in enumerate(script, start=1):
            await self._api.say(self.chat, words)
            await answered(self.address, number)
