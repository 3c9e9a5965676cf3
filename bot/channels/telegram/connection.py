"""Makes the connection to a Bot API server, and keeps the token and residents' words out of logs."""

import logging
import os
import re
from typing import Any

import structlog
from telegram import Bot, Update
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from bot.errors import SettingsError

CONNECT_SECONDS = 10.0
READ_SECONDS = 10.0
SENDING_CONNECTIONS = 128
_TOKEN = re.compile(r"[A-Za-z0-9_:-]{1,200}")
_BARE = ("message_id", "date", "chat", "from")
_TALKATIVE = ("telegram", "httpx", "httpcore")
log = structlog.get_logger()


def connect(token: str, api: str) -> Bot:
    """A bot that speaks to the server at `api` (its root; `/bot<token>` is appended). Sends nothing yet.

    Raises:
        SettingsError: the token or the address cannot be one.
    """
    if not _TOKEN.fullmatch(token):
        raise SettingsError("环境变量 TELEGRAM_BOT_TOKEN 不像令牌:里面有空格或别的字符。请从 @BotFather 重新复制")
    if not re.fullmatch(r"https?://[^\s/]+\S*", api):
        raise SettingsError("环境变量 TELEGRAM_API_BASE_URL 应以 http:// 或 https:// 开头,例如 https://api.telegram.org")
    _keep_quiet()
    root = api.rstrip("/")
    return Bot(
        token,
        base_url=f"{root}/bot",
        base_file_url=f"{root}/file/bot",
        request=_request(SENDING_CONNECTIONS),
        get_updates_request=_request(1, UpdatesRequest),
    )


class Request(HTTPXRequest):
    """Takes nothing for an answer of Telegram that is none (a proxy's page, say)."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The server's answer.

        Raises:
            TelegramError: it is not shaped as one.
        """
        answer = HTTPXRequest.parse_json_payload(payload)
        if not isinstance(answer, dict) or ("result" not in answer and answer.get("ok") is not False):
            raise TelegramError("Invalid server response")
        return answer


class UpdatesRequest(Request):
    """Fetches updates such that one the library cannot read does not keep back all that come after it."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The server's answer; of an update that cannot be read only the sender is left."""
        answer = Request.parse_json_payload(payload)
        updates = answer.get("result")
        found = updates if isinstance(updates, list) else []
        return {**answer, "result": [_readable(update) for update in found if isinstance(update, dict) and "update_id" in update]}


def _readable(update: dict[str, Any]) -> dict[str, Any]:
    number = {"update_id": update["update_id"]}
    if _can_be_read(update):
        return update
    log.error("telegram_update_unreadable", update=number["update_id"])
    message = update.get("message")
    if isinstance(message, dict):
        # Whoever sent it is told that this could not be opened.
        bare = {**number, "message": {key: message[key] for key in _BARE if key in message}}
        if _can_be_read(bare):
            return bare
    return number


def _can_be_read(update: dict[str, Any]) -> bool:
    try:
        Update.de_json(update, None)
    except (KeyError, TypeError, ValueError, AttributeError):
        return False
    return True


def _request(connections: int, kind: type[Request] = Request) -> HTTPXRequest:
    return kind(
        connection_pool_size=connections, connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS,
        write_timeout=READ_SECONDS, pool_timeout=READ_SECONDS,
    )


def _keep_quiet() -> None:
    # httpx logs every address it calls, and the address holds the token; python-telegram-bot logs whole
    # updates it cannot read. What matters is logged by this package in its own words.
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    # Without this the library warns, whenever it meets «retry after», that the value will change its type.
    os.environ["PTB_TIMEDELTA"] = "1"
