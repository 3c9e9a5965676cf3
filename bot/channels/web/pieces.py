"""A text of the bot taken apart for the page: its progress line, its findings as cards, and everything else.

Texts are stored as plain words; what they are is found again with the wording of policies/messages.yaml.
Where that has changed since, the words are shown as they were said.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Literal

from bot.knowledge import Knowledge
from bot.screening.findings import Finding, Findings, Judged
from bot.web.pages import ALWAYS_SHOWN

Kind = Literal["words", "progress", "numbers", "findings"]
LONGEST_VALUE = 120
"""Characters a variable of a system text may take where it is found again."""
ASPECTS = ("documents", "apply")
"""What a favourable card leads to: what to bring, where to go."""
_VARIABLE = re.compile(r"\{\{ *([a-z_]+) *\}\}")


@dataclass(frozen=True, slots=True)
class Reason:
    """One condition as it stands."""

    says: str
    state: str
    mark: str
    words: str
    source: str
    """Title of the document; empty when it is no longer among the sources."""


@dataclass(frozen=True, slots=True)
class Way:
    """Conditions that belong together: those that always count (no title), or one of several ways in."""

    title: str
    words: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """What the pre-screening says of one programme."""

    name: str
    outcome: str
    mark: str
    words: str
    lacking: tuple[str, ...] = ()
    """Conditions not met, of an unfavourable finding."""
    missing: tuple[str, ...] = ()
    """Names of facts that would settle an open one."""
    links: tuple[tuple[str, str], ...] = ()
    """Title and address of answers to go on with."""
    ways: tuple[Way, ...] = ()
    unchecked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text."""

    kind: Kind
    text: str
    cards: tuple[Card, ...] = ()


def pieces(knowledge: Knowledge, text: str, findings: Findings | None, *, opening: bool = False) -> tuple[Piece, ...]:
    """The parts of `text` in order. `findings` are the newest stored ones; they give reasons to cards that say the same.

    `opening`: it is the greeting; the line with the numbers to call is then a part of its own.
    """
    shapes = _shapes(knowledge)
    return tuple(_grouped(knowledge, [(_kind(knowledge, shapes, line, opening), line) for line in text.splitlines()], findings))


def _grouped(knowledge: Knowledge, lines: Sequence[tuple[Kind, str]], findings: Findings | None) -> Iterator[Piece]:
    for kind, rows in groupby(lines, key=lambda row: row[0]):
        texts = [line for _, line in rows]
        cards = _cards(knowledge, texts, findings) if kind == "findings" else ()
        yield Piece(kind, "\n".join(texts), cards)


@dataclass(frozen=True, slots=True)
class _Shapes:
    progress: tuple[re.Pattern[str], ...]
    finding: re.Pattern[str]


@lru_cache(maxsize=2)
def _shapes(knowledge: Knowledge) -> _Shapes:
    texts = knowledge.messages.texts
    return _Shapes(tuple(_shape(texts[name]) for name in ("progress", "progress_last")), _shape(texts["finding_line"]))


def _shape(text: str) -> re.Pattern[str]:
    """What a system text looks like once its variables are filled in."""
    parts = _VARIABLE.split(text.strip())
    made = [re.escape(part) if index % 2 == 0 else f"(?P<{part}>.{{1,{LONGEST_VALUE}}}?)" for index, part in enumerate(parts)]
    return re.compile("".join(made))


def _kind(knowledge: Knowledge, shapes: _Shapes, line: str, opening: bool) -> Kind:
    if any(shape.fullmatch(line) for shape in shapes.progress):
        return "progress"
    if _found(knowledge, shapes, line) is not None:
        return "findings"
    if opening and all(knowledge.contacts[name].number in line for name in ALWAYS_SHOWN if name in knowledge.contacts):
        return "numbers"
    return "words"


def _found(knowledge: Knowledge, shapes: _Shapes, line: str) -> tuple[str, str, str] | None:
    """Programme, outcome and the words for it in a line of the short list."""
    match = shapes.finding.fullmatch(line)
    if match is None:
        return None
    outcome = next((code for code, mark in knowledge.messages.names["outcome_mark"].items() if mark == match["mark"]), None)
    programme = next((code for code in knowledge.screened if match["programme"] in {knowledge.term(code), knowledge.short_name(code)}), None)
    return None if outcome is None or programme is None else (programme, outcome, match["outcome"])


def _cards(knowledge: Knowledge, lines: Sequence[str], findings: Findings | None) -> tuple[Card, ...]:
    found = [item for line in lines if (item := _found(knowledge, _shapes(knowledge), line)) is not None]
    said = {programme: outcome for programme, outcome, _ in found}
    known = findings.by_programme if findings is not None and said.items() <= findings.outcomes.items() else {}
    return tuple(_card(knowledge, programme, outcome, words, known.get(programme)) for programme, outcome, words in found)


def _card(knowledge: Knowledge, programme: str, outcome: str, words: str, finding: Finding | None) -> Card:
    mark = knowledge.messages.names["outcome_mark"][outcome]
    name = knowledge.term(programme)
    labels = [f"ask.{programme}.{aspect}" for aspect in ASPECTS] if outcome != "unlikely" else []
    links = tuple((knowledge.answers[label].title, f"/answers/{label}") for label in labels if label in knowledge.answers)
    if finding is None:
        return Card(name, outcome, mark, words, links=links)
    words = words if finding.already_receiving else knowledge.messages.names["outcome"][outcome]  # the card itself says what is lacking
    return Card(
        name, outcome, mark, words, lacking(finding), _missing(knowledge, finding), links, _ways(knowledge, finding), finding.unchecked
    )


def lacking(finding: Finding) -> tuple[str, ...]:
    """What an unfavourable finding rests on; where several ways in failed, what each of them lacks."""
    if finding.outcome != "unlikely":
        return ()
    own = [judged for judged in finding.conditions if judged.state == "not_met" and not judged.route]
    every = [judged for judged in finding.conditions if judged.state == "not_met"]
    return tuple(dict.fromkeys(judged.says for judged in own or every))


def _missing(knowledge: Knowledge, finding: Finding) -> tuple[str, ...]:
    if finding.outcome != "possible":
        return ()
    return tuple(knowledge.facts[fact].name for fact in finding.missing if fact in knowledge.facts)


def _ways(knowledge: Knowledge, finding: Finding) -> tuple[Way, ...]:
    rules = knowledge.rules.get(finding.programme)
    titles = {route.id: route.says for route in rules.routes} if rules else {}
    outcomes = knowledge.messages.names["outcome"]
    ways = [Way("", "", _reasons(knowledge, finding, ""))]
    ways += [Way(titles.get(route, ""), outcomes[outcome], _reasons(knowledge, finding, route)) for route, outcome in finding.routes.items()]
    return tuple(way for way in ways if way.reasons)


def _reasons(knowledge: Knowledge, finding: Finding, route: str) -> tuple[Reason, ...]:
    return tuple(_reason(knowledge, judged) for judged in finding.conditions if judged.route == route)


def _reason(knowledge: Knowledge, judged: Judged) -> Reason:
    names = knowledge.messages.names
    source = knowledge.sources.get(judged.source.partition("#")[0])
    title = f"《{source.title.strip('《》')}》" if source else ""
    return Reason(judged.says, judged.state, names["condition_mark"][judged.state], names["condition"][judged.state], title)
