"""Checks across files: what no single file can show to be wrong."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.knowledge.documents import Document
from bot.knowledge.faults import Fault
from bot.knowledge.parameters import DatedValue, Derived, Parameter
from bot.knowledge.questionnaire import check_planning
from bot.knowledge.rules import check_rules

if TYPE_CHECKING:
    from bot.knowledge.snapshot import Knowledge

NEXT_ACTS = frozenset({"act.screen", "act.handoff"})
NEVER_STATED = "C"
"""The grade of what nobody has proven: it is never told to a resident."""
SURENESS = ("A", "A′", "B", "B′", "C")
"""From surest to least; S and D stand for themselves."""
FOLDERS = ("answers/", "parameters/", "sources/", "rules/", "cases/")
SINGLE_FILES = frozenset({
    "canned.yaml", "checklists.yaml", "consents.yaml", "contacts.yaml", "demo.yaml", "districts.yaml", "duty.yaml", "facts.yaml", "glossary.yaml", "labels.yaml", "limits.yaml",
    "messages.yaml", "office_hours.yaml", "questionnaire.yaml", "referrals.yaml", "retention.yaml", "triage.yaml", "withdrawn.yaml",
    "lexicon/rare_terms.yaml",
})


def check(knowledge: "Knowledge", documents: Mapping[str, Document]) -> list[Fault]:
    """Every fault between files; empty when all is well."""
    faults = [
        *_files(knowledge), *_sources(knowledge), *_labels(knowledge), *_answers(knowledge), *_parameters(knowledge, documents), *_questions(knowledge, documents),
        *_rules(knowledge, documents), *_contacts(knowledge, documents), *_consents(knowledge, documents), *_referrals(knowledge, documents), *_words(knowledge),
        *_withdrawn(knowledge, documents["withdrawn.yaml"]), *_checklists(knowledge, documents["checklists.yaml"]),
        *_gaps(knowledge, documents["canned.yaml"]),
    ]
    return sorted(set(faults))


def _files(knowledge: "Knowledge") -> Iterator[Fault]:
    lexicon = {f"lexicon/{name}.yaml" for name in knowledge.lexicon.__slots__}
    for file in knowledge.files:
        ending = ".md" if file.startswith("answers/") else ".yaml"
        if file not in SINGLE_FILES | lexicon and not (file.startswith(FOLDERS) and file.endswith(ending)):
            yield Fault(file, 0, "这个文件没有人读", "请检查文件名和放的文件夹,没用就删掉")


def _sources(knowledge: "Knowledge") -> Iterator[Fault]:
    for name, source in knowledge.sources.items():
        file = f"sources/{name}.yaml"
        for clause in source.unsaid.keys() - source.clauses.keys():
            yield Fault(file, head_line(knowledge.files[file], clause), f"unsaid 里的「{clause}」不在 clauses 里", "请检查编号,或从 unsaid 里删去")


def _checklists(knowledge: "Knowledge", document: Document) -> Iterator[Fault]:
    for name, checklist in knowledge.checklists.items():
        if checklist.programme and checklist.programme not in knowledge.labels.programmes:
            yield document.fault((name, "programme"), f"没有「{checklist.programme}」这个项目", "请照 labels.yaml 里的写，或留空")
        for position, ground in enumerate(checklist.sources):
            source, _, clause = ground.partition("#")
            if source not in knowledge.sources or (clause and clause not in knowledge.sources[source].clauses):
                yield document.fault((name, "sources", position), f"没有「{ground}」这个出处", "请照 sources 里的文件名和条款编号写")


def _gaps(knowledge: "Knowledge", document: Document) -> Iterator[Fault]:
    known = knowledge.messages.names.get("gap", {})
    for name, canned in knowledge.canned.items():
        for position, gap in enumerate(canned.needs):
            if gap not in known:
                yield document.fault((name, "needs", position), f"没有「{gap}」这个空", f"可以写：{'、'.join(known)}")


def _labels(knowledge: "Knowledge") -> Iterator[Fault]:
    for programme in knowledge.labels.programmes:
        if programme not in knowledge.glossary.by_code:
            yield Fault("glossary.yaml", 0, f"没有「{programme}」这个项目的名字", "请在 terms 里加上它")
    for label in knowledge.labels.all:
        if label not in knowledge.answers and label != "oos":
            yield Fault(f"answers/{label.replace('.', '/')}.md", 0, f"「{label}」没有答案", "请补这个文件")


def _answers(knowledge: "Knowledge") -> Iterator[Fault]:
    reached = {target for answer in knowledge.answers.values() for target in answer.next}
    for answer in knowledge.answers.values():
        text = knowledge.files[answer.file]
        if answer.label not in knowledge.labels.known:
            missing = "" if answer.label in reached else ",也没有别的答案指到它,居民走不到这里"
            yield Fault(answer.file, 0, f"没有「{answer.label}」这个标签{missing}", "请把文件移到对的文件夹,或检查文件名")
        if answer.label.startswith("ask."):
            if not answer.sources:
                yield Fault(answer.file, 2, "没有写来源", "请在 sources 里写上依据的文件")
            if not answer.next:
                yield Fault(answer.file, 2, "没有写 next,居民看完不知道往哪走", "请写两三个接着能问的标签")
        for reference in answer.sources:
            yield from _reference(knowledge, answer.file, head_line(text, reference), reference)
        for name in answer.needs:
            if name not in knowledge.parameters:
                yield Fault(answer.file, head_line(text, name), f"needs 里的「{name}」没有这个数", "请在 parameters 里加上,或检查名字")
        for target in answer.next:
            if target not in knowledge.answers and target not in NEXT_ACTS:
                yield Fault(answer.file, head_line(text, target), f"next 里的「{target}」没有答案", "请换成有答案的标签")
            if target == answer.label:
                yield Fault(answer.file, head_line(text, target), "next 指到了自己", "请换成别的标签")


def head_line(text: str, words: str) -> int:
    """The first line of `text` that has `words`; 2 (where the front matter starts) when none has."""
    return next((number for number, row in enumerate(text.split("\n"), start=1) if words in row), 2)


def _reference(knowledge: "Knowledge", file: str, line: int, reference: str) -> Iterator[Fault]:
    name, _, clause = reference.partition("#")
    source = knowledge.sources.get(name)
    if source is None:
        yield Fault(file, line, f"没有「{name}」这个来源", "请在 sources 文件夹里加上,或检查名字")
    elif source.grade == NEVER_STATED:
        yield Fault(file, line, f"来源「{name}」的等级是 C,没有证实,不能拿来说给居民", "请找到官方或报刊的来源再写,找不到就不说")
    elif clause and source.clauses and clause not in source.clauses:
        yield Fault(file, line, f"来源「{name}」里没有「{clause}」这一条", "请在来源文件的 clauses 里加上,或检查编号")


def _parameters(knowledge: "Knowledge", documents: Mapping[str, Document]) -> Iterator[Fault]:
    for name, parameter in knowledge.parameters.items():
        file = f"parameters/{name}.yaml"
        if not parameter.values:
            yield Fault(file, 1, "一个数也没有", "请在 values 里写上数、起始日和来源;没查到就删掉这个文件")
        if parameter.unit not in knowledge.messages.units:
            yield Fault(file, 1, f"单位「{parameter.unit}」没有说法", "请用已有的单位,或在 messages.yaml 的 units 里加上")
        for index, entry in enumerate(parameter.values):
            line = documents[file].line(("values", index)) if file in documents else 0
            yield from _reference(knowledge, file, line, entry.source)
            yield from _grade(knowledge, file, line, entry)
            yield from _dates(file, line, parameter.values[index - 1] if index else None, entry)
        if parameter.derived is not None:
            yield from _derived(knowledge, file, parameter, parameter.derived)


def _derived(knowledge: "Knowledge", file: str, parameter: Parameter, rule: Derived) -> Iterator[Fault]:
    """A derived figure has a value from each day on which its ground changes, and the right one."""
    ground = knowledge.parameters.get(rule.figure)
    line = head_line(knowledge.files[file], "derived")
    if ground is None:
        yield Fault(file, line, f"推算用的数「{rule.figure}」没有", "请检查名字")
        return
    own = {entry.starts_on: entry.value for entry in parameter.values}
    for entry in ground.values:
        wanted = entry.value * rule.times
        if own.get(entry.starts_on) != wanted:
            what = f"「{ground.label}」从 {entry.starts_on} 起是 {entry.value}，推算出来该是 {wanted.normalize():f}，这里写的不是"
            yield Fault(file, line, what, f"请写上从 {entry.starts_on} 起 {wanted.normalize():f}")


def _grade(knowledge: "Knowledge", file: str, line: int, entry: DatedValue) -> Iterator[Fault]:
    if entry.grade == NEVER_STATED:
        yield Fault(file, line, "等级 C 的数不能用", "请查到来源再填,没查到就不填")
    source = knowledge.sources.get(entry.source.partition("#")[0])
    if source is None or entry.grade not in SURENESS or source.grade not in SURENESS:
        return
    if SURENESS.index(entry.grade) < SURENESS.index(source.grade):
        yield Fault(file, line, f"数的等级 {entry.grade} 高过它的来源(等级 {source.grade})", "请照来源的等级写,或换成更可靠的来源")


def _dates(file: str, line: int, before: DatedValue | None, entry: DatedValue) -> Iterator[Fault]:
    if entry.ends_on is not None and entry.ends_on < entry.starts_on:
        yield Fault(file, line, "结束日期早于生效日期", "请改正两个日期")
    if before is None:
        return
    if entry.starts_on <= (before.ends_on or before.starts_on):
        yield Fault(file, line, "日期重叠或没有按先后排", "请从早到晚排,上一段的结束日期要早于这一段的生效日期")
    elif before.ends_on is not None and entry.starts_on > before.ends_on + timedelta(days=1):
        what = f"从 {before.ends_on} 的第二天到 {entry.starts_on} 的前一天没有数"
        yield Fault(file, line, what, "请把上一段的结束日期接到这一段的前一天,或去掉上一段的 ends_on")


def _questions(knowledge: "Knowledge", documents: Mapping[str, Document]) -> Iterator[Fault]:
    document = documents["questionnaire.yaml"]
    asked: set[str] = set()
    for index, question in enumerate(knowledge.questions):
        line = document.line((index,))
        asked.update(question.facts)
        if "self" not in question.ask:
            yield Fault("questionnaire.yaml", line, f"「{question.id}」缺少 self 的问法", "请补上问本人的说法")
        fills = [*(choice.fills for choice in question.choices), question.none_fills]
        for fact, value in ((fact, value) for filled in fills for fact, value in filled.items()):
            if fact not in knowledge.facts or (value is not None and not knowledge.facts[fact].accepts(value)):
                yield Fault("questionnaire.yaml", line, f"「{question.id}」的选项填了不认识的「{fact}: {value}」", "请对照 facts.yaml 改")
        if len({choice.title for choice in question.choices}) != len(question.choices):
            yield Fault("questionnaire.yaml", line, f"「{question.id}」有两个选项的字一样", "请改成不同的字")
    yield from check_planning(document, knowledge.questions, knowledge.facts)
    for fact in knowledge.facts:
        if fact not in asked:
            yield Fault("questionnaire.yaml", 0, f"没有一题问「{fact}」", "请加一题,或把它并进已有的题")


def _rules(knowledge: "Knowledge", documents: Mapping[str, Document]) -> Iterator[Fault]:
    for programme, rules in knowledge.rules.items():
        document = documents[f"rules/{programme}.yaml"]
        yield from check_rules(document, rules, knowledge.facts, knowledge.parameters, knowledge.sources)


def _contacts(knowledge: "Knowledge", documents: Mapping[str, Document]) -> Iterator[Fault]:
    document = documents["contacts.yaml"]
    for name, contact in knowledge.contacts.items():
        if contact.source:
            yield from _reference(knowledge, "contacts.yaml", document.line((name,)), contact.source)
        elif not contact.emergency:
            yield Fault("contacts.yaml", document.line((name,)), f"「{contact.name}」的号码没有来源", "请写上来源;没有来源的号码不能给居民")


def _referrals(knowledge: "Knowledge", documents: Mapping[str, Document]) -> Iterator[Fault]:
    document, file = documents["referrals.yaml"], "referrals.yaml"
    taken: dict[str, str] = {}
    for index, referral in enumerate(knowledge.referrals):
        for reference in (referral.source, *referral.further_sources):
            if reference:
                yield from _reference(knowledge, file, document.line((index, "source")), reference)
        if not any(name in referral.says for name in knowledge.contacts):
            yield Fault(file, document.line((index, "says")), f"「{referral.id}」没有给号码,居民走到这里就断了", "请写上查得到的号码,没有就写 {{ hotline_12345 }}")
        for word in referral.words:
            first = next((earlier for earlier in taken if earlier in word), "")
            if first:
                what = f"「{referral.id}」的「{word}」轮不到:前面的「{taken[first]}」已经有「{first}」"
                yield Fault(file, document.line((index, "words")), what, "请换个词,或把这一条挪到前面")
        taken.update(dict.fromkeys(referral.words, referral.id))


def _consents(knowledge: "Knowledge", documents: Mapping[str, Document]) -> Iterator[Fault]:
    document = documents["consents.yaml"]
    known = knowledge.messages.names.get("shared_field", {})
    for code, recipient in knowledge.consents.recipients.items():
        line = document.line(("recipients", code))
        if code in knowledge.consents.purposes:
            yield Fault("consents.yaml", line, f"「{code}」在 purposes 和 recipients 里都有", "请换一个名字")
        if not recipient.why or not recipient.version or not recipient.fields:
            yield Fault("consents.yaml", line, f"「{recipient.name}」缺少 why、version 或 fields", "请写清为什么给、哪一版、给哪几样")
        for field in recipient.fields:
            if field not in known:
                yield Fault("consents.yaml", document.line(("recipients", code, "fields")), f"没有「{field}」这个字段", "能用的见 messages.yaml 的 names.shared_field")


def _words(knowledge: "Knowledge") -> Iterator[Fault]:
    aspects = knowledge.messages.names.get("aspect", {})
    for aspect in knowledge.labels.aspects:
        if aspect not in aspects:
            yield Fault("messages.yaml", 0, f"names.aspect 里没有「{aspect}」", "请补上它在按钮上的字")


def _withdrawn(knowledge: "Knowledge", document: Document) -> Iterator[Fault]:
    for index, label in enumerate(knowledge.withdrawn.answers):
        if label not in knowledge.answers:
            yield Fault("withdrawn.yaml", document.line(("answers", index)), f"没有「{label}」这个答案", "请检查标签,或从这里删掉")
    for index, programme in enumerate(knowledge.withdrawn.rules):
        if programme not in knowledge.rules:
            yield Fault("withdrawn.yaml", document.line(("rules", index)), f"没有「{programme}」的规则", "请检查项目,或从这里删掉")
