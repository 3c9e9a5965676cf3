"""What residents may carry away: the link to a findings page, and the code to go on at another device."""

import secrets
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection

from bot.knowledge import Knowledge
from bot.privacy import KeyedHash
from bot.store import addresses, links, tries

LETTERS = "BCDFGHJKMNPRSTVWXYZ"
"""Of a code: none that looks like another or like a digit, no vowels, so that no code is a word."""
CODE_LENGTH = 8
Outcome = Literal["joined", "wrong", "resting"]


def findings_link(connection: Connection, knowledge: Knowledge, conversation_id: int, screening_id: int, now: datetime) -> str:
    """The token of a new link to one screening; the page stands at `/findings/<token>`."""
    expires_at = now + timedelta(days=knowledge.retention.findings_link_days)
    return links.make(connection, "findings", conversation_id=conversation_id, screening_id=screening_id, expires_at=expires_at, now=now)


def resume_code(connection: Connection, hashes: KeyedHash, knowledge: Knowledge, conversation_id: int, now: datetime) -> str:
    """A new code of 8 capital letters for `/resume`; an earlier one of the same conversation ends."""
    code = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
    links.withdraw(connection, conversation_id, "resume")
    expires_at = now + timedelta(hours=knowledge.retention.resume_code_hours)
    links.keep(connection, "resume", hashes.of("resume", code), conversation_id=conversation_id, expires_at=expires_at, now=now)
    return code


def join(connection: Connection, hashes: KeyedHash, *, code: str, channel: str, address: str, caller: str, now: datetime) -> Outcome:
    """Let a fresh address of `channel` lead to the conversation of a code.

    Args:
        code: as `resume_code` gave it.
        address: a secret never used before; whoever brings it from now on reads and writes in the conversation.
        caller: who tries, for example a network address; kept as a hash for an hour.

    Returns:
        `joined`; `wrong` for a code that is unknown, too old or used; `resting` after five wrong ones, and then
        the code was not looked at.
    """
    who = hashes.of("tries.resume", caller)
    if not tries.take(connection, who, now):
        return "resting"
    link = links.use(connection, hashes.of("resume", code), now)
    if link is None:
        return "wrong"
    tries.give_back(connection, who)
    addresses.add(connection, hashes.of(f"address.{channel}", address), link.conversation_id, now)
    return "joined"


def withdraw(connection: Connection, conversation_id: int, keep: str = "") -> None:
    """Everything that leads to a conversation from outside ends, but the address of the hash `keep`; for erasure, before its rows go."""
    links.withdraw(connection, conversation_id)
    addresses.forget(connection, conversation_id, keep)
