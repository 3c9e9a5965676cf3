"""Measures the pre-screening and prints a Markdown table with machine and day.

usage: python -m tests.bench.measure [--households 1000] [--sample 200] [--rows 1000000]

Needs a quiet machine; the load is printed. The row of OpenFisca-Core says «not measured» where it is not
installed (requirements-bench.in).
"""

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from statistics import mean, median
from time import perf_counter

import polars as pl

from bot.knowledge import Knowledge
from bot.privacy.cipher import Cipher, new_key
from bot.screening.population import frame
from tests.bench import crowd, interviews
from tests.bench.households import Distribution, Household
from tests.bench.turns import timed_interview

SEED = 20261124
SEALED = 20_000
"""Households sealed and unsealed, to know how fast stored ones become a frame."""
DRAWN = 100_000
"""Different households in the population; it repeats them."""
Row = tuple[str, str, str]
Lead = Callable[[Knowledge, Household], interviews.Told]


def at(values: Sequence[float], share: float) -> float:
    """The value that `share` of all do not exceed."""
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def questions(knowledge: Knowledge, households: list[Household], sample: int) -> list[Row]:
    """Questions until every programme is settled."""
    planned = _counts(interviews.planned, knowledge, households)
    rows = [(f"Questions until settled, {len(households)} households", "median ≤ 10, p90 ≤ 14", _spread(planned))]
    orders: list[tuple[str, Lead, str]] = [
        ("the same questions in the order of the file, until settled", interviews.in_fixed_order, "≥ 25 % fewer than this"),
        ("the same with the district last, where the planner asks it too", interviews.in_fixed_order_place_last, ""),
        ("the same, leaving out what cannot matter any more", interviews.in_fixed_order_with_skips, ""),
        ("the same, to the end of the list", interviews.to_the_end, ""),
        ("one question a fact in the order of the facts, until settled", interviews.one_by_one, ""),
    ]
    for name, lead, target in orders:
        fixed = _counts(lead, knowledge, households)
        rows.append((f"— {name}", target, f"{_spread(fixed)}; the planner asks {1 - mean(planned) / mean(fixed):.1%} fewer"))
    whole = _counts(interviews.planned_with_the_place, knowledge, households)
    fixed = _counts(interviews.in_fixed_order, knowledge, households)
    rows.append(("— the planner with the district, asked last for the place to go to", "",
                 f"{_spread(whole)}; {1 - mean(whole) / mean(fixed):.1%} fewer than fixed order"))
    best = [interviews.with_hindsight(knowledge, household) for household in households[:sample]]
    same, fewest = planned[:sample], [item.questions for item in best]
    fixed = _counts(interviews.in_fixed_order, knowledge, households[:sample])
    rows += [
        (f"Hindsight, first {sample}: fewest single facts", "13 median, 16 p90", _spread([item.facts for item in best])),
        (
            f"Hindsight, first {sample}: fewest questions of the file", "",
            f"{_spread(fewest)}; the planner asks {mean(same) / mean(fewest) - 1:.1%} more, "
            f"hindsight {1 - mean(fewest) / mean(fixed):.1%} fewer than fixed order",
        ),
    ]
    return rows


def _counts(lead: Lead, knowledge: Knowledge, households: list[Household]) -> list[int]:
    return [len(lead(knowledge, household).questions) for household in households]


def _spread(counts: Sequence[int]) -> str:
    return f"median {median(counts):g}, p90 {at(counts, 0.9):g}, mean {mean(counts):.2f}"


def turns(knowledge: Knowledge, households: list[Household]) -> list[Row]:
    """Time of a turn that answers a question."""
    timed_interview(knowledge, households[0])
    timed = [timed_interview(knowledge, household) for household in households]
    spent = [one for item in timed for one in item.milliseconds]
    busy = [one for item in timed for one in item.processor]
    says = f"p50 {median(spent):.2f} ms, p95 {at(spent, 0.95):.2f} ms, p99 {at(spent, 0.99):.2f} ms"
    says += f" (of processor p50 {median(busy):.2f}, p95 {at(busy, 0.95):.2f} ms)"
    return [(f"`turn` for one answer, planner included, {len(spent)} turns", "p95 ≤ 10 ms", says)]


def unsealing(knowledge: Knowledge, households: list[Household]) -> list[Row]:
    """How fast sealed facts become a frame."""
    cipher = Cipher({"k": new_key()}, "k")
    sealed = [cipher.encrypt(json.dumps(household, ensure_ascii=False), "screenings.facts") for household in households]
    begun = perf_counter()
    told = [json.loads(cipher.decrypt(text, "screenings.facts")) for text in sealed]
    between = perf_counter()
    frame(knowledge, told)
    ended = perf_counter()
    count, unsealed, framed = len(sealed), between - begun, ended - between
    speeds = f"{count / unsealed:,.0f}/s unsealed, {count / framed:,.0f}/s checked into a frame"
    says = f"{speeds}: {1e6 * (unsealed + framed) / count:.0f} s a million"
    return [("Beside it: decryption into a frame", "", says)]


def population(knowledge: Knowledge, rows: int) -> list[Row]:
    """The population run, and the same three conditions in both engines."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "households.arrow"
        drawn = Distribution().households(min(rows, DRAWN), SEED + 1)
        crowd.write_frame(knowledge, drawn, rows, file)
        whole, three, other = (crowd.measure(what, file) for what in ("all", "three", "openfisca"))
    assert whole is not None
    assert three is not None
    found = [(f"Population run, {rows:,} households, all {len(knowledge.screened)} programmes", "≤ 5 s, ≤ 2 GB", _run(whole))]
    found += unsealing(knowledge, drawn[:SEALED])
    found.append(("Three conditions, ours (unknown stays unknown, band, whole fen)", "", _run(three)))
    name = "Three conditions, OpenFisca-Core"
    if other is None:
        return [*found, (name, "", "not measured")]
    name += f" {version('openfisca-core')} (missing is zero, no band, 32-bit floats)"
    return [*found, (name, "", f"{_run(other)}; {other.seconds / three.seconds:.1f} × our time")]


def _run(run: crowd.Run) -> str:
    met = f"; met by {', '.join(f'{count:,}' for count in run.counted)}" if len(run.counted) > 1 else ""
    return f"{run.seconds:.2f} s ({run.processor_seconds:.2f} s of processor), peak {run.peak_mb:,.0f} MB{met}"


def machine() -> str:
    """Day, machine and how busy it is."""
    load = ", ".join(f"{one:.2f}" for one in os.getloadavg())
    kept = f"Python {platform.python_version()}, Polars {pl.__version__}"
    return f"{date.today().isoformat()}, {os.cpu_count()} cores {platform.machine()}, {kept}, load {load}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measures the pre-screening.")
    parser.add_argument("--households", type=int, default=1000)
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--rows", type=int, default=1_000_000)
    options = parser.parse_args()
    head = machine()
    knowledge = crowd.load_knowledge()
    households = Distribution().households(options.households, SEED)
    found = questions(knowledge, households, options.sample)
    found += turns(knowledge, households[: options.sample])
    found += population(knowledge, options.rows)
    lines = [f"{head}; policies {knowledge.version}", "", "| Measure | Must reach | Measured |", "|---|---|---|"]
    lines += [f"| {' | '.join(row)} |" for row in found]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
