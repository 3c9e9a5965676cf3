"""Cases and the moves they may make, urgency and why, who may see them. No database, no clock."""

from bot.casework.cases import CLOSED, IllegalMove, Status, legal_moves, move
from bot.casework.scope import Scope
from bot.casework.urgency import COLOURS, urgency

__all__ = ["CLOSED", "COLOURS", "IllegalMove", "Scope", "Status", "legal_moves", "move", "urgency"]
