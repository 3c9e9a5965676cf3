"""What a turn is given besides the state: the message, how it was read, and the circumstances."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Kind = Literal["start", "text", "button", "photo", "voice", "sticker", "location", "other"]
Certainty = Literal["sure", "near", "none"]


@dataclass(frozen=True, slots=True)
class Message:
    """One cleaned incoming message."""

    kind: Kind
    text: str = ""
    button: str = ""
    """Value of the tapped button: `<turn>:<code>`."""
    token: str = ""
    """Random characters stored with the message; a new case takes its number from them."""
    masked: frozenset[str] = frozenset()
    """Kinds of identifiers that were taken out of the text before it was stored."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the words mean, from the text alone."""

    label: str | None = None
    confidence: float = 0.0
    ranking: tuple[tuple[str, float], ...] = ()
    """Labels with confidence, best first, the best included."""
    certainty: Certainty = "none"
    crisis: str | None = None
    """A crisis label found by patterns or by the model; either suffices."""
    by_pattern: bool = False
    """Whether the crisis was found by patterns, which nothing overrules."""
    act: str | None = None
    """An unmistakable act found without the model."""


@dataclass(frozen=True, slots=True)
class CaseView:
    """What a conversation may know of its newest case."""

    number: str
    status: str
    colour: str
    kind: str
    worker: str = ""
    """Display name of the member of staff who works on it."""
    opened_at: datetime | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    """What the case holds already: need, contact, place."""
    district: str = ""
    ahead: int | None = None
    """How many residents of the district wait in front of this one; None when this one does not wait."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """One consent in force."""

    purpose: str
    """A key of consents.yaml."""
    at: datetime
    """In the zone of Tianjin, as all times of a turn."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The moment of a turn."""

    now: datetime
    channel: str = "web"
    case: CaseView | None = None
    owner: Literal["bot", "person"] = "bot"
    on_duty: bool = False
    """Whether somebody is on the duty roster at this moment."""
    opens_at: datetime | None = None
    """When the desk opens next; None while it is open."""
    ahead: int | None = None
    """How many residents wait where a hand-over under way would come to; None when there is none."""
    agreed: tuple[Agreed, ...] = ()
    """What the resident agreed to and has not taken back."""
    policy_only: bool = False
    """Whether this channel answers questions of policy only (and crises)."""
    site: str = ""
    """Root of the residents' pages for links out of other channels, without a slash at the end; empty when none is set."""
