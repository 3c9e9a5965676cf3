"""Rule files: what they say is read once into typed objects, and what is wrong is said with file, line and mend."""

from textwrap import dedent

import pytest

from bot.knowledge import Fault, Knowledge, PolicyFaults
from bot.knowledge.documents import read_yaml
from bot.knowledge.questionnaire import Question, check_planning
from bot.knowledge.rules import RuleSet, check_rules, read_rules
from bot.logic import Known

WHOLE = """\
programme: dibao
where:
  heavy:
    any:
      - severe_illness is true
      - disability in grade_1, grade_2
conditions:
  - id: income
    says: 收入低
    source: mzb-2021-dibao#DB-01
    met_if: monthly_income below dibao_monthly * household_size
    fails_if:
      all:
        - monthly_income above dibao_monthly * household_size
        - not: heavy
  - id: judged
    says: 由人看
    source: mzb-2021-dibao
    ask_worker: true
any_of:
  - route: first
    says: 第一条路
    conditions:
      - {id: homes, says: 房, source: mzb-2021-dibao, met_if: homes <= 1}
unchecked:
  - {says: 别的, source: mzb-2021-dibao}
already_if: receiving is dibao
estimate: {says: 差额, amount: dibao_monthly * household_size - monthly_income, source: mzb-2021-dibao, route: first}
"""


def read(text: str, file: str = "rules/dibao.yaml") -> RuleSet:
    return read_rules(read_yaml(file, dedent(text)))


def faults_of(text: str, file: str = "rules/dibao.yaml") -> tuple[Fault, ...]:
    with pytest.raises(PolicyFaults) as caught:
        read(text, file)
    return caught.value.faults


def faults_against(knowledge: Knowledge, text: str) -> list[Fault]:
    return check_rules(read_yaml("rules/dibao.yaml", text), read(text), knowledge.facts, knowledge.parameters, knowledge.sources)


def condition(line: str) -> str:
    return f"programme: dibao\nconditions:\n  - id: one\n    says: 一条\n    source: mzb-2021-dibao\n    {line}\n"


def test_a_whole_file_is_read_in_order(knowledge: Knowledge) -> None:
    rules = read(WHOLE)
    assert [(route, item.id) for route, item in rules.every_condition] == [("", "income"), ("", "judged"), ("first", "homes")]
    assert rules.conditions[1].met_if is None
    assert rules.conditions[1].judge({}) is None
    assert faults_against(knowledge, WHOLE) == []


def test_a_condition_that_fails_only_plainly_is_open_in_between() -> None:
    income = read(WHOLE).conditions[0]
    line: dict[str, Known] = {"household_size": 1, "dibao_monthly": 100, "line_band": 0, "disability": "none"}
    assert income.judge({**line, "monthly_income": 99}) is True
    assert income.judge({**line, "monthly_income": 100}) is None
    assert income.judge({**line, "monthly_income": 101, "severe_illness": True}) is None
    assert income.judge({**line, "monthly_income": 101, "severe_illness": False}) is False


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("met_if: homes <", 6), ("met_if: heavy", 6), ("met_if: [a]", 6), ("ask_worker: false", 3), ("met_iff: homes <= 1", 6),
        ("met_if: {all: [homes <= 1, {xor: [a]}]}", 6),
    ],
)
def test_a_condition_that_cannot_be_read_names_its_line_and_a_mend(line: str, number: int) -> None:
    (fault,) = {(item.file, item.line, bool(item.mend)) for item in faults_of(condition(line))}
    assert fault == ("rules/dibao.yaml", number, True)


def test_asking_a_worker_and_judging_by_rule_exclude_each_other() -> None:
    assert any("怎么判断没写清" in item.what for item in faults_of(condition("met_if: homes <= 1\n    ask_worker: true")))
    assert any("fails_if" in item.what for item in faults_of(condition("ask_worker: true\n    fails_if: never")))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("programme: dibao\n", "一个条件也没有"),
        (WHOLE.replace("id: judged", "id: income"), "写了两次"),
        (WHOLE.replace("route: first}", "route: second}"), "没有「second」这条路"),
        (WHOLE.replace("dibao_monthly * household_size - monthly_income, source", "dibao_monthly *, source"), "看不懂"),
        (WHOLE.replace("- severe_illness is true", "- severe_illness is"), "看不懂"),
        (WHOLE.replace("already_if: receiving is dibao", "already_if: receiving"), "没有解释过"),
    ],
)
def test_what_is_wrong_inside_one_file_is_said(text: str, words: str) -> None:
    assert any(words in item.what for item in faults_of(text))


