"""Whom an alarm calls, in which order and after how many minutes; the words of what goes out to duty staff."""

import re
from typing import Literal, get_args

from pydantic import Field, model_validator

from bot.knowledge.documents import Strict
from bot.knowledge.triage import Colour

Step = Literal["on_duty", "deputy", "supervisor", "city"]
TextKind = Literal["group", "sms"]
MAY_SAY = frozenset({"number", "colour", "minutes", "step", "link"})
MUST_SAY = frozenset({"number", "link"})
_VARIABLE = re.compile(r"\{\{ *([a-z_0-9]+) *\}\}")
_BRACE = re.compile(r"[{}]")


class AlarmRule(Strict):
    """One kind of case that calls people: of a colour, or with any of some signals."""

    colour: Colour | None = None
    signals: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> "AlarmRule":
        if self.colour is None and not self.signals:
            raise ValueError("每一条要写 colour 或 signals")
        return self


class DutyStep(Strict):
    """Who is called, and how long until the next are."""

    who: Step
    minutes: int = Field(gt=0, le=120)
    name: str = Field(min_length=1, max_length=12)
    """What staff read for it."""


class Duty(Strict):
    """All of duty.yaml."""

    alarms: tuple[AlarmRule, ...]
    steps: tuple[DutyStep, ...]
    again_minutes: int = Field(gt=0, le=240)
    """When everybody was called in vain: the last step is called again every so many minutes."""
    quiet_minutes: int = Field(ge=0, le=1_440)
    """So long after somebody answered, further words of danger in the same case call nobody anew."""
    texts: dict[TextKind, str]
    note: str = ""

    @model_validator(mode="after")
    def _whole(self) -> "Duty":
        if not self.alarms or not self.steps:
            raise ValueError("alarms 和 steps 至少各写一条")
        if len({step.who for step in self.steps}) != len(self.steps):
            raise ValueError("steps 里同一种人只写一次")
        for kind in get_args(TextKind):
            _check_text(kind, self.texts.get(kind, ""))
        return self


def _check_text(kind: str, text: str) -> None:
    """Only what names a case goes out: nothing that could hold the words of a resident."""
    said = set(_VARIABLE.findall(text))
    if said - MAY_SAY or _BRACE.search(_VARIABLE.sub("", text)):
        raise ValueError(f"texts 的 {kind} 里只能用变量 {'、'.join(sorted(MAY_SAY))}")
    if not said >= MUST_SAY:
        raise ValueError(f"texts 的 {kind} 里要有 number 和 link")


def worded(text: str, values: dict[str, str]) -> str:
    """One of the texts with its variables filled in."""
    return _VARIABLE.sub(lambda found: values.get(found[1], ""), text)
