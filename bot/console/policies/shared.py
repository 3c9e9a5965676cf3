"""What pages of the policy desk have in common."""

from datetime import date

from bot.console.visit import Visit
from bot.errors import InputError
from bot.publishing import Who
from bot.store import drafts

FIRST_PARTS = {
    "answers": "答案", "parameters": "数", "rules": "规则", "sources": "来源", "lexicon": "用词", "questionnaire.yaml": "自测题目",
    "messages.yaml": "系统用语", "contacts.yaml": "电话", "districts.yaml": "各区", "referrals.yaml": "转介", "triage.yaml": "紧急程度",
    "office_hours.yaml": "上班时间", "retention.yaml": "保存期限", "limits.yaml": "字数和期限", "glossary.yaml": "词语",
    "labels.yaml": "标签", "consents.yaml": "同意书", "cases": "算好的例子", "facts.yaml": "自测记的事", "withdrawn.yaml": "撤下的内容", "demo.yaml": "示例",
}

FORMS = frozenset({
    "messages.yaml", "questionnaire.yaml", "contacts.yaml", "triage.yaml", "office_hours.yaml", "districts.yaml", "referrals.yaml", "glossary.yaml",
    "limits.yaml", "retention.yaml", "consents.yaml", "facts.yaml",
})
"""Files that open as a form; the others open as text, with the form one link away."""


def who(visit: Visit) -> Who:
    """The visitor as the press knows them."""
    return Who(visit.who.id, visit.who.scope.roles)


def asked_day(visit: Visit) -> date:
    """The day that the address asks for, else today."""
    try:
        return date.fromisoformat(visit.request.query_params.get("day", ""))
    except ValueError:
        return visit.now.date()


def asked_district(visit: Visit) -> str:
    """The district that the address asks for; empty for none."""
    name = visit.request.query_params.get("district", "")
    return name if name in visit.knowledge.districts else ""


def title_of(visit: Visit, path: str) -> str:
    """What a policy officer calls a file."""
    first, _, rest = path.partition("/")
    kind = FIRST_PARTS.get(first, first)
    name = rest.rpartition(".")[0]
    if first == "answers":
        answer = visit.knowledge.answers.get(name.replace("/", "."))
        return f"{kind}：{answer.title}" if answer else f"{kind}：{name}"
    if first == "parameters":
        parameter = visit.knowledge.parameters.get(name)
        return f"{kind}：{parameter.label}" if parameter else f"{kind}：{name}"
    if first == "sources":
        source = visit.knowledge.sources.get(name)
        return f"{kind}：{source.title}" if source else f"{kind}：{name}"
    if first == "rules":
        return f"{kind}：{visit.knowledge.term(name)}"
    return kind if not rest else f"{kind}：{name}"


def my_open_drafts(visit: Visit) -> list[drafts.DraftRow]:
    """Drafts into which a change may still be written."""
    with visit.parts.database.read() as connection:
        return drafts.in_state(connection, drafts.OPEN)


def wanted_draft(visit: Visit, title: str) -> int:
    """The draft that a form names, or a new one of that title.

    Raises:
        InputError: the draft does not exist.
    """
    asked = visit.text("draft")
    if not asked:
        return visit.parts.press.start(who(visit), title)
    if not (asked.isascii() and asked.isdigit() and len(asked) < 10):
        raise InputError("没有这份草稿。请刷新页面")
    return int(asked)