def test_a_file_bears_the_name_of_its_programme() -> None:
    assert any("文件名" in item.what for item in faults_of(WHOLE, "rules/other.yaml"))


def test_all_faults_of_a_file_are_said_at_once() -> None:
    assert len(faults_of(condition("met_if: homes <") + "  - id: two\n    says: 二\n    source: x\n    met_if: cars <\n")) == 2


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("met_if: moons <= 1", "没有「moons」这个名字"),
        ("met_if: savings <= 5", "钱数和别的数不能比"),
        ("met_if: savings * savings <= 5元", "两个钱数不能相乘"),
        ("met_if: savings + homes <= 5元", "不能相加减"),
        ("met_if: hukou <= 1", "不是数"),
        ("met_if: receiving is nothing", "没有「nothing」这个选项"),
        ("met_if: moon is full", "没有「moon」这一项情况"),
        ("met_if: homes is true", "不是是或否"),
        ("met_if: hukou includes none", "不是多选"),
        ("met_if: service_needs is meals", "不是单选"),
        ("met_if: hukou is empty", "不是多选"),
        ("fails_if: moon is full\n    met_if: homes <= 1", "没有「moon」"),
        ("met_if: {not: {any: [moon is full, never]}}", "没有「moon」"),
    ],
)
def test_names_that_are_not_there_or_are_used_as_something_else_are_said(knowledge: Knowledge, line: str, words: str) -> None:
    found = faults_against(knowledge, condition(line))
    assert any(words in item.what and item.line >= 6 for item in found)


@pytest.mark.parametrize("line", ["met_if: savings <= 5元 * household_size", "met_if: homes * 2 + cars <= 5", "met_if: homes != moons"])
def test_money_goes_with_money_and_numbers_with_numbers(knowledge: Knowledge, line: str) -> None:
    assert not any("钱" in item.what for item in faults_against(knowledge, condition(line)))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("source: mzb-2021-dibao#DB-01", "source: nothing#DB-01", "没有「nothing」这个来源"),
        ("source: mzb-2021-dibao#DB-01", "source: mzb-2021-dibao#XX-99", "没有「XX-99」这一条"),
        ("says: 收入低", "says: 收入低\n    further_sources: [nothing]", "没有「nothing」这个来源"),
        ("dibao_monthly * household_size - monthly_income", "household_size * 2", "估算的不是钱数"),
        ("dibao_monthly * household_size - monthly_income", "dibao_monthly * moon", "没有「moon」"),
    ],
)
def test_sources_and_estimates_are_checked(knowledge: Knowledge, old: str, new: str, words: str) -> None:
    assert any(words in item.what for item in faults_against(knowledge, WHOLE.replace(old, new)))


QUESTION = {"id": "homes", "facts": ("homes",), "ask": {"self": "几套房?"}, "why": "要看。", "example": "一套"}


def test_a_doubt_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(ValueError, match="看不懂"):
        Question.model_validate({**QUESTION, "doubts": [{"id": "many", "when": "homes >", "ask": "真的?"}]})


def test_priors_and_doubts_are_checked_against_the_facts(knowledge: Knowledge) -> None:
    question = Question.model_validate(
        {
            **QUESTION, "priors": [{"share": 1, "fills": {"homes": -1}}, {"share": 1, "fills": {"moon": 1}}, {"share": 1, "fills": {"homes": 1}}],
            "doubts": [{"id": "many", "when": "moons > 3", "ask": "真的?"}],
        }
    )
    document = read_yaml("questionnaire.yaml", "- {id: homes}")
    assert len(check_planning(document, [question], knowledge.facts)) == 3


def test_the_questionnaire_of_the_repository_plans_with_what_there_is(knowledge: Knowledge) -> None:
    document = read_yaml("questionnaire.yaml", knowledge.files["questionnaire.yaml"])
    assert check_planning(document, knowledge.questions, knowledge.facts) == []
