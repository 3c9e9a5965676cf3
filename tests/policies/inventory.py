"""The numbers in policies/README.md, counted from the policies themselves."""

from collections import Counter

from bot.answers import readability
from bot.knowledge import Knowledge
from tests.policies.rendering import DAY

START, END = "<!-- 数目开始：由 python -m tests.policies.renew 写，不要手改 -->", "<!-- 数目结束 -->"
GRADES = {
    "A": "政府网站原文", "A′": "官方文件的转录", "B": "报刊、主流媒体", "B′": "转载、镜像", "S": "宣传周材料", "D": "由别的数推算",
    "C": "没有证实",
}
MAY_BE_SAID = {
    "A": "可以当事实说", "A′": "可以当事实说", "B": "可以当事实说", "B′": "只能同「以街道（乡镇）答复为准」一起说，网址不给看",
    "S": "只能说「2026 年宣传周材料里提到」", "D": "要写明是推算", "C": "不能用",
}


def table(knowledge: Knowledge) -> str:
    """Both tables, between the marks that the README carries."""
    return f"{START}\n\n{_counts(knowledge)}\n\n{_grades(knowledge)}\n\n{END}"


def _counts(knowledge: Knowledge) -> str:
    answers = knowledge.answers.values()
    kinds = Counter(answer.label.partition(".")[0] for answer in answers)
    reading: Counter[str] = Counter(readability(knowledge, answer, DAY).grade for answer in answers)
    words = knowledge.messages.names["reading"]
    missing = sorted(knowledge.labels.known - knowledge.answers.keys())
    rows = {
        "标签": f"{len(knowledge.labels.all)} 个；没有答案的只有 {'、'.join(missing)}，由 referrals.yaml 指路",
        "答案": f"{len(knowledge.answers)} 个：问政策 {kinds['ask']}、应答 {kinds['act']}、危急 {kinds['crisis']}",
        "分区不同的答案": f"{sum(answer.by_district for answer in answers)} 个",
        "只见较早规定的答案": f"{sum(answer.older_rule for answer in answers)} 个",
        "好懂程度": "、".join(f"{words[grade]} {reading[grade]}" for grade in words if reading[grade]),
        "数（parameters）": f"{len(knowledge.parameters)} 个",
        "来源（sources）": f"{len(knowledge.sources)} 份，共 {sum(len(source.clauses) for source in knowledge.sources.values())} 条事实",
        "有意不说的事实": f"{sum(len(source.unsaid) for source in knowledge.sources.values())} 条，来源文件的 unsaid 里写着为什么",
        "规则（rules）": f"{len(knowledge.rules)} 套",
        "号码（contacts）": f"{len(knowledge.contacts)} 个，其中紧急号码 {sum(contact.emergency for contact in knowledge.contacts.values())} 个",
        "指路（referrals）": f"{len(knowledge.referrals)} 条",
    }
    return "\n".join(["| 有什么 | 多少 |", "|---|---|", *(f"| {name} | {count} |" for name, count in rows.items())])


def _grades(knowledge: Knowledge) -> str:
    facts: Counter[str] = Counter()
    for source in knowledge.sources.values():
        facts[source.grade] += len(source.clauses)
    documents: Counter[str] = Counter(source.grade for source in knowledge.sources.values())
    figures: Counter[str] = Counter(entry.grade for parameter in knowledge.parameters.values() for entry in parameter.values)
    head = ["| 等级 | 是什么 | 怎么说 | 来源 | 事实 | 数 |", "|---|---|---|---|---|---|"]
    rows = [
        f"| {grade} | {name} | {MAY_BE_SAID[grade]} | {documents[grade]} | {facts[grade]} | {figures[grade]} |"
        for grade, name in GRADES.items()
    ]
    return "\n".join([*head, *rows])
