"""What residents and caseworkers were given since a moment: what has to be put right when a figure turns out to be another."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.store.cases import cases
from bot.store.links import capability_links
from bot.store.screenings import screenings
from bot.store.transcripts import transcript

MOST_CASES = 200


@dataclass(frozen=True, slots=True)
class Given:
    """Counts, and the cases by number; texts and facts stay sealed."""

    answers: tuple[tuple[str, int], ...]
    """Label → how often it was said, the most said first."""
    screenings: int
    links: int
    """Pages of findings made since then that can still be opened."""
    cases: tuple[str, ...]
    """Numbers of the cases that rest on such a screening or are about such a programme, at most 200."""


def since(connection: Connection, start: datetime, labels: Collection[str], programmes: Collection[str], now: datetime) -> Given:
    """What was said and found since `start` of these labels and programmes."""
    return Given(
        _answers(connection, start, labels), _screenings(connection, start) if programmes else 0,
        _links(connection, start, now) if programmes else 0, _cases(connection, start, frozenset(programmes)) if programmes else (),
    )


def _answers(connection: Connection, start: datetime, labels: Collection[str]) -> tuple[tuple[str, int], ...]:
    said = (transcript.c.at >= start) & (transcript.c.author == "bot") & transcript.c.label.in_(list(labels))
    times = func.count()
    query = select(transcript.c.label, times).where(said).group_by(transcript.c.label).order_by(times.desc(), transcript.c.label)
    return tuple((str(label), int(count)) for label, count in connection.execute(query))


def _screenings(connection: Connection, start: datetime) -> int:
    return connection.scalar(select(func.count()).select_from(screenings).where(screenings.c.at >= start)) or 0


def _links(connection: Connection, start: datetime, now: datetime) -> int:
    made = (capability_links.c.created_at >= start) & (capability_links.c.purpose == "findings") & (capability_links.c.expires_at > now)
    return connection.scalar(select(func.count()).select_from(capability_links).where(made)) or 0


def _cases(connection: Connection, start: datetime, programmes: frozenset[str]) -> tuple[str, ...]:
    query = select(cases.c.number, cases.c.programmes, screenings.c.at).outerjoin(screenings, screenings.c.id == cases.c.screening_id)
    query = query.where((cases.c.opened_at >= start) | (screenings.c.at >= start)).order_by(cases.c.id.desc())
    numbers = [number for number, about, at in connection.execute(query) if at is not None or programmes & set(about)]
    return tuple(numbers[:MOST_CASES])
