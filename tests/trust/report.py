"""Writes docs/trust.md from the figures of the last run at full length: `python -m tests.trust.report`."""

import json
import os
import platform
from datetime import UTC, datetime
from typing import Any

from tests.conftest import ROOT
from tests.trust.figures import FILE

PROMISES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Nothing is lost, nothing is answered twice, when the program dies", "`tests/trust/test_crashes.py` kills the real program (SIGKILL) after a random "
     "number of turns, sometimes on its way up, while web and Telegram residents talk in parallel, starts it again and compares every stored transcript and "
     "its cases with a run without crashes (ids and times aside). Every Telegram reply must have gone out, in order; repetitions are counted by the receiver "
     "and by the program.", ("crash_sqlite", "crash_postgresql")),
    ("The language model, Telegram and the database may each be away", "The same town while each is cut off in turn; the database is PostgreSQL behind a proxy.",
     ("outages",)),
    ("No text is an error", "Hostile messages of our own generator and of hypothesis, through the turn and through the web chat.", ("fuzz_turn", "fuzz_web")),
    ("No address answers with a server error", "schemathesis asks every address of the whole program, signed in and not.",
     ("addresses_stranger", "addresses_administrator")),
)


def page(figures: dict[str, dict[str, Any]]) -> str:
    """The document."""
    lines = ["# Trust", "", "What is promised, how it is tested, and the figures of the last full run (`make trust`). Short forms of all but the kills and outages run in `make test`.", ""]
    lines += [f"Machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}. Written {datetime.now(UTC):%Y-%m-%d}.", ""]
    for promise, how, names in PROMISES:
        lines += [f"## {promise}", "", how, ""]
        for name in names:
            found = figures.get(name)
            told = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in found.items()) if found else "no full run yet"
            lines.append(f"- {name.replace('_', ' ')}: {told}")
        lines.append("")
    return "\n".join(lines)


def main() -> None:
    """Write it."""
    figures = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    (ROOT / "docs" / "trust.md").write_text(page(figures), encoding="utf-8")


if __name__ == "__main__":
    main()
