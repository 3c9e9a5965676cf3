"""What we know of a case and what was found, in words; numbers that reach a person stay masked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.casework import SafeContact
from bot.conversation.wording import fact_value
from bot.knowledge import Knowledge
from bot.screening.findings import Finding, Findings, Judged
from bot.store.cases import CaseRow
from bot.store.screenings import ScreeningRow

_NUMBER = re.compile(r"(?<![A-Za-z\d-])\d(?:[ -]?\d){6,}")
"""Not the numbers of cases, which begin with letters."""
_DAY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_OUTCOME_ORDER = ("likely", "possible", "unlikely")
_FREE_TEXTS = ("need", "more", "when", "not_told", "street", "where", "hukou")
_PLAIN = frozenset({*_FREE_TEXTS, "contact", "phone", "communicates", "call_agreed", "urgent"})


def mask_numbers(text: str) -> str:
    """`text` with every number of seven digits or more reduced to its first three and last two."""
    return _NUMBER.sub(lambda match: _masked(match.group()), text)


def _masked(number: str) -> str:
    if _DAY.fullmatch(number):
        return number
    digits = re.sub(r"\D", "", number)
    return f"{digits[:3]}{'*' * (len(digits) - 5)}{digits[-2:]}"


@dataclass(frozen=True, slots=True)
class Reason:
    """One condition with its source in words."""

    judged: Judged
    source: str
    clause: str
    """What the cited clause says, in our own words; may be empty."""
    missing: tuple[str, ...]
    """Names of the facts that could still settle it."""


@dataclass(frozen=True, slots=True)
class Way:
    """Conditions that belong together: those of every route (no title), or one of several ways in."""

    title: str
    outcome: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One programme as the case page shows it."""

    finding: Finding
    name: str
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """Everything in the middle of the case page."""

    need: str
    more: str
    contact: str
    """`phone`, `chat`, `none`, or empty while the resident has not said."""
    phone: str
    may_contact: bool
    """False is 不可主动联系."""
    when: str
    not_told: str
    """Who must not know of it, in the resident's words."""
    communicates: str
    """`text`, `sign`, `visit`, `read_aloud`, or empty."""
    urgent: str
    """How urgent the reporter says it is: `yes`, `no`, or empty."""
    street: str
    where: str
    hukou: str
    further: Mapping[str, str]
    """What else the case holds, by key."""
    facts: tuple[tuple[str, str], ...]
    found: tuple[Found, ...]
    day: str
    """The day for which findings were made, or empty."""

    @classmethod
    def of(cls, knowledge: Knowledge, case: CaseRow, screening: ScreeningRow | None, unmasked: bool) -> "Known":
        """What stands in the case and its screening; numbers masked unless asked for."""
        shown = (lambda text: text) if unmasked else mask_numbers
        texts = {name: shown(str(case.details.get(name) or "")) for name in _FREE_TEXTS}
        further = {name: shown(str(value)) for name, value in case.details.items() if name not in _PLAIN and value}
        findings = _findings(screening)
        contact = SafeContact.of(case.details, case.signals)
        urgent = case.details.get("urgent")
        return cls(
            **texts, contact=contact.way, phone=shown(contact.phone), may_contact=case.may_contact,
            communicates=contact.communicates, urgent="" if urgent is None else "yes" if urgent else "no",
            further=further, facts=_facts(knowledge, screening.facts if screening else {}),
            found=tuple(_found(knowledge, item) for item in _ordered(findings)), day=findings.day if findings else "",
        )


def _findings(screening: ScreeningRow | None) -> Findings | None:
    return Findings.from_json(screening.findings) if screening is not None and screening.findings else None


def _ordered(findings: Findings | None) -> list[Finding]:
    found = list(findings.by_programme.values()) if findings else []
    return sorted(found, key=lambda item: _OUTCOME_ORDER.index(item.outcome))


def _facts(knowledge: Knowledge, facts: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    known = [(spec, facts[name]) for name, spec in knowledge.facts.items() if facts.get(name) is not None]
    return tuple((spec.name, fact_value(spec, value)) for spec, value in known)


def _found(knowledge: Knowledge, finding: Finding) -> Found:
    rules = knowledge.rules.get(finding.programme)
    titles = {route.id: route.says for route in rules.routes} if rules else {}
    own = _reasons(knowledge, finding, "")
    ways = [Way("", "", own)] if own else []
    ways += [
        Way(titles.get(route, route), outcome, _reasons(knowledge, finding, route)) for route, outcome in finding.routes.items()
    ]
    return Found(finding, knowledge.term(finding.programme), tuple(ways))


def _reasons(knowledge: Knowledge, finding: Finding, route: str) -> tuple[Reason, ...]:
    return tuple(_reason(knowledge, judged) for judged in finding.conditions if judged.route == route)


def _reason(knowledge: Knowledge, judged: Judged) -> Reason:
    name, _, clause = judged.source.partition("#")
    source = knowledge.sources.get(name)
    missing = tuple(knowledge.facts[fact].name for fact in judged.missing if fact in knowledge.facts)
    if source is None:
        return Reason(judged, judged.source, "", missing)
    title = f"《{source.title.strip('《》')}》" + (f"({source.number})" if source.number else "")
    return Reason(judged, title, source.clauses.get(clause, ""), missing)
