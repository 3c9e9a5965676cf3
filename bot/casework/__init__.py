"""Cases and the moves they may make, urgency and why, who may see them. No database, no clock."""

from bot.casework.cases import CLOSED, IllegalMove, Status, legal_moves, move
from bot.casework.contact import SafeContact
from bot.casework.protection import is_of_a_harmed_child
from bot.casework.roles import PERMISSIONS, ROLES, Permission, may
from bot.casework.scope import Scope
from bot.casework.urgency import COLOURS, floor, is_more_urgent, urgency

__all__ = [
    "CLOSED", "COLOURS", "PERMISSIONS", "ROLES", "IllegalMove", "Permission", "SafeContact", "Scope", "Status",
    "floor", "is_more_urgent", "is_of_a_harmed_child", "legal_moves", "may", "move", "urgency",
]
