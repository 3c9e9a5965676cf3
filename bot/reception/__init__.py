"""The shell around one turn: take in, read, turn, commit. No transaction ever waits for the network."""

from bot.reception.crowd import Crowd, Limits
from bot.reception.desk import Desk
from bot.reception.intake import Accepted
from bot.reception.ports import Incoming, Reader
from bot.reception.reception import Reception

__all__ = ["Accepted", "Crowd", "Desk", "Incoming", "Limits", "Reader", "Reception"]
