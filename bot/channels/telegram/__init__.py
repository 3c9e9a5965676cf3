"""Telegram, on `telegram.Bot` and its types: long polling in, the outbox out. Private chats only."""

from bot.channels.telegram.channel import Telegram
from bot.channels.telegram.connection import connect
from bot.channels.telegram.sender import TelegramSender
from bot.channels.telegram.updates import incoming

__all__ = ["Telegram", "TelegramSender", "connect", "incoming"]
