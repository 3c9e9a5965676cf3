"""One turn of a chat: message, reading and state in; state, replies and effects out. No clock, no store.

`turn` is the only door. The same arguments always give the same `Turn`, so a transcript can be replayed
and a crash repeated at any line.
"""

from bot.conversation.effects import (
    AddToCase,
    AskedInVain,
    Effect,
    EraseAll,
    EraseScreenings,
    FeedbackWords,
    GiveExport,
    GiveFeedback,
    OpenCase,
    RecordConsent,
    SaveScreening,
    UpdateCase,
)
from bot.conversation.incoming import Agreed, CaseView, Circumstances, Message, Reading
from bot.conversation.replies import EXPORT, Button, Reply
from bot.conversation.state import State
from bot.conversation.turn import Turn, turn

__all__ = [
    "EXPORT", "AddToCase", "Agreed", "AskedInVain", "Button", "CaseView", "Circumstances", "Effect", "EraseAll", "EraseScreenings", "FeedbackWords", "GiveExport", "GiveFeedback", "Message", "OpenCase", "Reading", "RecordConsent",
    "Reply", "SaveScreening", "State", "Turn", "UpdateCase", "turn",
]
