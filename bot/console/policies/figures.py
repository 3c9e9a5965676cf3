"""Figures as a table of days and sources, and adding the value of a new document."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from starlette.responses import Response

from bot.answers.variables import plain
from bot.console.policies.shared import FORMS, my_open_drafts, wanted_draft, who
from bot.console.visit import Visit, go
from bot.errors import InputError
from bot.knowledge.parameters import Parameter, ParameterNotInForce
from bot.publishing.press import fingerprint

PLAIN = frozenset({"source", "grade"})
"""Fields that a figure's file writes without quotes."""


def show(visit: Visit) -> Response:
    """Every figure: today's value, since when, from where, what comes next."""
    day = visit.now.date()
    rows = []
    for name, parameter in visit.knowledge.parameters.items():
        coming = next((entry for entry in parameter.values if entry.starts_on > day), None)
        rows.append((name, parameter, _today(parameter, visit), coming))
    return visit.page("console/policies/figures.html", rows=rows, plain=plain, units=visit.knowledge.messages.units, sources=visit.knowledge.sources)


def one(visit: Visit, problem: str = "", status: int = 200) -> Response:
    """One figure with all its values, and the form for a new one."""
    name = visit.request.path_params["name"]
    parameter = visit.knowledge.parameters.get(name)
    if parameter is None:
        return visit.problem(404, "page")
    using = [answer for answer in visit.knowledge.answers.values() if name in answer.needs]
    ruled = [programme for programme in visit.knowledge.rules if name in visit.knowledge.files[f"rules/{programme}.yaml"]]
    return visit.page(
        "console/policies/figure.html", status, name=name, parameter=parameter, today=_today(parameter, visit), plain=plain, problem=problem,
        units=visit.knowledge.messages.units, sources=visit.knowledge.sources, using=using, ruled=ruled, term=visit.knowledge.term,
        drafts=my_open_drafts(visit), forms=FORMS, typed={field: visit.text(field) for field in ("starts_on", "value", "source", "grade")},
    )


def add(visit: Visit) -> Response:
    """Write a further value into a draft; the value before it ends by itself the day before."""
    name = visit.request.path_params["name"]
    parameter = visit.knowledge.parameters.get(name)
    if parameter is None:
        return visit.problem(404, "page")
    path = f"parameters/{name}.yaml"
    try:
        entry = _entry(visit)
        number = wanted_draft(visit, f"{parameter.label}：{entry['starts_on']} 起")
        present = visit.parts.press.text(number, path) or ""
        text = with_value(present, entry, visit.now.date())
        visit.parts.press.save(who(visit), number, path, text, fingerprint(present))
        _save_derived(visit, number, name, entry)
    except InputError as error:
        return one(visit, str(error), 409)
    return go(f"/console/policies/drafts/{number}", said="draft_saved")


def _save_derived(visit: Visit, number: int, ground: str, entry: Mapping[str, str]) -> None:
    """Figures that follow from this one get their value for the same day, in the same draft."""
    for name, parameter in visit.knowledge.parameters.items():
        if parameter.derived is None or parameter.derived.figure != ground:
            continue
        path = f"parameters/{name}.yaml"
        present = visit.parts.press.text(number, path) or ""
        value = plain(Decimal(entry["value"]) * parameter.derived.times)
        own = {**entry, "value": value, "source": parameter.values[-1].source, "grade": parameter.values[-1].grade}
        visit.parts.press.save(who(visit), number, path, with_value(present, own, visit.now.date()), fingerprint(present))


def _entry(visit: Visit) -> dict[str, str]:
    source = visit.text("source").strip()
    if source.partition("#")[0] not in visit.knowledge.sources:
        raise InputError("没有这个来源。请先在「来源」里加上文件，或从列表里选")
    try:
        value = Decimal(visit.text("value").strip())
    except InvalidOperation as error:
        raise InputError("数没写对。请只写数字，例如 1045") from error
    try:
        starts_on = date.fromisoformat(visit.text("starts_on").strip())
    except ValueError as error:
        raise InputError("起始日没写对。请写成 2026-12-01 这样") from error
    grade = visit.text("grade").strip() or "A"
    return {"starts_on": starts_on.isoformat(), "value": plain(value), "source": source, "grade": grade}


def with_value(text: str, entry: Mapping[str, str], day: date) -> str:
    """A figure's file with one more value at the end of its list, checked on `day`; the rest stays as it is written."""
    lines = text.rstrip("\n").split("\n")
    start = lines.index("values:") + 1
    end = next((at for at in range(start, len(lines)) if lines[at] and lines[at][0] not in " -#"), len(lines))
    first, *rest = (f"{name}: {value if name in PLAIN else _quoted(value)}" for name, value in entry.items())
    lines[end:end] = [f"  - {first}", *(f"    {line}" for line in rest)]
    dated = f'checked_on: "{day.isoformat()}"'
    return "\n".join(dated if line.startswith("checked_on:") else line for line in lines) + "\n"


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _today(parameter: Parameter, visit: Visit) -> object:
    try:
        return parameter.on(visit.now.date())
    except ParameterNotInForce:
        return None
