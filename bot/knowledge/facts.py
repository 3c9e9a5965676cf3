"""What the pre-screening may know about a household: ids, types and choices (fixed by contract)."""

from typing import Literal

from bot.knowledge.documents import Strict

Value = str | int | float | bool | tuple[str, ...]
"""A known fact. Money is in yuan; a set is a tuple of choice ids. A missing fact is absent, never None or zero."""

UNKNOWN = "unknown"
"""What a resident's «I do not know» is called at the borders of the program."""


class ChoiceSpec(Strict):
    """One permitted value of a choice or set."""

    id: str
    name: str
    also: tuple[str, ...] = ()
    """Other words residents use for it."""


class FactSpec(Strict):
    """One fact: its type, limits, unit, and the short name staff and residents see in summaries."""

    type: Literal["choice", "set", "integer", "money", "boolean"]
    name: str
    choices: tuple[ChoiceSpec, ...] = ()
    min: int | None = None
    max: int | None = None
    unit: str = ""
    true: str = "有"
    """How a summary says «true»."""
    false: str = "没有"

    @property
    def choice_ids(self) -> tuple[str, ...]:
        """Ids in their order; spoken numbers count from 1 in it."""
        return tuple(choice.id for choice in self.choices)

    def accepts(self, value: object) -> bool:
        """Whether `value` is a legal known value of this fact."""
        match self.type:
            case "choice":
                return isinstance(value, str) and value in self.choice_ids
            case "set":
                return isinstance(value, list | tuple) and all(item in self.choice_ids for item in value)
            case "boolean":
                return isinstance(value, bool)
            case "integer":
                return isinstance(value, int) and not isinstance(value, bool) and self._within(value)
            case "money":
                return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e12

    def _within(self, value: int) -> bool:
        return (self.min is None or value >= self.min) and (self.max is None or value <= self.max)
