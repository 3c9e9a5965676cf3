"""How urgent a case is: 红 橙 黄 绿, by the first rule that fits."""

from typing import Literal, get_args

from pydantic import Field, model_validator

from bot.knowledge.documents import Strict

Colour = Literal["red", "orange", "yellow", "green"]


class TriageRule(Strict):
    """One rule: any of its signals gives its colour."""

    colour: Colour
    signals: tuple[str, ...]
    """Signals of casework, for example `crisis.self_harm`, `fact.basic_needs_unmet`, `likely.linshi_jiuzhu`, `asked`."""
    reason: str
    """Why, in words fit for the resident to read."""


class Clock(Strict):
    """Within how many minutes a waiting resident must be answered."""

    colour: Colour
    signals: tuple[str, ...] = ()
    """Any of them must be among the case's signals; none: every case of the colour."""
    minutes: int = Field(gt=0)
    round_the_clock: bool = False
    """Whether the minutes run day and night, holidays included; otherwise they are working time."""


class Floor(Strict):
    """A case with all of these signals never gets less urgent than `colour`, whoever wants it."""

    colour: Colour
    signals: tuple[str, ...] = Field(min_length=1)
    reason: str
    """Why, for the staff who want to lower it."""


class OnlyAsking(Strict):
    """What becomes of a red case whose resident says that they only asked, until a person has looked."""

    colour: Colour
    reason: str
    """In words fit for the resident to read."""


class Triage(Strict):
    """All rules in order; the last one must fit everything (`always`)."""

    rules: tuple[TriageRule, ...]
    clocks: tuple[Clock, ...]
    """In order, the first that fits counts; every colour has one without signals."""
    sealed: tuple[str, ...] = ()
    """Signals of a child that was or may be harmed; such a case is read by child protection and duty staff, by others
    with a reason, and is closed only after 强制报告."""
    only_asking: OnlyAsking
    floors: tuple[Floor, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _whole(self) -> "Triage":
        if not self.rules or "always" not in self.rules[-1].signals:
            raise ValueError("最后一条规则的 signals 里要写 always")
        for colour in get_args(Colour):
            if not any(clock.colour == colour and not clock.signals for clock in self.clocks):
                raise ValueError(f"clocks 里缺少不带 signals 的 {colour} 一条")
        return self
