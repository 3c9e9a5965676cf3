"""What may be said on which ground: reprints only with the street office's word, derived figures as derived, old ones with their day."""

import re
from collections.abc import Iterator, Mapping
from datetime import date

from bot.answers.closed import names_in
from bot.answers.render import Rendered
from bot.answers.variables import figure
from bot.knowledge import Answer, DatedValue, Fault, Knowledge, ParameterNotInForce
from bot.knowledge.checks import head_line

_DISTRICT_NAMED = re.compile(r'"([^"\n]{1,10})"')
REPRINT, DERIVED, PROVEN = "B′", "D", "A"


def template_faults(knowledge: Knowledge, answer: Answer, always: frozenset[str]) -> Iterator[Fault]:
    """Names that are not declared, declared and not used, or of no district; `always` are those every template may name."""
    text, used = knowledge.files[answer.file], names_in(answer.body)
    for name in sorted(used - always - set(answer.needs)):
        known = name in knowledge.parameters
        mend = f"请把 {name} 加进 needs" if known else "请检查名字,或在 parameters 里加上这个数"
        yield Fault(answer.file, head_line(text, name), f"用了「{name}」,{'needs 里没写' if known else '可是没有这个名字'}", mend)
    for name in sorted(set(answer.needs) - used):
        yield Fault(answer.file, head_line(text, name), f"needs 里的「{name}」没有用到", "请从 needs 里删去,或在文字里用上")
    if answer.by_district != ("district" in used):
        what = "写了 by_district,文字却不分区" if answer.by_district else "文字分区,却没写 by_district"
        yield Fault(answer.file, 2, what, "分区的写 by_district: true,不分的删去这一行")
    for offset, row in enumerate(answer.body.split("\n")):
        if "district" in row and "{%" in row:
            for name in _DISTRICT_NAMED.findall(row):
                if name not in knowledge.districts:
                    yield Fault(answer.file, answer.body_line + offset, f"没有「{name}」这个区", "请照 districts.yaml 里的名字写")


def ground_faults(knowledge: Knowledge, answer: Answer, rendered: Rendered, day: date) -> Iterator[Fault]:
    """Faults of what the answer says against the grades and days of what it rests on."""
    says = {"开头的短答": rendered.text, "--- 下面的详细": rendered.details}
    whole = f"{rendered.text}\n{rendered.details}"
    ask = knowledge.messages.texts["ask_street"]
    grades = {knowledge.sources[name].grade for name in _sources(answer) if name in knowledge.sources}
    if REPRINT in grades and ask not in whole:
        yield Fault(answer.file, 2, "有来源是转载(B′),却没说「" + ask + "」", "请在从转载来的话里加上这半句,或换成可靠的来源")
    old = knowledge.messages.texts["older_rule"]
    if answer.older_rule != (old in whole):
        what = f"写了 older_rule,却没说「{old}」" if answer.older_rule else f"说了「{old}」,却没写 older_rule: true"
        yield Fault(answer.file, head_line(knowledge.files[answer.file], "older_rule"), what, "请让两处一致")
    for name, entry in _figures(knowledge, answer, day).items():
        yield from _figure_faults(knowledge, answer, name, entry, says, day)


def _figure_faults(
    knowledge: Knowledge, answer: Answer, name: str, entry: DatedValue, says: Mapping[str, str], day: date
) -> Iterator[Fault]:
    shown, ask = figure(knowledge, name, day), knowledge.messages.texts["ask_street"]
    line, derived = head_line(answer.body, "{{ " + name) + answer.body_line - 1, knowledge.messages.texts["derived"]
    for part, text in says.items():
        if shown.words not in text:
            continue
        if entry.grade == REPRINT and ask not in text:
            yield Fault(answer.file, line, f"「{shown.words}」出自转载(B′),{part}里没说「{ask}」", "请在这个数旁边加上这半句")
        if entry.grade == DERIVED and derived not in text:
            yield Fault(answer.file, line, f"「{shown.words}」是推算的,{part}里没说「{derived}」", f"请写明这是{derived}的")
        told = shown.caution in text or (entry.grade == REPRINT and ask in text)
        if shown.caution and not told:
            mend = f"请在这个数后面写 {{{{ {name}.since }}}} 和 {{% if {name}.caution %}}"
            yield Fault(answer.file, line, f"「{shown.words}」是一年多以前的数,{part}里没有提醒", mend)


def _figures(knowledge: Knowledge, answer: Answer, day: date) -> dict[str, DatedValue]:
    found: dict[str, DatedValue] = {}
    for name in answer.needs:
        if name in knowledge.parameters:
            try:
                found[name] = knowledge.parameters[name].on(day)
            except ParameterNotInForce:
                continue
    return found


def _sources(answer: Answer) -> set[str]:
    return {reference.partition("#")[0] for reference in answer.sources}
