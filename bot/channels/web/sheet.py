"""A stored pre-screening as a sheet of paper: a card a programme, with reasons, papers, places and times."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.answers import Rendered, render
from bot.answers.variables import chinese_day
from bot.channels.web.pieces import lacking
from bot.conversation.wording import fact_value
from bot.errors import InputError
from bot.knowledge import Knowledge
from bot.screening import Estimate, Finding, Findings, Judged, Outcome, estimate

ORDER: tuple[Outcome, ...] = ("likely", "possible", "unlikely")
STEPS = ("documents", "apply", "time")
"""Aspects a card ends with: what to bring, where to go, how long it takes."""
OUTSIDE = "outside_tianjin"
ELSEWHERE = (OUTSIDE, "other_district")
"""Where the household is registered when that is not where it lives; the sheet then says where to go."""
ELSEWHERE_ANSWER = "ask.one_city"
FURTHER_ANSWERS = ("ask.appeal", "ask.proxy", "ask.review")
"""Answers that the sheet leads on to."""


@dataclass(frozen=True, slots=True)
class Basis:
    """A document as it is named under what rests on it."""

    title: str
    number: str
    address: str
    """Where it can be read; empty where that may not be shown."""
    caution: str
    """What has to be said with it; may be empty."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One condition as it stood."""

    says: str
    state: str
    mark: str
    words: str
    bases: tuple[Basis, ...]
    missing: tuple[str, ...]
    """What was not told and could settle it."""
    note: str
    """Why a person has to look; may be empty."""


@dataclass(frozen=True, slots=True)
class Way:
    """Conditions that count together: those of every way in (no title), or those of one of several."""

    title: str
    words: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """What might be paid a month, with the way to it."""

    says: str
    arithmetic: str
    figures: tuple[str, ...]
    """Figures with their day: 「低保标准:2025 年 9 月 1 日起」."""
    bases: tuple[Basis, ...]
    caution: str


@dataclass(frozen=True, slots=True)
class Card:
    """One programme."""

    code: str
    name: str
    plain: str
    outcome: Outcome
    mark: str
    words: str
    receiving: bool
    lacking: tuple[str, ...]
    """Conditions not met, of an unfavourable finding."""
    missing: tuple[str, ...]
    """What was not told, of an open one."""
    for_worker: tuple[str, ...]
    """What only a person can settle."""
    ways: tuple[Way, ...]
    unchecked: tuple[str, ...]
    sum: Sum | None
    steps: tuple[tuple[str, Rendered], ...]
    """Heading and answer."""
    apply_label: str
    """Label of the answer on how to apply; empty when there is none."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole page."""

    day: str
    version: str
    counts: tuple[tuple[str, str, int], ...]
    """Mark, words and how many programmes, for outcomes that occur."""
    cards: tuple[Card, ...]
    told: tuple[tuple[str, str], ...]
    """What was told, in words."""
    elsewhere: Rendered | None
    """Where to go when the household is registered elsewhere."""
    outside: bool
    """Whether it is registered outside the city."""
    further: tuple[tuple[str, str], ...]
    """Title and address of answers to go on with."""


def sheet(now: Knowledge, then: Knowledge | None, facts: Mapping[str, Any], findings: Findings, today: date) -> Sheet:
    """The page of a stored screening.

    Args:
        now: the policies in force today; what to bring and where to go are said as they are today.
        then: those the screening rested on, for sums and names; None when they can no longer be read.
        facts: what was told.
        findings: what was found then; outcomes and reasons are shown as they were.
        today: the day of the page.
    """
    district = facts.get("district")
    maker = _Cards(now, then, facts, findings, today, district if isinstance(district, str) else "")
    found = sorted(findings.by_programme.values(), key=lambda finding: ORDER.index(finding.outcome))
    marks, words = now.messages.names["outcome_mark"], now.messages.names["outcome"]
    numbers = {outcome: sum(finding.outcome == outcome for finding in found) for outcome in ORDER}
    return Sheet(
        day=chinese_day(date.fromisoformat(findings.day)),
        version=findings.knowledge,
        counts=tuple((marks[outcome], words[outcome], number) for outcome, number in numbers.items() if number),
        cards=tuple(maker.card(finding) for finding in found),
        told=tuple(_told(then or now, facts)),
        elsewhere=render(now, ELSEWHERE_ANSWER, today, maker.district) if facts.get("hukou") in ELSEWHERE else None,
        outside=facts.get("hukou") == OUTSIDE,
        further=tuple((now.answers[label].title, f"/answers/{label}") for label in FURTHER_ANSWERS if label in now.answers),
    )


