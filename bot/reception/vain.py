"""Keeps what residents asked in vain and whether answers helped; every sentence is masked before it is kept."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from bot.conversation import AskedInVain, FeedbackWords, GiveFeedback
from bot.knowledge import Knowledge
from bot.privacy import mask_personal
from bot.store import feedback, transcripts, unanswered

LONGEST = 300
"""Characters kept: longer messages tell a life, not a question."""
MOST_WORDS = 3
"""Sentences kept of a talk that did not help."""
Kept = AskedInVain | GiveFeedback | FeedbackWords


def masked(knowledge: Knowledge, text: str) -> str:
    """A sentence without anything by which its speaker could be known."""
    names = knowledge.messages.names
    identifiers = {kind: words.split() for kind, words in names["identifier_words"].items()}
    personal = {kind: words.split() for kind, words in names["personal_words"].items()}
    return mask_personal(text[:LONGEST], identifiers, personal)


def keep(connection: Connection, conversation_id: int, effect: Kept, knowledge: Knowledge, now: datetime) -> None:
    """Carry out one such effect."""
    match effect:
        case AskedInVain(text, why, label, confidence):
            _add(connection, conversation_id, text, why, label, confidence, knowledge, now)
        case GiveFeedback(helped, labels):
            feedback.add(connection, conversation_id, helped, labels, now)
            if not helped:
                _what_did_not_help(connection, conversation_id, labels, knowledge, now)
        case FeedbackWords(text):
            feedback.add_words(connection, conversation_id, masked(knowledge, text))


def _add(
    connection: Connection, conversation_id: int, text: str, why: Any, label: str | None, confidence: float, knowledge: Knowledge,
    now: datetime,
) -> None:
    unanswered.add(connection, conversation_id, masked(knowledge, text), why, label, confidence, now)


def _what_did_not_help(connection: Connection, conversation_id: int, labels: tuple[str, ...], knowledge: Knowledge, now: datetime) -> None:
    """The typed questions that these answers were given for, the last first."""
    lines = transcripts.transcript.c
    mine = (lines.conversation_id == conversation_id) & (lines.author == "resident") & (lines.kind == "text") & lines.label.in_(labels)
    query = select(lines.text, lines.label).where(mine).order_by(lines.id.desc()).limit(MOST_WORDS)
    for text, label in connection.execute(query).tuples():
        _add(connection, conversation_id, text, "unhelpful", label, 1.0, knowledge, now)
