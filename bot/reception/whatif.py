"""What a new figure would change for the households that were screened: counts only, small ones hidden.

Reads facts that residents agreed to have screened, keeps them in memory for as long as the counting takes,
and gives back nothing about a single household: a count from one to four is shown as 「少于 5」.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from unicodedata import east_asian_width

import polars as pl

from bot.errors import InputError
from bot.knowledge import Knowledge, ParameterNotInForce
from bot.knowledge.facts import UNKNOWN
from bot.screening import Standards
from bot.screening.population import frame, judge
from bot.store import screenings
from bot.store.database import Database

FEWEST_SHOWN = 5
HIDDEN = f"少于 {FEWEST_SHOWN}"
NOBODY = "无"
LARGEST_FIGURE = 10**9
DISTRICT = "district"
NO_DISTRICT = "没说在哪个区"
TITLES = ("项目", "区", "变得更可能", "变得更不可能")


@dataclass(frozen=True, slots=True)
class Shift:
    """How many households of one district change their outcome for one programme."""

    programme: str
    """What residents call it."""
    district: str
    better: int | None
    """Households for which it becomes more likely; None where there are from one to four."""
    worse: int | None
    """Households for which it becomes less likely; None where there are from one to four."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What new figures would change; `str()` is a table in Chinese for staff."""

    looked_at: int
    """Households, each by its newest screening."""
    outdated: int
    """Of these, the ones with an answer that the facts of today no longer know; it counted as unknown."""
    figures: tuple[str, ...]
    """The figures that were put in place, as «名字 从 … 改为 …»."""
    shifts: tuple[Shift, ...]
    """Only where something changes."""

    def __str__(self) -> str:
        lines = [f"看了 {self.looked_at} 户的自测(每人取最近一次)。", *self.figures]
        if self.outdated:
            lines.append(f"其中 {self.outdated} 户有的回答现在的题目已经没有了,按不知道算。")
        if not self.shifts:
            return "\n".join([*lines, "没有一户的结果会变。"])
        rows = [(item.programme, item.district, _shown(item.better), _shown(item.worse)) for item in self.shifts]
        return "\n".join([*lines, *_table([TITLES, *rows])])


def read_changes(texts: Iterable[str]) -> dict[str, Decimal]:
    """Figures as typed at the command line: `dibao_monthly=1100`.

    Raises:
        InputError: a text is not of this form, names a figure twice, or its number is not between zero and a billion.
    """
    found: dict[str, Decimal] = {}
    for text in texts:
        name, _, value = (part.strip() for part in text.partition("="))
        if name in found:
            raise InputError(f"「{name}」写了两次。请每个数只写一次")
        try:
            found[name] = Decimal(value)
            sensible = 0 < found[name] < LARGEST_FIGURE
        except InvalidOperation as error:
            raise InputError(f"「{text[:40]}」看不懂。请写成 名字=数,例如 dibao_monthly=1100") from error
        if not sensible:
            raise InputError(f"「{text[:40]}」的数要大于零、小于十亿。请改了再试")
    if not found:
        raise InputError("没说要改哪个数。请写 --set 名字=数,例如 --set dibao_monthly=1100")
    return found


def whatif(database: Database, knowledge: Knowledge, day: date, overrides: Standards) -> WhatIf:
    """How many stored households would change outcome if `overrides` were in force on `day`.

    Args:
        database: where screenings are stored; it is only read.
        knowledge: the policy files whose rules are run, also for screenings made with older ones.
        day: the day whose figures count where nothing else is said.
        overrides: figures by the name of the parameter, in its unit.

    Raises:
        InputError: a figure does not exist or is not above zero.
        CipherError: a stored screening cannot be unsealed.
        StoreError: the database cannot be reached.
    """
    judge(knowledge, frame(knowledge, []), day, overrides)  # a wrong figure is refused before anything is unsealed
    households, outdated = _households(database, knowledge)
    before = judge(knowledge, households, day, conditions=False)
    after = judge(knowledge, households, day, overrides, conditions=False)
    return WhatIf(
        looked_at=households.height,
        outdated=outdated,
        figures=tuple(_change(knowledge, day, name, value) for name, value in overrides.items()),
        shifts=_shifts(knowledge, households, before, after),
    )


