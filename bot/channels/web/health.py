"""Whether the program lives and whether it can serve, and its figures, for whoever watches over it."""

import hmac
import ipaddress
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector, CollectorRegistry
from sqlalchemy import Connection, select
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.channels.web.room import Room
from bot.store import cases, inbound, outbox, switches
from bot.web.pages import AWAY

Endpoint = Callable[[Request], Awaitable[Response]]


async def alive(request: Request) -> Response:
    """`GET /health/live`: the process answers."""
    return JSONResponse({"status": "alive"})


def ready(room: Room, nlu: Callable[[], str]) -> Endpoint:
    """`GET /health/ready`: the database answers and knowledge is loaded (else 503).

    The language model is reported and not asked for: without it menus, near-exact questions and people go on.
    """

    async def endpoint(request: Request) -> Response:
        try:
            await run_in_threadpool(_ask, room)
        except AWAY:
            return JSONResponse({"status": "not ready", "database": "unreachable", "nlu": nlu()}, 503)
        knowledge = room.knowledge()
        return JSONResponse({"status": "ready", "database": "reachable", "knowledge": knowledge.version, "nlu": nlu()})

    return endpoint


def _ask(room: Room) -> None:
    with room.database.read() as connection:
        connection.execute(select(1))


def metrics(room: Room, nlu: Callable[[], str], token: str) -> Endpoint:
    """`GET /metrics`: figures for Prometheus. With a token for its bearer, without one for this machine only."""
    registry = CollectorRegistry()
    registry.register(_Stored(room, nlu))

    async def endpoint(request: Request) -> Response:
        if not _may_see(request, token):
            return PlainTextResponse("not found", 404)
        counted = await run_in_threadpool(generate_latest, room.reception.crowd.registry)
        stored = await run_in_threadpool(generate_latest, registry)
        return Response(counted + stored, media_type=CONTENT_TYPE_LATEST)

    return endpoint


def _may_see(request: Request, token: str) -> bool:
    if token:
        return hmac.compare_digest(request.headers.get("authorization", "").encode(), f"Bearer {token}".encode())
    # A proxy on this machine speaks for others: what it passes on does not count as from here.
    if request.headers.get("x-forwarded-for") or request.headers.get("forwarded") or request.client is None:
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


class _Stored(Collector):
    """What the database says at the moment of asking."""

    def __init__(self, room: Room, nlu: Callable[[], str]) -> None:
        self._room = room
        self._nlu = nlu

    def collect(self) -> Iterator[Metric]:
        """Gauges; those of the database are missing while it is away, and `jinnuan_database_up` says so."""
        yield _gauge("jinnuan_nlu_up", "Whether the language model is asked (its breaker is closed)", self._nlu() == "up")
        yield _gauge("jinnuan_under_way", "Conversations being answered or waiting for it", self._room.reception.crowd.under_way)
        try:
            with self._room.database.read() as connection:
                figures = _figures(connection, self._room.clock())
        except AWAY:
            yield _gauge("jinnuan_database_up", "Whether the database answers", 0)
            return
        yield _gauge("jinnuan_database_up", "Whether the database answers", 1)
        for name, (explained, value) in figures.items():
            yield _gauge(f"jinnuan_{name}", explained, value)


def _gauge(name: str, explained: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, explained, value=float(value))


def _figures(connection: Connection, now: datetime) -> dict[str, tuple[str, float]]:
    taken_in, sending = inbound.counts(connection), outbox.counts(connection)
    oldest = outbox.oldest_waiting(connection)
    return {
        "inbound_waiting": ("Messages that wait for their turn", taken_in["waiting"]),
        "inbound_set_aside": ("Messages put aside because their turn failed", taken_in["set_aside"]),
        "outbox_waiting": ("Messages that wait to be sent", sending["waiting"]),
        "outbox_oldest_seconds": ("Age of the oldest of them", (now - oldest).total_seconds() if oldest else 0.0),
        "outbox_dead": ("Messages that could not be sent", sending["dead"]),
        "outbox_repeats": ("Messages that may have gone out twice after a crash", outbox.repeats(connection)),
        "cases_waiting": ("Open cases in which a resident waits for a person", cases.waiting(connection)),
        "channels_off": ("Channels that staff switched off", len(switches.all_off(connection))),
    }
