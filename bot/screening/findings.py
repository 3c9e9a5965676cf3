"""What the pre-screening found: never a decision, always with its reasons; stored with the case as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from bot.logic import Truth, all_of, any_of

Outcome = Literal["likely", "possible", "unlikely"]
State = Literal["met", "not_met", "unknown"]

OUTCOMES: Mapping[Truth, Outcome] = {True: "likely", None: "possible", False: "unlikely"}
_FURTHEST: tuple[Outcome, ...] = ("unlikely", "possible", "likely")
STATES: Mapping[Truth, State] = {True: "met", None: "unknown", False: "not_met"}


@dataclass(frozen=True, slots=True)
class Judged:
    """One condition as it stands for this household."""

    id: str
    says: str
    state: State
    source: str
    """`source-id#CLAUSE`."""
    further_sources: tuple[str, ...]
    missing: tuple[str, ...]
    """Facts not known that could still settle it."""
    by_worker: bool
    """Open, and nothing that could be told would settle it: a person has to look."""
    note: str
    """Why a person has to look; may be empty."""
    route: str
    """Id of the route it belongs to, empty where it counts for every route."""

    @property
    def open_because(self) -> Literal["", "missing", "people"]:
        """Why an unknown condition is open: facts in `missing` are not told, or people have to look (`note`)."""
        if self.state != "unknown":
            return ""
        return "missing" if self.missing else "people"


@dataclass(frozen=True, slots=True)
class Finding:
    """What the pre-screening says of one programme."""

    programme: str
    outcome: Outcome
    conditions: tuple[Judged, ...]
    unchecked: tuple[str, ...]
    """Conditions of the law that were not asked about."""
    already_receiving: bool
    routes: Mapping[str, Outcome]
    """Id of each route to its own outcome; empty where a programme has one way in only."""

    @property
    def missing(self) -> tuple[str, ...]:
        """Facts not known that some open condition still lacks, each once; a route that is closed lacks nothing."""
        open_ones = [item for item in self.conditions if self.routes.get(item.route) != "unlikely"]
        return tuple(dict.fromkeys(fact for item in open_ones for fact in item.missing))

    @property
    def leading_route(self) -> str:
        """The route that leads furthest, the first of the rules among equals; empty where there is one way in only."""
        return max(self.routes, key=lambda route: _FURTHEST.index(self.routes[route]), default="")

    @property
    def leading(self) -> tuple[Judged, ...]:
        """The conditions that count here: those of every route and those of the leading one."""
        return tuple(item for item in self.conditions if item.route in ("", self.leading_route))

    @property
    def other_ways(self) -> Mapping[str, tuple[Judged, ...]]:
        """The other routes with their conditions: to be shown as another way in, never as what is lacking here."""
        others = [route for route in self.routes if route != self.leading_route]
        return {route: tuple(item for item in self.conditions if item.route == route) for route in others}


@dataclass(frozen=True, slots=True)
class Findings:
    """What the pre-screening says of every programme, and what it reckoned with."""

    day: str
    """The day for which figures were taken, as 2026-01-31."""
    knowledge: str
    """Version of the policy files."""
    standards: Mapping[str, str]
    """Figures that were put in place of those of the policy files; empty in ordinary use."""
    by_programme: Mapping[str, Finding]
    closed: Mapping[str, str] = field(default_factory=dict)
    """Programmes that were left out because they had been refused or stopped → what the notice said."""

    @property
    def outcomes(self) -> dict[str, Outcome]:
        """Programme → outcome."""
        return {name: finding.outcome for name, finding in self.by_programme.items()}

    def to_json(self) -> dict[str, Any]:
        """Plain data that `from_json` turns back into equal findings."""
        return {
            "day": self.day,
            "knowledge": self.knowledge,
            "standards": dict(self.standards),
            "by_programme": {name: asdict(finding) for name, finding in self.by_programme.items()},
            "closed": dict(self.closed),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Findings":
        """Findings as they were stored."""
        found = {name: _finding(item) for name, item in data["by_programme"].items()}
        return cls(data["day"], data["knowledge"], dict(data["standards"]), found, dict(data.get("closed", {})))


def _finding(data: Mapping[str, Any]) -> Finding:
    conditions = tuple(_judged(item) for item in data["conditions"])
    return Finding(
        programme=data["programme"],
        outcome=data["outcome"],
        conditions=conditions,
        unchecked=tuple(data["unchecked"]),
        already_receiving=data["already_receiving"],
        routes=dict(data["routes"]),
    )


def _judged(data: Mapping[str, Any]) -> Judged:
    lists = {"further_sources": tuple(data["further_sources"]), "missing": tuple(data["missing"])}
    return Judged(**{**data, **lists})


def way_in(states: Mapping[str, list[Truth]]) -> tuple[Truth, dict[str, Truth]]:
    """The truth of a programme and of each of its routes.

    Args:
        states: route id («» for what counts in every route) → truth of its conditions.
    """
    routes = {route: all_of(values) for route, values in states.items() if route}
    ways = [any_of(routes.values())] if routes else []
    return all_of([*states.get("", []), *ways]), routes
