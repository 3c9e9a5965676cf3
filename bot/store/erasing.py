"""Takes a conversation out of every table. What is deleted is overwritten in the file (SQLite: secure_delete).

Which tables hold something of a resident is read from the schema: whatever refers to a conversation or to a
case goes with it, also in a table that is made later.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, Select, Table, delete, select, update

from bot.store.addresses import addresses
from bot.store.cases import cases
from bot.store.conversations import conversations
from bot.store.erasures import erasures
from bot.store.feedback import feedback
from bot.store.inbound import inbound
from bot.store.links import capability_links
from bot.store.outbox import outbox
from bot.store.schema import metadata
from bot.store.screenings import screenings
from bot.store.transcripts import transcript
from bot.store.unanswered import unanswered

GUARD = timedelta(minutes=10)
"""Processed rows, which hold no words, stay so long as a guard against a late second delivery."""
ABOVE_ALL = 2**31 - 1
"""No id is higher: they are 32-bit numbers."""
APART = frozenset({addresses, cases, erasures, inbound, outbox, transcript})
"""Tables that refer to a conversation and are dealt with one by one."""


def referring(target: Table) -> list[tuple[Table, Column[Any]]]:
    """Every table with a column that refers to `target`, those first to which nothing refers."""
    tables = reversed(metadata.sorted_tables)
    return [(table, column) for table in tables for column in table.columns for key in column.foreign_keys if key.column.table is target]


def erase(connection: Connection, conversation_id: int, now: datetime, *, lines_from: int = 0, messages_from: int = 0) -> None:
    """Everything of a conversation but what was written from those ids on (the receipt), and its address.

    The address stays so that the receipt reaches the resident; `remove` takes it too. The caller writes the state.
    """
    remove_cases(connection, connection.scalars(select(cases.c.id).where(cases.c.conversation_id == conversation_id)))
    for table, column in referring(conversations):
        if table not in APART:
            connection.execute(delete(table).where(column == conversation_id))
    connection.execute(delete(transcript).where(transcript.c.conversation_id == conversation_id, transcript.c.id < lines_from))
    connection.execute(delete(outbox).where(outbox.c.conversation_id == conversation_id, outbox.c.id < messages_from))
    old = (inbound.c.conversation_id == conversation_id) & (inbound.c.processed_at < now - GUARD)
    connection.execute(delete(inbound).where(old))
    connection.execute(update(conversations).where(conversations.c.id == conversation_id).values(erased_at=now, owner_id=None))


def erase_beside_case(connection: Connection, conversation_id: int) -> None:
    """While a case is open: links out of the house, and screenings that no open case rests on."""
    connection.execute(delete(capability_links).where(capability_links.c.conversation_id == conversation_id))
    erase_screenings(connection, conversation_id)


def erase_screenings(connection: Connection, conversation_id: int, before: datetime | None = None) -> int:
    """Stored screenings (made before then) that no open case rests on, with the links to them; returns how many."""
    needed: Select[Any] = select(cases.c.screening_id).where(
        cases.c.conversation_id == conversation_id, cases.c.status != "closed", cases.c.screening_id.is_not(None)
    )
    free = select(screenings.c.id).where(screenings.c.conversation_id == conversation_id, screenings.c.id.not_in(needed))
    doomed = list(connection.scalars(free if before is None else free.where(screenings.c.at < before)))
    for table, column in referring(screenings):
        if table is not cases:
            connection.execute(delete(table).where(column.in_(doomed)))
    connection.execute(update(cases).where(cases.c.screening_id.in_(doomed)).values(screening_id=None))
    return connection.execute(delete(screenings).where(screenings.c.id.in_(doomed))).rowcount


def erase_contents(connection: Connection, conversation_id: int) -> bool:
    """What was said and remembered; cases and consents stay. Returns whether there was anything."""
    gone = 0
    for table in (capability_links, transcript, outbox, unanswered, feedback):
        gone += connection.execute(delete(table).where(table.c.conversation_id == conversation_id)).rowcount
    connection.execute(update(conversations).where(conversations.c.id == conversation_id).values(state={}))
    return gone > 0


def remove(connection: Connection, conversation_id: int, now: datetime) -> None:
    """The whole conversation, its address and the row itself."""
    erase(connection, conversation_id, now, lines_from=ABOVE_ALL, messages_from=ABOVE_ALL)
    connection.execute(update(erasures).where(erasures.c.conversation_id == conversation_id).values(conversation_id=None))
    for table in (addresses, inbound):
        connection.execute(delete(table).where(table.c.conversation_id == conversation_id))
    connection.execute(delete(conversations).where(conversations.c.id == conversation_id))


def remove_cases(connection: Connection, case_ids: Iterable[int]) -> int:
    """Cases with their history and all that hangs on them; returns how many."""
    doomed = list(case_ids)
    for table, column in referring(cases):
        connection.execute(delete(table).where(column.in_(doomed)))
    return connection.execute(delete(cases).where(cases.c.id.in_(doomed))).rowcount
