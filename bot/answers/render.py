"""Fills templates of the closed language in, and bounds what comes out."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from jinja2 import TemplateError

from bot.answers.closed import compiled, in_chinese
from bot.answers.variables import chinese_day, figure, variables
from bot.knowledge import Answer, Knowledge, PolicyFaults
from bot.knowledge.faults import Fault

LONGEST_RENDERED = 6_000
NAMED_SOURCES = 2
"""Sources named under an answer; the public page lists all."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """An answer ready to be said."""

    label: str
    title: str
    text: str
    """The short answer."""
    details: str
    """What follows on 「看详细」; may be empty."""
    footnote: str
    """Sources and the day on which they were last checked."""
    next: tuple[str, ...]
    """Labels offered as buttons."""
    asks_district: bool = False
    """True where the answer differs by district and was rendered for none: the resident may be asked once."""


def fill(knowledge: Knowledge, text: str, day: date, values: dict[str, Any]) -> str:
    """A system text with `values` and every figure and number to call filled in."""
    if "{{" not in text and "{%" not in text:
        return text.strip()
    known = variables(knowledge, None, day, "")
    return compiled(text).render({**known, **values}).strip()[:LONGEST_RENDERED]


def render(knowledge: Knowledge, label: str, day: date, district: str = "") -> Rendered | None:
    """The answer of `label` on `day` for `district` (name or empty); None when the label has no answer."""
    answer = knowledge.answers.get(label)
    return None if answer is None else render_answer(knowledge, answer, day, district)


def render_answer(knowledge: Knowledge, answer: Answer, day: date, district: str = "") -> Rendered:
    """One answer, rendered.

    Raises:
        PolicyFaults: the template does not render; says where and how to mend it.
    """
    values = variables(knowledge, answer.needs, day, district)
    try:
        whole = compiled(answer.body).render(dict(values)).strip()[:LONGEST_RENDERED]
    except TemplateError as error:
        line = answer.body_line + (getattr(error, "lineno", None) or 1) - 1
        mend = "请检查变量名是否写进 needs、括号是否成对;只能用列出的变量"
        raise PolicyFaults([Fault(answer.file, line, f"这段文字填不出来：{in_chinese(error.message or '')}", mend)]) from error
    short, _, details = whole.partition("\n---\n")
    return Rendered(
        answer.label, answer.title, short.strip(), details.strip(), footnote(knowledge, answer, day), answer.next,
        asks_district=answer.by_district and not district,
    )


def footnote(knowledge: Knowledge, answer: Answer, day: date) -> str:
    """「来源:…;核对日期:…」, and the days of old figures; empty for an answer without sources."""
    names: list[str] = []
    for reference in answer.sources:
        source = knowledge.sources.get(reference.partition("#")[0])
        if source is None:
            continue
        name = f"《{source.title}》" if not source.title.startswith("《") else source.title
        named = name + (f"（{source.number}）" if source.number else "")
        if named not in names:
            names.append(named)
    if not names:
        return ""
    texts = knowledge.messages.texts
    more = texts["footnote_more"].replace("{}", str(len(names))) if len(names) > NAMED_SOURCES else ""
    line = texts["footnote"].replace("{sources}", "、".join(names[:NAMED_SOURCES])).replace("{more}", more)
    return line.replace("{day}", chinese_day(answer.checked_on)) + _old_figures(knowledge, answer, day)


def _old_figures(knowledge: Knowledge, answer: Answer, day: date) -> str:
    """The days of figures that have not changed for long, unless the text itself says so at the figure."""
    shown = {name: figure(knowledge, name, day) for name in answer.needs if name in knowledge.parameters}
    told = {one.on_day for name, one in shown.items() if f"{name}.caution" in answer.body}
    since = {one.on_day for one in shown.values() if one.is_old and one.on_day} - told
    if not since:
        return ""
    days = "、".join(chinese_day(day) for day in sorted(since))
    return knowledge.messages.texts["footnote_old"].replace("{days}", days)
