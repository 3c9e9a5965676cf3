"""What a turn wants done outside of the conversation; carried out in the same transaction."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class RecordConsent:
    """The resident agreed to something or refused it."""

    purpose: str
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
    """`crisis`, `screening`, `asked`, `misses`, `help`, `report` or `privacy`."""
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


@dataclass(frozen=True, slots=True)
class AddToCase:
    """The resident wrote something that the caseworker should see in the history of the case."""

    what: str
    note: str = ""


Effect = RecordConsent | SaveScreening | OpenCase | UpdateCase | AddToCase
