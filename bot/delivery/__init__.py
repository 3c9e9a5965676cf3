"""Sends what the outbox holds: in order per conversation, paced, with retries. Decides nothing about words.

Sending is at least once: a crash between sending and noting it may repeat one message, never lose one.
"""

from bot.delivery.pace import Pace
from bot.delivery.pump import Pump
from bot.delivery.sender import Content, Refused, Sender, TryLater

__all__ = ["Content", "Pace", "Pump", "Refused", "Sender", "TryLater"]
