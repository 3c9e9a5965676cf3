"""Every answer to read and print, by programme, with sources and the day they were checked."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.answers import Rendered, fill, render
from bot.channels.web.room import Room
from bot.channels.web.view import TIANJIN
from bot.knowledge import Knowledge
from bot.knowledge.sources import Source

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer as a page shows it."""

    answer: Rendered
    sources: tuple[Source, ...]
    checked_on: date


@dataclass(frozen=True, slots=True)
class Group:
    """The answers of one programme; `code` and `name` are empty for questions that belong to none."""

    code: str
    name: str
    plain: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A matter that is not ours: what it is called, who does it and where to call."""

    name: str
    says: str


@lru_cache(maxsize=32)
def groups(knowledge: Knowledge, day: date, district: str = "") -> tuple[Group, ...]:
    """All answers to questions in the order of the labels, as they are in `district`; programmes without an answer are left out."""
    made = []
    for code in knowledge.labels.programmes:
        term = knowledge.glossary.by_code.get(code)
        labels = [f"ask.{code}.{aspect}" for aspect in knowledge.labels.aspects]
        made.append(Group(code, knowledge.term(code), term.plain if term else "", _entries(knowledge, labels, day, district)))
    topics = [f"ask.{topic}" for topic in knowledge.labels.topics]
    made.append(Group("", "", "", _entries(knowledge, topics, day, district)))
    return tuple(group for group in made if group.entries)


def elsewhere(knowledge: Knowledge, day: date) -> tuple[Elsewhere, ...]:
    """All referrals, in the order of the file."""
    return tuple(Elsewhere(one.words[0], fill(knowledge, one.says, day, {})) for one in knowledge.referrals)


def _entries(knowledge: Knowledge, labels: list[str], day: date, district: str) -> tuple[Entry, ...]:
    found = (_entry(knowledge, label, day, district) for label in labels)
    return tuple(entry for entry in found if entry is not None)


def _entry(knowledge: Knowledge, label: str, day: date, district: str) -> Entry | None:
    rendered = render(knowledge, label, day, district)
    if rendered is None:
        return None
    answer = knowledge.answers[label]
    names = dict.fromkeys(reference.partition("#")[0] for reference in answer.sources)
    sources = tuple(knowledge.sources[name] for name in names if name in knowledge.sources)
    return Entry(rendered, sources, answer.checked_on)


def listing(room: Room) -> Endpoint:
    """`GET /answers`: all of them; `?district=` as they are there."""

    async def endpoint(request: Request) -> Response:
        knowledge, day = room.knowledge(), room.clock().astimezone(TIANJIN).date()
        district = _district(request, knowledge)
        found = await run_in_threadpool(groups, knowledge, day, district)
        more = await run_in_threadpool(elsewhere, knowledge, day)
        return room.page(request, "chat/answers.html", groups=found, elsewhere=more, district=district, districts=tuple(knowledge.districts))

    return endpoint


def _district(request: Request, knowledge: Knowledge) -> str:
    """The district asked for; empty where it is none of ours."""
    wanted = request.query_params.get("district", "")
    return wanted if wanted in knowledge.districts else ""


def one(room: Room) -> Endpoint:
    """`GET /answers/<label>`: one answer whole; `?district=` as it is there."""

    async def endpoint(request: Request) -> Response:
        knowledge, label = room.knowledge(), request.path_params["label"]
        if not label.startswith("ask."):
            raise HTTPException(404)
        district = _district(request, knowledge)
        entry = await run_in_threadpool(_entry, knowledge, label, room.clock().astimezone(TIANJIN).date(), district)
        if entry is None:
            raise HTTPException(404)
        following = [name for name in entry.answer.next if name.startswith("ask.")]
        further = [knowledge.answers[name] for name in following if name in knowledge.answers]
        choices = tuple(knowledge.districts) if knowledge.answers[label].by_district else ()
        return room.page(request, "chat/answer.html", entry=entry, further=further, district=district, districts=choices)

    return endpoint