def compared(database: Database, before: Knowledge, after: Knowledge, day: date) -> WhatIf:
    """How many stored households would change outcome on `day` if `after` were in force instead of `before`.

    Programmes that only one of the two screens are left out: there is nothing to compare them with.

    Raises:
        CipherError: a stored screening cannot be unsealed.
        StoreError: the database cannot be reached.
    """
    then, _ = _households(database, before)
    now, outdated = _households(database, after)
    both = min(then.height, now.height)  # somebody may have been screened between the two looks
    old, new = judge(before, then.head(both), day, conditions=False), judge(after, now.head(both), day, conditions=False)
    return WhatIf(both, outdated, (), _shifts(after, now.head(both), old, new))


def _households(database: Database, knowledge: Knowledge) -> tuple[pl.DataFrame, int]:
    """The newest screening of everybody as a frame, and how many of them know less today than when they were made."""
    parts, outdated = [frame(knowledge, [])], 0
    with database.read() as connection:
        for batch in screenings.latest_facts(connection):
            told = [{name: value for name, value in facts.items() if value not in (None, UNKNOWN)} for facts in batch]
            usable = [_usable(knowledge, facts) for facts in told]
            outdated += sum(len(now) < len(then) for now, then in zip(usable, told, strict=True))
            parts.append(frame(knowledge, usable))
    return pl.concat(parts), outdated


def _usable(knowledge: Knowledge, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What of stored facts the facts of today still know."""
    specs = knowledge.facts
    return {name: value for name, value in facts.items() if name in specs and specs[name].accepts(value)}


def _change(knowledge: Knowledge, day: date, name: str, value: object) -> str:
    parameter = knowledge.parameters[name]
    try:
        before = f"从 {parameter.on(day).value.normalize():f} "
    except ParameterNotInForce:
        before = "现在没有可用的数,"
    return f"{parameter.label}:{before}改为 {Decimal(str(value)).normalize():f}。"


def _shifts(knowledge: Knowledge, households: pl.DataFrame, before: pl.DataFrame, after: pl.DataFrame) -> tuple[Shift, ...]:
    """Districts and programmes in which something changes, in the order of the policy files."""
    district = households.get_column(DISTRICT).cast(pl.String).fill_null(NO_DISTRICT)
    found: list[Shift] = []
    for programme in knowledge.screened:
        if programme not in before.columns:
            continue
        counts = _counts(district, before[programme], after[programme])
        for name in (*knowledge.districts, NO_DISTRICT):
            better, worse = counts.get(name, (0, 0))
            if better or worse:
                found.append(Shift(knowledge.short_name(programme), name, _kept(better), _kept(worse)))
    return tuple(found)


def _counts(district: pl.Series, before: pl.Series, after: pl.Series) -> dict[str, tuple[int, int]]:
    """District → how many outcomes become more likely, and how many less."""
    ranks = after.to_physical().cast(pl.Int8) - before.to_physical().cast(pl.Int8)
    rank = pl.col("rank")
    by_district = pl.DataFrame({"district": district, "rank": ranks}).group_by("district")
    counts = by_district.agg((rank > 0).sum().alias("better"), (rank < 0).sum().alias("worse"))
    return {name: (better, worse) for name, better, worse in counts.iter_rows()}


def _kept(count: int) -> int | None:
    return count if count == 0 or count >= FEWEST_SHOWN else None


def _shown(count: int | None) -> str:
    return HIDDEN if count is None else str(count or NOBODY)


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    """Rows in columns of equal width; a Chinese character is two wide."""
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    padded = ([cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)] for row in rows)
    return ["  ".join(cells).rstrip() for cells in padded]


def _width(text: str) -> int:
    return sum(1 + (east_asian_width(character) in "WF") for character in text)
