"""The shell around one turn: take in, read, turn, commit. No transaction ever waits for the network."""

from bot.reception.desk import Desk
from bot.reception.ports import Incoming, Reader
from bot.reception.reception import Reception

__all__ = ["Desk", "Incoming", "Reader", "Reception"]