def _told(knowledge: Knowledge, facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, spec in knowledge.facts.items():
        if name in facts:
            value = facts[name]
            yield spec.name, fact_value(spec, tuple(value) if isinstance(value, list) else value)


@dataclass(frozen=True, slots=True)
class _Cards:
    """Makes cards of one screening."""

    now: Knowledge
    then: Knowledge | None
    facts: Mapping[str, Any]
    findings: Findings
    today: date
    district: str

    def card(self, finding: Finding) -> Card:
        """One programme."""
        names, term = self.now.messages.names, self.now.glossary.by_code.get(finding.programme)
        open_ones = [judged for judged in finding.conditions if judged.state == "unknown"] if finding.outcome == "possible" else []
        apply_label = f"ask.{finding.programme}.apply"
        return Card(
            code=finding.programme,
            name=self.now.term(finding.programme),
            plain=term.plain if term else "",
            outcome=finding.outcome,
            mark=names["outcome_mark"][finding.outcome],
            words=names["outcome"][finding.outcome],
            receiving=finding.already_receiving,
            lacking=lacking(finding),
            missing=self._names(finding.missing) if finding.outcome == "possible" else (),
            for_worker=tuple(dict.fromkeys(judged.note or judged.says for judged in open_ones if judged.by_worker)),
            ways=tuple(self._ways(finding)),
            unchecked=finding.unchecked,
            sum=self._sum(finding),
            steps=tuple(self._steps(finding)),
            apply_label=apply_label if apply_label in self.now.answers else "",
        )

    def _names(self, facts: tuple[str, ...]) -> tuple[str, ...]:
        specs = (self.then or self.now).facts
        return tuple(specs[fact].name for fact in facts if fact in specs)

    def _ways(self, finding: Finding) -> Iterator[Way]:
        rules = (self.then or self.now).rules.get(finding.programme)
        titles = {route.id: route.says for route in rules.routes} if rules else {}
        words = self.now.messages.names["outcome"]
        for route, outcome in {"": None, **finding.routes}.items():
            reasons = tuple(self._reason(judged) for judged in finding.conditions if judged.route == route)
            if reasons:
                yield Way(titles.get(route, ""), words[outcome] if outcome else "", reasons)

    def _reason(self, judged: Judged) -> Reason:
        names = self.now.messages.names
        unknown = judged.state == "unknown"
        return Reason(
            says=judged.says,
            state=judged.state,
            mark=names["condition_mark"][judged.state],
            words=names["condition"][judged.state],
            bases=self._bases(judged.source, *judged.further_sources),
            missing=self._names(judged.missing) if unknown else (),
            note=judged.note if unknown and judged.by_worker else "",
        )

    def _bases(self, *references: str) -> tuple[Basis, ...]:
        found = {}
        for reference in references:
            name = reference.partition("#")[0]
            source = self.now.sources.get(name) or (self.then.sources.get(name) if self.then else None)
            if source is not None:
                caution = self.now.messages.texts["ask_street"] if source.grade == "B′" else ""
                found[name] = Basis(f"《{source.title.strip('《》')}》", source.number, source.address, caution)
        return tuple(found.values())

    def _sum(self, finding: Finding) -> Sum | None:
        if self.then is None or finding.outcome != "likely" or self.findings.standards:
            return None
        try:
            found = estimate(self.then, self.facts, finding.programme, date.fromisoformat(self.findings.day))
        except InputError:  # a fact that has changed its meaning since
            return None
        return None if found is None else self._shown(found)

    def _shown(self, found: Estimate) -> Sum:
        since = self.now.messages.texts["figure_since"]
        return Sum(
            says=found.says,
            arithmetic=found.arithmetic,
            figures=tuple(f"{figure.label}，{since.replace('{}', chinese_day(figure.since))}" for figure in found.figures),
            bases=self._bases(found.source, *(figure.source for figure in found.figures)),
            caution=self.now.messages.texts["figure_caution"] if found.caution else "",
        )

    def _steps(self, finding: Finding) -> Iterator[tuple[str, Rendered]]:
        if finding.outcome == "unlikely":
            return
        for aspect in STEPS:
            answer = render(self.now, f"ask.{finding.programme}.{aspect}", self.today, self.district)
            if answer is not None:
                yield self.now.aspect_title(aspect), answer
