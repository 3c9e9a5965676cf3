"""Alarms over HTTP: to a group robot (企业微信 and the like), and to a gateway for text messages.

Addresses and bodies hold secrets; no error text of this module quotes them.
"""

import json
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

import aiohttp

from bot.delivery.sender import TryLater
from bot.knowledge.duty import TextKind

TIMEOUT_SECONDS = 10.0
LARGEST_ANSWER = 64 * 1024
BodyType = Literal["application/json", "application/x-www-form-urlencoded"]


class _Http:
    """One connection pool, made at the first call, and what every call has in common."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Give connections back."""
        if self._session is not None:
            await self._session.close()

    async def _call(self, method: str, url: str, body: str | None, headers: dict[str, str]) -> str:
        """The answer's text.

        Raises:
            TryLater: nobody answered in ten seconds, or not with success.
        """
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS))
        data = None if body is None else body.encode()
        try:
            async with self._session.request(method, url, data=data, headers=headers, allow_redirects=False) as response:
                answer = (await response.content.read(LARGEST_ANSWER)).decode("utf-8", "replace")
                if not 200 <= response.status < 300:
                    raise TryLater(f"对方没有收，回的是 HTTP {response.status}")
                return answer
        except (TimeoutError, aiohttp.ClientError, ValueError) as error:
            raise TryLater(f"连不上对方（{type(error).__name__}）") from error


class WebhookSender(_Http):
    """A group robot that takes `{"msgtype": "text", "text": {"content": …}}`: 企业微信, 钉钉, or a service of one's own."""

    name = "webhook"
    text: TextKind = "group"

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    async def send(self, target: str, text: str) -> None:
        """Send one text to the group; a robot that says 200 and an `errcode` has not taken it."""
        body = json.dumps({"msgtype": "text", "text": {"content": text}}, ensure_ascii=False)
        answer = await self._call("POST", self._url, body, {"Content-Type": "application/json; charset=utf-8"})
        code = _errcode(answer)
        if code != 0:
            raise TryLater(f"群机器人没有收，错误码 {code}")


def _errcode(answer: str) -> int:
    try:
        said = json.loads(answer)
    except ValueError:
        return 0  # a service of one's own may answer anything
    code = said.get("errcode", 0) if isinstance(said, dict) else 0
    return code if isinstance(code, int) else 0


@dataclass(frozen=True, slots=True)
class SmsGateway:
    """How a gateway wants to be asked. `{phone}` and `{text}` stand in `url` or `body`, and are escaped as their place needs."""

    url: str
    body: str = ""
    """Empty: a GET request with everything in the address."""
    body_type: BodyType = "application/json"
    authorization: str = ""
    """Value of the Authorization header; empty sends none."""
    success: str = ""
    """Words that the answer must hold, for gateways that answer 200 to everything; empty takes every 2xx."""


class SmsSender(_Http):
    """Text messages through a gateway."""

    name = "sms"
    text: TextKind = "sms"

    def __init__(self, gateway: SmsGateway) -> None:
        super().__init__()
        self._gateway = gateway

    async def send(self, target: str, text: str) -> None:
        """Send one text message to a mobile number."""
        gateway = self._gateway
        headers = {"Authorization": gateway.authorization} if gateway.authorization else {}
        url = _filled(gateway.url, quote(target, safe=""), quote(text, safe=""))
        body = None
        if gateway.body:
            headers["Content-Type"] = f"{gateway.body_type}; charset=utf-8"
            escaped = _in_json if gateway.body_type == "application/json" else _in_form
            body = _filled(gateway.body, escaped(target), escaped(text))
        answer = await self._call("POST" if gateway.body else "GET", url, body, headers)
        if gateway.success and gateway.success not in answer:
            raise TryLater("短信网关没有收：回话里没有表示成功的字")


def _filled(template: str, phone: str, text: str) -> str:
    before, *after = template.split("{phone}")
    return phone.join(part.replace("{text}", text) for part in (before, *after))


def _in_json(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]


def _in_form(value: str) -> str:
    return quote(value, safe="")
