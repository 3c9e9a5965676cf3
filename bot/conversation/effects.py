"""What a turn wants done outside of the conversation; carried out in the same transaction."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class RecordConsent:
    """The resident agreed to something or refused it."""

    purpose: str
    """A key of consents.yaml."""
    given: bool


@dataclass(frozen=True, slots=True)
class SaveScreening:
    """An interview came to findings."""

    facts: dict[str, Any]
    findings: dict[str, Any]


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A person is needed."""

    number: str
    kind: str
    """`crisis`, `screening`, `asked`, `misses`, `help`, `report`, `complaint` or `privacy`."""
    signals: tuple[str, ...]
    details: dict[str, Any] = field(default_factory=dict)
    district: str | None = None
    programmes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UpdateCase:
    """The resident said more about how to reach them, where they live, or what happened."""

    details: dict[str, Any] = field(default_factory=dict)
    district: str | None = None
    signals: tuple[str, ...] = ()
    """Added to the case's signals; its urgency is then judged anew and never falls by this."""
    contact_changed: bool = False
    """The resident changed how they may be reached or where they live: an event and an audit row say so."""


@dataclass(frozen=True, slots=True)
class AddToCase:
    """The resident wrote something that the caseworker should see in the history of the case."""

    what: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class GiveExport:
    """The resident wants to see what is held of them; it takes the place of `EXPORT` in the replies."""


@dataclass(frozen=True, slots=True)
class EraseAll:
    """The resident wants everything gone, and was told what goes and what stays."""

    receipt: str


@dataclass(frozen=True, slots=True)
class EraseScreenings:
    """The resident no longer agrees to be screened: stored answers and findings go."""


@dataclass(frozen=True, slots=True)
class AskedInVain:
    """Free words that got no answer of their own; policy staff see them masked, grouped with others alike."""

    text: str
    why: str
    """`near` (only offered as buttons), `miss`, `handover` (the miss after which a person comes) or `no_answer`."""
    label: str | None
    """What they were taken for."""
    confidence: float


@dataclass(frozen=True, slots=True)
class GiveFeedback:
    """Whether the answers of this talk helped."""

    helped: bool
    labels: tuple[str, ...]
    """The answers that were given since the last time."""


@dataclass(frozen=True, slots=True)
class FeedbackWords:
    """What a resident says was missing, after «did not help»."""

    text: str


Effect = AskedInVain | GiveFeedback | FeedbackWords | RecordConsent | SaveScreening | OpenCase | UpdateCase | AddToCase | GiveExport | EraseAll | EraseScreenings
