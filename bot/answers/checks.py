"""Checks of what residents will read: renders everything for every district, and holds the words to the house's voice."""

import re
from collections.abc import Iterator
from datetime import date

from jinja2 import TemplateError, TemplateSyntaxError

from bot.answers.closed import compiled, in_chinese, names_in
from bot.answers.grounds import ground_faults, template_faults
from bot.answers.render import Rendered, fill, render_answer
from bot.answers.said import said
from bot.answers.variables import variables
from bot.answers.voice import voice_faults
from bot.knowledge import Answer, Fault, Knowledge, PolicyFaults

_SENTENCE_END = re.compile(r"[。！？；!?;\n]")
NEXT_STEP = "next_step"


def check_texts(knowledge: Knowledge, day: date) -> list[Fault]:
    """Every fault of wording, ground or rendering; empty when all is well. (How old the checks are: see freshness.)"""
    faults = list(voice_faults(knowledge))
    always = frozenset(variables(knowledge, (), day, ""))
    for answer in knowledge.answers.values():
        if answer.label in knowledge.withdrawn.answers:
            continue  # residents read one fixed sentence instead
        faults += _title(knowledge, answer)
        refused = list(_refused(answer))
        if refused:  # said once, not for every district, and nothing else is known of such a text
            faults += refused
            continue
        faults += template_faults(knowledge, answer, always)
        for district in ("", *knowledge.districts):
            faults += _rendered(knowledge, answer, day, district)
    faults += _referrals(knowledge, day)
    faults += _canned(knowledge, day)
    faults += _messages(knowledge)
    return sorted(set(faults))


def _title(knowledge: Knowledge, answer: Answer) -> Iterator[Fault]:
    if len(answer.title) > knowledge.limits.longest_title:
        what = f"标题有 {len(answer.title)} 个字,按钮上放不下"
        yield Fault(answer.file, 2, what, f"请压到 {knowledge.limits.longest_title} 字以内")


def _refused(answer: Answer) -> Iterator[Fault]:
    try:
        compiled(answer.body)
    except TemplateSyntaxError as error:
        mend = "请检查括号是否成对；能用的名字和写法见手册"
        yield Fault(answer.file, answer.body_line + error.lineno - 1, f"这段文字填不出来：{error.message}", mend)


def _rendered(knowledge: Knowledge, answer: Answer, day: date, district: str) -> Iterator[Fault]:
    try:
        rendered = render_answer(knowledge, answer, day, district)
    except PolicyFaults as problem:
        where = f"{district}的" if district else ""
        yield from (Fault(fault.file, fault.line, where + fault.what, fault.mend) for fault in problem.faults)
        return
    if not rendered.text:
        yield Fault(answer.file, answer.body_line, "答案是空的", "请写上先要告诉居民的那一两句")
    yield from _lengths(knowledge, answer, rendered)
    yield from ground_faults(knowledge, answer, rendered, day)
    last = (rendered.details or rendered.text).rsplit("\n", 1)[-1]
    if answer.label.startswith("ask.") and knowledge.messages.texts[NEXT_STEP] not in last:
        what = f"最后一行没说「{knowledge.messages.texts[NEXT_STEP]}」"
        yield Fault(answer.file, _last_line(answer), what, "请在末尾写一句居民接着该做什么")


def _last_line(answer: Answer) -> int:
    return answer.body_line + answer.body.rstrip("\n").count("\n")


def _lengths(knowledge: Knowledge, answer: Answer, rendered: Rendered) -> Iterator[Fault]:
    limits = knowledge.limits
    if len(rendered.text) > limits.longest_short_answer:
        what = f"开头的短答有 {len(rendered.text)} 个字,太长"
        yield Fault(answer.file, answer.body_line, what, f"请压到 {limits.longest_short_answer} 字以内,其余放到 --- 下面")
    for sentence in _SENTENCE_END.split(f"{rendered.text}\n{rendered.details}"):
        words = sentence.strip()
        if len(words) > limits.longest_sentence:
            where = next((number for number, row in enumerate(answer.body.split("\n")) if words[:6] in row), 0)
            yield Fault(answer.file, answer.body_line + where, f"这句太长({len(words)} 字):「{words[:24]}…」", "请拆成两句")


def _canned(knowledge: Knowledge, day: date) -> Iterator[Fault]:
    always = frozenset(variables(knowledge, None, day, ""))
    lines = {text.text: text.line for text in said(knowledge) if text.file == "canned.yaml"}
    for canned in knowledge.canned.values():
        line, used = lines.get(canned.text, 0), names_in(canned.text)
        for name in sorted(used - always - set(canned.needs)):
            yield Fault("canned.yaml", line, f"用了「{name}」，needs 里没写，也没有这个数", "请加进 needs，或检查名字")
        for name in sorted(set(canned.needs) - used):
            yield Fault("canned.yaml", line, f"needs 里的「{name}」没有用到", "请删去，或在文字里用上")
        if not used and "{" in canned.text:
            yield Fault("canned.yaml", line, f"「{canned.text[:12]}…」的花括号不对", "请写成 {{ 名字 }} 的样子")


def _referrals(knowledge: Knowledge, day: date) -> Iterator[Fault]:
    for text in said(knowledge):
        if text.file == "referrals.yaml":
            try:
                fill(knowledge, text.text, day, {})
            except TemplateError as error:
                yield Fault(text.file, text.line, f"「{text.text[:12]}…」填不出来：{in_chinese(str(error))}", "请检查花括号里的名字")


def _messages(knowledge: Knowledge) -> Iterator[Fault]:
    """Texts of the program itself that use what the language of templates does not have."""
    for text in said(knowledge):
        if text.file == "messages.yaml":
            try:
                compiled(text.text)
            except TemplateSyntaxError as error:
                line = text.line + (error.lineno if "\n" in text.text else 0)
                yield Fault(text.file, line, f"「{text.text[:12]}…」填不出来：{error.message}", "请检查花括号里的写法")
