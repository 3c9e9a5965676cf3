"""When the desk is staffed: hours of a working day, and days that differ from the national calendar."""

from datetime import date, time

from pydantic import Field, model_validator

from bot.knowledge.documents import Strict


class Span(Strict):
    """One stretch of a working day, in Tianjin's time."""

    opens: time
    closes: time

    @model_validator(mode="after")
    def _forward(self) -> "Span":
        if self.closes <= self.opens:
            raise ValueError("下班时间要晚于上班时间")
        return self


class OfficeHours(Strict):
    """All of office_hours.yaml."""

    spans: tuple[Span, ...]
    """The hours of a working day, in order, not overlapping."""
    closed_on: tuple[date, ...] = ()
    """Days off besides those of the national calendar, or of a year it does not know yet."""
    open_on: tuple[date, ...] = ()
    """Working days (调休) besides those of the national calendar."""
    longest_line: int = Field(default=50, gt=0, le=100)
    """From so many on that wait in front, residents are told «many» and no number."""
    note: str = ""

    @model_validator(mode="after")
    def _in_order(self) -> "OfficeHours":
        if not self.spans:
            raise ValueError("至少写一段上班时间")
        if any(late.opens < early.closes for early, late in zip(self.spans, self.spans[1:], strict=False)):
            raise ValueError("上班时间段要按先后写,不能重叠")
        if set(self.closed_on) & set(self.open_on):
            raise ValueError("同一天不能既休息又上班")
        return self
