"""How long a population run takes, and how much memory: each measurement in a process of its own.

usage: python -m tests.bench.crowd (all | three | openfisca) FRAME
Reads a frame of households (Arrow IPC) and prints one JSON object.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter, process_time

import polars as pl

from bot.knowledge import Knowledge, build
from bot.publishing import read_folder
from bot.screening.population import condition_column, frame, judge
from tests.bench.households import Household
from tests.bench.interviews import DAY

ROOT = Path(__file__).resolve().parents[2]
THREE = {
    "dibao": ("household", "income"),
    "dibao_bianyuan": ("", "below_multiple"),
    "gangxing_zhichu": ("", "expenses"),
}
"""The three conditions that both engines run: (route, condition) by programme."""
FIGURES = ("dibao_monthly", "dibao_bianyuan_income_multiple", "gangxing_zhichu_expense_share")


@dataclass(frozen=True, slots=True)
class Run:
    """One population run."""

    rows: int
    seconds: float
    """From a frame in memory to a frame of results."""
    processor_seconds: float
    peak_mb: float
    """Peak memory of the whole process: program, policy files, frame and results."""
    counted: tuple[int, ...]
    """Households judged or, for `three` and `openfisca`, those that meet each condition."""


def load_knowledge() -> Knowledge:
    """The policies of the repository."""
    return build(read_folder(ROOT / "policies"))


def write_frame(knowledge: Knowledge, households: list[Household], rows: int, file: Path) -> None:
    """A frame of `rows` households, the given ones over and over, as a file."""
    some = frame(knowledge, households)
    times, rest = divmod(rows, some.height)
    pl.concat([*[some] * times, some.head(rest)], rechunk=True).write_ipc(file)


def measure(what: str, file: Path) -> Run | None:
    """Run one measurement in a process of its own; None where what it needs is not installed."""
    if what == "openfisca" and find_spec("openfisca_core") is None:
        return None
    command = [sys.executable, "-m", "tests.bench.crowd", what, str(file)]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    data = json.loads(printed.splitlines()[-1])
    return Run(**{**data, "counted": tuple(data["counted"])})


def _timed(what: str, households: pl.DataFrame) -> Run:
    run = _prepared(what, households, load_knowledge())
    begun, worked = perf_counter(), process_time()
    counted = run()
    seconds, processor = perf_counter() - begun, process_time() - worked
    return Run(households.height, seconds, processor, _peak_mb(), counted)


def _peak_mb() -> float:
    """Peak memory of this process since it began; `getrusage` would count the parent's too."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def _prepared(what: str, households: pl.DataFrame, knowledge: Knowledge) -> Callable[[], tuple[int, ...]]:
    """What is timed; it counts the households or, where three conditions are run, those that meet each of them."""
    if what == "openfisca":
        from tests.bench.openfisca_rules import prepare

        return prepare(households, {name: float(knowledge.value(name, DAY)) for name in FIGURES})
    if what == "all":
        return lambda: (judge(knowledge, households, DAY, conditions=False).height,)
    three = only_three(knowledge)
    names = [condition_column(programme, "", condition) for programme, (_, condition) in THREE.items()]
    return lambda: tuple(judge(three, households, DAY).select(pl.col(names).sum()).row(0))


def only_three(knowledge: Knowledge) -> Knowledge:
    """The policies with the three compared conditions and no other rule."""
    rules = {}
    for programme, place in THREE.items():
        whole = knowledge.rules[programme]
        kept = tuple(item for route, item in whole.every_condition if (route, item.id) == place)
        rules[programme] = replace(whole, conditions=kept, routes=())
    return replace(knowledge, rules=rules)


if __name__ == "__main__":
    found = _timed(sys.argv[1], pl.read_ipc(sys.argv[2]))
    sys.stdout.write(json.dumps(asdict(found)) + "\n")
