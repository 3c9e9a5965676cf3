"""Who works here: accounts, sessions in the browser, invitations, roles, and whose data they looked at.

Knows no pages and no requests. Every method is one or more short transactions and runs in a thread;
passwords are hashed with no transaction open.
"""

from bot.staff.accounts import Accounts, Passwords
from bot.staff.invitations import INVITATION_HOURS, Invitations
from bot.staff.looks import Looks
from bot.staff.roles import ROLES, Permission, may
from bot.staff.sessions import IDLE, TOTAL, Sessions, SignedIn, hash_token

__all__ = [
    "IDLE", "INVITATION_HOURS", "ROLES", "TOTAL", "Accounts", "Invitations", "Looks", "Passwords", "Permission",
    "Sessions", "SignedIn", "hash_token", "may",
]
