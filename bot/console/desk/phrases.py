"""What may be put into a reply with one key: answers and figures, each with its source, and canned texts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz
from starlette.responses import Response

from bot.answers import render
from bot.answers.variables import chinese_day, figure
from bot.casework.canned import preview
from bot.console.visit import Visit
from bot.knowledge import Knowledge
from bot.store import cases, papers
from bot.store.cases import CaseRow
from bot.store.papers import PaperRow

MOST = 8
LONGEST_SEARCH = 40
LEAST_LIKE = 60.0
"""How alike (of 100) a title must be where the characters asked for do not stand in it."""


@dataclass(frozen=True, slots=True)
class Filling:
    """What a case puts into the phrases."""

    district: str
    values: Mapping[str, str]
    """By gap of canned texts."""

    @classmethod
    def of(cls, case: CaseRow, worker: str, asked: Sequence[PaperRow]) -> "Filling":
        """Of a case, for the member of staff who writes."""
        missing = "、".join(paper.name for paper in asked if paper.received_at is None)
        return cls(case.district or "", {"worker": worker, "number": case.number, "papers": missing})


@dataclass(frozen=True, slots=True)
class Phrase:
    """One piece of text to put in."""

    id: str
    """`answer:<label>`, `figure:<parameter>` or `canned:<id>`."""
    title: str
    kind: str
    text: str
    """As it is put in, its source below."""


def find(knowledge: Knowledge, asked: str, day: date, filling: Filling) -> list[Phrase]:
    """The phrases that fit `asked` best; the canned ones for an empty question."""
    words = asked.split()
    if not words:
        return [_canned(knowledge, name, day, filling) for name in knowledge.canned]
    scored = [(score, phrase) for phrase in _titles(knowledge) if (score := _score(phrase.title, words))]
    best = sorted(scored, key=lambda item: (-item[0], len(item[1].title)))[:MOST]
    return [whole for _, phrase in best if (whole := named(knowledge, phrase.id, day, filling)) is not None]


def named(knowledge: Knowledge, phrase_id: str, day: date, filling: Filling) -> Phrase | None:
    """One phrase, filled in for a day and a case; None when there is none of that id."""
    kind, _, name = phrase_id.partition(":")
    if kind == "answer":
        made = render(knowledge, name, day, filling.district)
        return None if made is None else Phrase(phrase_id, made.title, "答案", f"{made.text}\n{made.footnote}".strip())
    if kind == "figure" and name in knowledge.parameters:
        return _figure(knowledge, name, day)
    return _canned(knowledge, name, day, filling) if kind == "canned" and name in knowledge.canned else None


def open_gaps(knowledge: Knowledge, text: str) -> list[str]:
    """The gaps of canned texts that are still open in a reply, in words."""
    return [word for word in knowledge.messages.names["gap"].values() if _gap(word) in text]


def _gap(word: str) -> str:
    return f"〔{word}〕"


def _canned(knowledge: Knowledge, name: str, day: date, filling: Filling) -> Phrase:
    """A canned text with what the case knows; what it does not know stays a gap that must be filled before it is sent."""
    canned = knowledge.canned[name]
    words = knowledge.messages.names["gap"]
    values = {need: filling.values.get(need) or _gap(words[need]) for need in canned.needs}
    return Phrase(f"canned:{name}", canned.title, "常用语", preview(knowledge, name, day, values))


def _titles(knowledge: Knowledge) -> Iterator[Phrase]:
    for name, canned in knowledge.canned.items():
        yield Phrase(f"canned:{name}", canned.title, "常用语", "")
    for label, answer in knowledge.answers.items():
        if answer.sources:
            yield Phrase(f"answer:{label}", answer.title, "答案", "")
    for name, parameter in knowledge.parameters.items():
        yield Phrase(f"figure:{name}", parameter.label, "数字", "")


def _score(title: str, words: list[str]) -> float:
    if all(word in title for word in words):
        return 200.0
    like = fuzz.partial_ratio("".join(words), title)
    return like if like >= LEAST_LIKE else 0.0


def _figure(knowledge: Knowledge, name: str, day: date) -> Phrase | None:
    shown = figure(knowledge, name, day)
    if not shown.since:
        return None  # no figure is in force on that day: nothing to say
    parameter = knowledge.parameters[name]
    source = knowledge.sources.get(parameter.on(day).source.partition("#")[0])
    texts = knowledge.messages.texts
    title = f"《{source.title.strip('《》')}》" if source else ""
    below = texts["footnote"].replace("{sources}", title).replace("{more}", "").replace("{day}", chinese_day(parameter.checked_on))
    return Phrase(f"figure:{name}", parameter.label, "数字", f"{parameter.label}：{shown.words}（{shown.since}）{shown.caution}。\n{below}")


def show(visit: Visit) -> Response:
    """What was found, as the part of a page that the script puts under the field."""
    with visit.parts.database.read() as connection:
        case = cases.by_number(connection, visit.who.scope, visit.request.path_params["number"])
        missing = papers.of_case(connection, case.id) if case is not None else []
    if case is None:
        return visit.problem(404, "case")
    asked = visit.request.query_params.get("find", "")[:LONGEST_SEARCH]
    found = find(visit.knowledge, asked, visit.now.date(), Filling.of(case, visit.who.display_name, missing))
    return visit.page("console/phrases.html", found=found, asked=asked, base=f"/console/cases/{case.number}")
