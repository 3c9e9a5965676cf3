"""The whole of policies/ as one frozen object, named by the hash of its canonical form."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

from pydantic import BaseModel

from bot.knowledge.answers import Answer, AnswerHead
from bot.knowledge.canned import Canned, Checklist
from bot.knowledge.consents import Consents
from bot.knowledge.contacts import Contact, District
from bot.knowledge.documents import Document, read_front_matter, read_yaml, validated
from bot.knowledge.duty import Duty
from bot.knowledge.facts import FactSpec
from bot.knowledge.faults import Fault, PolicyFaults
from bot.knowledge.labels import Glossary, Labels
from bot.knowledge.lexicon import Lexicon, read_lexicon
from bot.knowledge.limits import Limits, RareTerms
from bot.knowledge.messages import Messages
from bot.knowledge.office_hours import OfficeHours
from bot.knowledge.parameters import Parameter, ParameterNotInForce
from bot.knowledge.questionnaire import Question
from bot.knowledge.referrals import Referral
from bot.knowledge.retention import Retention
from bot.knowledge.rules import RuleSet, read_rules
from bot.knowledge.sources import Source
from bot.knowledge.triage import Triage
from bot.knowledge.withdrawn import Withdrawn, take_down

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, eq=False, slots=True)
class Knowledge:
    """Everything policy staff own, checked as a whole. Compared by identity; named by `version`."""

    version: str
    """First 16 hex digits of the SHA-256 of the canonical JSON of all files."""
    files: Mapping[str, str] = field(repr=False)
    """Path below policies/ → text: the canonical form that is stored and exported."""
    glossary: Glossary
    labels: Labels
    facts: Mapping[str, FactSpec]
    sources: Mapping[str, Source]
    parameters: Mapping[str, Parameter]
    questions: tuple[Question, ...]
    rules: Mapping[str, RuleSet]
    answers: Mapping[str, Answer]
    messages: Messages
    contacts: Mapping[str, Contact]
    districts: Mapping[str, District]
    referrals: tuple[Referral, ...]
    lexicon: Lexicon
    triage: Triage
    duty: Duty
    limits: Limits
    rare_terms: RareTerms
    retention: Retention
    consents: Consents
    office_hours: OfficeHours
    withdrawn: Withdrawn
    canned: Mapping[str, Canned]
    """What staff put into a reply."""
    checklists: Mapping[str, Checklist]

    def value(self, parameter: str, day: date) -> Any:
        """The figure in force on `day` as a `Decimal`.

        Raises:
            ParameterNotInForce: there is no such figure on that day (or none at all).
        """
        if parameter not in self.parameters:
            raise ParameterNotInForce(f"没有「{parameter}」这个数")
        return self.parameters[parameter].on(day).value

    def term(self, code: str) -> str:
        """The Chinese name of a scheme or term; the code itself when the glossary has none."""
        term = self.glossary.by_code.get(code)
        return term.name if term else code

    def short_name(self, code: str) -> str:
        """What residents call a scheme: its first other name, or its official one where that is shorter."""
        term = self.glossary.by_code.get(code)
        return code if term is None else min([term.name, *term.also[:1]], key=len)

    def aspect_title(self, aspect: str) -> str:
        """The button title of an aspect."""
        return self.messages.names["aspect"][aspect]

    @property
    def screened(self) -> tuple[str, ...]:
        """Programmes that have rules, in the order of the labels."""
        return tuple(name for name in self.labels.programmes if name in self.rules)


def canonical(files: Mapping[str, str]) -> str:
    """The canonical JSON of all files: sorted paths, no spaces, one line."""
    return json.dumps(dict(sorted(files.items())), ensure_ascii=False, separators=(",", ":"))


def version_of(files: Mapping[str, str]) -> str:
    """The name of a snapshot of `files`."""
    return hashlib.sha256(canonical(files).encode()).hexdigest()[:16]


class _Reading:
    """Collects faults while file after file is read, so that staff see all of them at once."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files
        self.faults: list[Fault] = []
        self.documents: dict[str, Document] = {}

    def attempt(self, action: Callable[[], Model]) -> Model | None:
        try:
            return action()
        except PolicyFaults as problem:
            self.faults.extend(problem.faults)
            return None

    def document(self, file: str) -> Document | None:
        if file not in self.files:
            self.faults.append(Fault(file, 0, "缺少这个文件", "请从上一版恢复它"))
            return None
        try:
            self.documents[file] = read_yaml(file, self.files[file])
        except PolicyFaults as problem:
            self.faults.extend(problem.faults)
            return None
        return self.documents[file]

    def one(self, file: str, model: type[Model]) -> Model | None:
        document = self.document(file)
        return None if document is None else self.attempt(lambda: validated(document, model))

    def mapping(self, file: str, model: type[Model]) -> dict[str, Model]:
        document = self.document(file)
        if document is None:
            return {}
        if not isinstance(document.data, dict):
            self.faults.append(Fault(file, 1, "这里应是「名字: 内容」的列表", "请照上一版的写法改"))
            return {}
        found: dict[str, Model] = {}
        for key, data in document.data.items():
            item = self.attempt(lambda data=data, key=key: validated(document, model, data, (key,)))  # type: ignore[misc]
            if item is not None:
                found[key] = item
        return found

    def listing(self, file: str, model: type[Model]) -> tuple[Model, ...]:
        document = self.document(file)
        if document is None:
            return ()
        if not isinstance(document.data, list):
            self.faults.append(Fault(file, 1, "这里应是以 - 开头的列表", "请照上一版的写法改"))
            return ()
        items = [
            self.attempt(lambda data=data, index=index: validated(document, model, data, (index,)))  # type: ignore[misc]
            for index, data in enumerate(document.data)
        ]
        return tuple(item for item in items if item is not None)

    def folder(self, folder: str, model: type[Model]) -> dict[str, Model]:
        found: dict[str, Model] = {}
        for file in self.names(folder, ".yaml"):
            item = self.one(file, model)
            if item is not None:
                found[file.removeprefix(folder + "/").removesuffix(".yaml")] = item
        return found

    def names(self, folder: str, ending: str) -> Iterable[str]:
        return [name for name in sorted(self.files) if name.startswith(folder + "/") and name.endswith(ending)]

    def answers(self) -> dict[str, Answer]:
        found: dict[str, Answer] = {}
        for file in self.names("answers", ".md"):
            label = file.removeprefix("answers/").removesuffix(".md").replace("/", ".")
            item = self.attempt(lambda file=file, label=label: read_answer_file(file, label, self.files[file]))  # type: ignore[misc]
            if item is not None:
                found[label] = item
        return found

    def rules(self) -> dict[str, RuleSet]:
        found: dict[str, RuleSet] = {}
        for file in self.names("rules", ".yaml"):
            document = self.document(file)
            if document is None:
                continue
            try:
                rules = read_rules(document)
            except PolicyFaults as problem:
                self.faults.extend(problem.faults)
                continue
            found[rules.programme] = rules
        return found

    def lexicon(self) -> Lexicon | None:
        try:
            return read_lexicon(self.files)
        except PolicyFaults as problem:
            self.faults.extend(problem.faults)
            return None


