"""How a resident may safely be reached. Every case says it; nobody calls, reminds or follows up against it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

Way = Literal["", "phone", "chat", "none"]
"""By telephone, only in the chat, or not at all for now; empty while the resident has not said."""
Communicates = Literal["", "text", "sign", "visit", "read_aloud"]
"""只能文字、手语、上门、要人念; empty: by telephone or chat as anybody."""
NEVER_FIRST = frozenset({"crisis.violence", "crisis.child_danger"})
"""Signals with which a case starts at 不可主动联系: whoever lies in wait may hold the telephone."""


@dataclass(frozen=True, slots=True)
class SafeContact:
    """What the details and signals of a case say about reaching its resident."""

    may_contact: bool
    """False is 不可主动联系: no call, reminder, follow-up or push; the resident writes first."""
    way: Way
    phone: str
    when: str
    """Times at which it is safe, in the resident's words."""
    not_told: str
    """Who must not know of it, in the resident's words."""
    communicates: Communicates

    @classmethod
    def of(cls, details: Mapping[str, Any], signals: Collection[str]) -> "SafeContact":
        """The contact of a case.

        After violence or harm to a child a telephone number alone is no leave to call: the resident must have
        said that, or when, calling is safe (`call_agreed`).
        """
        way = str(details.get("contact") or "")
        speech = str(details.get("communicates") or "")
        guarded = bool(NEVER_FIRST & set(signals)) and not details.get("call_agreed")
        return cls(
            may_contact=way != "none" and not guarded,
            way=way if way in get_args(Way) else "",  # type: ignore[arg-type]
            phone=str(details.get("phone") or ""), when=str(details.get("when") or ""),
            not_told=str(details.get("not_told") or ""),
            communicates=speech if speech in get_args(Communicates) else "",  # type: ignore[arg-type]
        )
