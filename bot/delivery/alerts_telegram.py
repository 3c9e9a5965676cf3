"""Alarms to the duty group in Telegram."""

from datetime import timedelta

from telegram import Bot, LinkPreviewOptions
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.delivery.sender import Refused, TryLater
from bot.knowledge.duty import TextKind

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class TelegramGroupSender:
    """Sends to one group that the bot is a member of."""

    name = "telegram"
    text: TextKind = "group"

    def __init__(self, bot: Bot, chat: str) -> None:
        """Build it; `chat` is the group's id (`-100…`) or public name (`@…`)."""
        self._bot = bot
        self._chat = chat

    async def send(self, target: str, text: str) -> None:
        """Send one text to the group."""
        try:
            await self._bot.send_message(self._chat, text, link_preview_options=_NO_PREVIEW)
        except (Forbidden, BadRequest, ChatMigrated) as error:
            raise Refused("值班群不收：机器人不在群里，或群号不对。请检查 JINNUAN_ALERT_TELEGRAM_CHAT") from error
        except RetryAfter as error:
            pause = error.retry_after
            raise TryLater("Telegram 要求慢一点", after=pause.total_seconds() if isinstance(pause, timedelta) else float(pause)) from error
        except TelegramError as error:
            raise TryLater(f"Telegram 暂时发不出去（{type(error).__name__}）") from error

    async def close(self) -> None:
        """Give connections back."""
        await self._bot.request.shutdown()  # the bot itself was never initialised: that would only ask who it is