def read_answer_file(file: str, label: str, text: str) -> Answer:
    """One answer file as an `Answer`.

    Raises:
        PolicyFaults: its front matter is missing or wrong.
    """
    head, body, body_line = read_front_matter(file, text)
    checked = validated(head, AnswerHead)
    return Answer(**checked.model_dump(), label=label, file=file, body=body, body_line=body_line)


def build(files: Mapping[str, str]) -> Knowledge:
    """Read, type and cross-check all policy files.

    Args:
        files: path below policies/ (forward slashes) → text.

    Raises:
        PolicyFaults: anything is wrong; carries every fault, in Chinese, with file, line and mend.
    """
    if not files:
        raise PolicyFaults([Fault("policies/", 0, "一个文件也没找到", "请检查 policies 文件夹的位置")])
    reading = _Reading(files)
    parts: dict[str, Any] = {
        "glossary": reading.one("glossary.yaml", Glossary),
        "labels": reading.one("labels.yaml", Labels),
        "facts": reading.mapping("facts.yaml", FactSpec),
        "messages": reading.one("messages.yaml", Messages),
        "triage": reading.one("triage.yaml", Triage),
        "duty": reading.one("duty.yaml", Duty),
        "limits": reading.one("limits.yaml", Limits),
        "rare_terms": reading.one("lexicon/rare_terms.yaml", RareTerms),
        "retention": reading.one("retention.yaml", Retention),
        "consents": reading.one("consents.yaml", Consents),
        "office_hours": reading.one("office_hours.yaml", OfficeHours),
        "withdrawn": reading.one("withdrawn.yaml", Withdrawn),
        "lexicon": reading.lexicon(),
        "sources": reading.folder("sources", Source),
        "parameters": reading.folder("parameters", Parameter),
        "questions": reading.listing("questionnaire.yaml", Question),
        "rules": reading.rules(),
        "answers": reading.answers(),
        "contacts": reading.mapping("contacts.yaml", Contact),
        "canned": reading.mapping("canned.yaml", Canned),
        "checklists": reading.mapping("checklists.yaml", Checklist),
        "districts": {item.name: item for item in reading.listing("districts.yaml", District)},
        "referrals": reading.listing("referrals.yaml", Referral),
    }
    if reading.faults:  # a part that is missing has left a fault
        raise PolicyFaults(reading.faults)
    knowledge = Knowledge(version=version_of(files), files=dict(files), **parts)
    from bot.knowledge.checks import check  # after the types it checks

    faults = check(knowledge, reading.documents)
    if faults:
        raise PolicyFaults(faults)
    answers, rules = take_down(knowledge.withdrawn, knowledge.answers, knowledge.rules, knowledge.messages)
    return replace(knowledge, answers=answers, rules=rules)
