"""What a template may name: figures with unit and date, numbers to call, the resident's district."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from bot.knowledge import Knowledge, ParameterNotInForce
from bot.knowledge.limits import months_after


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as residents read it. Printed it is number and unit; its parts can be named too."""

    words: str
    number: str
    since: str
    """「2025 年 9 月 1 日起」."""
    caution: str
    """Empty, or what to say of an amount whose last known change is long ago (figure_months in limits.yaml)."""
    on_day: date | None = None
    is_old: bool = False
    """True for any figure, amounts or not, whose last known change is long ago."""

    def __str__(self) -> str:
        return self.words


def plain(number: Decimal) -> str:
    """A number without needless zeros and without an exponent."""
    return f"{number.normalize():f}"


def chinese_day(day: date) -> str:
    """「2025 年 9 月 1 日」."""
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def figure(knowledge: Knowledge, name: str, day: date) -> Figure:
    """The figure `name` in force on `day`; where there is none, words that say so and who knows."""
    texts = knowledge.messages.texts
    parameter = knowledge.parameters[name]
    try:
        entry = parameter.on(day)
    except ParameterNotInForce:
        unknown = texts["figure_unknown"].replace("{hotline}", knowledge.contacts["hotline_12345"].number)
        return Figure(unknown, unknown, "", "")
    number = plain(entry.value)
    pattern = knowledge.messages.units.get(parameter.unit, "{}")
    is_old = day > months_after(entry.starts_on, knowledge.limits.figure_months)
    caution = texts["figure_caution"] if is_old and parameter.unit.startswith("yuan") else ""
    since = texts["figure_since"].replace("{}", chinese_day(entry.starts_on))
    return Figure(pattern.replace("{}", number), number, since, caution, entry.starts_on, is_old)


@lru_cache(maxsize=4)
def _every_figure(knowledge: Knowledge, day: date) -> Mapping[str, Any]:
    return {name: figure(knowledge, name, day) for name in knowledge.parameters}


def variables(knowledge: Knowledge, needs: tuple[str, ...] | None, day: date, district: str) -> Mapping[str, Any]:
    """Everything a template may name on `day`; `needs` None offers every figure."""
    figures = _every_figure(knowledge, day)
    found = dict(figures) if needs is None else {name: figures[name] for name in needs if name in figures}
    found.update({key: contact.number for key, contact in knowledge.contacts.items()})
    found.update(district=district, office=knowledge.messages.texts["office"])
    return found
