"""Who works here: the door, accounts, second factor, sessions, invitations, and whose data they looked at.

Knows no pages and no requests. Every method is one or more short transactions and runs in a thread;
passwords are hashed with no transaction open. What a role may do stands in `bot.casework.roles`.
"""

from bot.casework import ROLES, Permission, may
from bot.staff.accounts import Accounts
from bot.staff.door import Admitted, Caller, Door
from bot.staff.invitations import INVITATION_HOURS, Invitations
from bot.staff.known_browsers import KEPT_DAYS, KnownBrowsers
from bot.staff.looks import Looks
from bot.staff.passwords import Passwords
from bot.staff.second_factor import SecondFactor
from bot.staff.sessions import IDLE, PROVEN_FOR, TOTAL, OpenSession, Sessions, SignedIn, hash_token

__all__ = [
    "IDLE", "INVITATION_HOURS", "KEPT_DAYS", "PROVEN_FOR", "ROLES", "TOTAL", "Accounts", "Admitted", "Caller", "Door", "Invitations",
    "KnownBrowsers", "Looks", "OpenSession", "Passwords", "Permission", "SecondFactor", "Sessions", "SignedIn", "hash_token", "may",
]
