"""Sends the outbox's messages to Telegram and says which failures are final."""

from collections.abc import Sequence
from datetime import timedelta

from telegram import Bot, InputFile, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.channels.telegram.wording import TelegramPart, parts_of
from bot.delivery import Content, Refused, TryLater

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class TelegramSender:
    """A `Sender` for Telegram."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def parts(self, content: Content) -> Sequence[TelegramPart]:
        """One message as calls of sendMessage."""
        return parts_of(content)

    async def send(self, address: str, part: TelegramPart) -> None:
        """Send one part; where the server does not take the tags, the bare words.

        Raises:
            Refused: the resident blocked the bot, or the chat is gone.
            TryLater: everything else.
        """
        try:
            if part.document is not None:
                return await self._file(address, *part.document)
            try:
                await self._message(address, part.html, part, ParseMode.HTML)
            except BadRequest as error:
                if "parse" not in error.message.lower() and "tag" not in error.message.lower():
                    raise
                await self._message(address, part.plain, part, None)
        except Forbidden as error:
            raise Refused("对方停用了机器人或删了账号,消息送不到") from error
        except (BadRequest, ChatMigrated) as error:
            raise Refused(f"Telegram 不收这条消息:{error.message}") from error
        except RetryAfter as error:
            raise TryLater("Telegram 要求这个对话慢一点", after=_seconds(error.retry_after)) from error
        except TelegramError as error:
            raise TryLater(f"Telegram 暂时发不出去({type(error).__name__})") from error

    async def _file(self, address: str, name: str, text: str) -> None:
        await self._bot.send_document(int(address), InputFile(text.encode(), filename=name), disable_content_type_detection=True)

    async def _message(self, address: str, text: str, part: TelegramPart, parse_mode: str | None) -> None:
        await self._bot.send_message(
            int(address), text, parse_mode=parse_mode, reply_markup=part.keyboard, link_preview_options=_NO_PREVIEW
        )


def _seconds(pause: int | timedelta) -> float:
    return pause.total_seconds() if isinstance(pause, timedelta) else float(pause)
