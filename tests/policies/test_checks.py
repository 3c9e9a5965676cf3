"""Each check of the policy files finds its fault in a broken copy, and says file, line, what is wrong and how to mend it."""

from collections.abc import Callable
from datetime import date

import pytest

from bot.answers import check_texts, due, reminders, stale
from bot.knowledge import Fault, PolicyFaults, build, loose_ends
from bot.publishing import read_folder
from tests.policies.rendering import DAY
from tests.policies.renew import POLICIES

Files = dict[str, str]
AMOUNT = "answers/ask/dibao/amount.md"
MONTHLY = "parameters/dibao_monthly.yaml"


@pytest.fixture(scope="module")
def whole() -> Files:
    return read_folder(POLICIES)


def faults_of(files: Files) -> list[Fault]:
    try:
        knowledge = build(files)
    except PolicyFaults as problem:
        return list(problem.faults)
    return check_texts(knowledge, DAY)


def swap(file: str, old: str, new: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        assert old in files[file], f"{file} 里没有「{old}」了，请改这个测试"
        files[file] = files[file].replace(old, new, 1)

    return change


def add(file: str, text: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        files[file] = files.get(file, "") + text

    return change


def remove(file: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        del files[file]

    return change


def body(line: str) -> Callable[[Files], None]:
    """One more line in the short answer of 「低保给多少钱」."""
    return swap(AMOUNT, "差多少，补多少。\n", f"差多少，补多少。\n{line}\n")


def several(*changes: Callable[[Files], None]) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        for one in changes:
            one(files)

    return change


VALUES = '''label: 试的数
unit: yuan
checked_on: "2026-11-20"
values:
'''
SOURCE = '''title: 试的来源
issuer: 试
grade: {}
checked_on: "2026-11-20"
clauses: {{X-01: 试}}
'''
STRAY = '''---
title: 没人问的
checked_on: "2026-11-20"
---
话。
'''


def value(starts: str, ends: str = "", grade: str = "A", source: str = "tj-2025-standard#DBT-01") -> str:
    ending = f', ends_on: "{ends}"' if ends else ""
    return f'  - {{starts_on: "{starts}"{ending}, value: "1", source: "{source}", grade: {grade}}}\n'


CASES: dict[str, tuple[Callable[[Files], None], str, str, str]] = {
    "unknown_key": (swap(AMOUNT, "checked_on:", "checked_upon:"), AMOUNT, "checked_upon", "请"),
    "unknown_file": (add("parameter/x.yaml", "a: b\n"), "parameter/x.yaml", "没有人读", "文件名"),
    "missing_source": (swap(AMOUNT, "tj-2025-standard#DBT-01", "tj-2099#DBT-01"), AMOUNT, "没有「tj-2099」这个来源", "sources"),
    "missing_clause": (swap(AMOUNT, "tj-2025-standard#DBT-01", "tj-2025-standard#ZZ-01"), AMOUNT, "没有「ZZ-01」这一条", "clauses"),
    "source_of_grade_c": (
        several(add("sources/x.yaml", SOURCE.format("C")), swap(AMOUNT, "tj-2025-standard#DBT-01", "x#X-01")),
        AMOUNT, "等级是 C", "官方或报刊",
    ),
    "referral_of_grade_c": (
        several(add("sources/x.yaml", SOURCE.format("C")), swap("referrals.yaml", "source: hotline-12348#RX-05", "source: x#X-01")),
        "referrals.yaml", "等级是 C", "官方或报刊",
    ),
    "figure_of_grade_c": (add("parameters/x.yaml", VALUES + value("2025-01-01", grade="C")), "parameters/x.yaml", "等级 C", "没查到就不填"),
    "figure_surer_than_its_source": (
        add("parameters/x.yaml", VALUES + value("2025-01-01", source="tj-2023-canji#ZXT-213")), "parameters/x.yaml", "高过它的来源", "照来源的等级",
    ),
    "dates_overlap": (
        add("parameters/x.yaml", VALUES + value("2024-01-01", "2025-06-30") + value("2025-01-01")), "parameters/x.yaml", "日期重叠", "从早到晚",
    ),
    "dates_with_a_gap": (
        add("parameters/x.yaml", VALUES + value("2024-01-01", "2024-06-30") + value("2025-01-01")), "parameters/x.yaml", "前一天没有数", "ends_on",
    ),
    "dates_reversed": (add("parameters/x.yaml", VALUES + value("2025-01-01", "2024-01-01")), "parameters/x.yaml", "早于生效日期", "改正"),
    "figure_without_value": (add("parameters/x.yaml", VALUES.replace("values:\n", "values: []\n")), "parameters/x.yaml", "一个数也没有", "values"),
    "label_without_answer": (remove("answers/act/abuse.md"), "answers/act/abuse.md", "没有答案", "补这个文件"),
    "answer_nobody_can_reach": (add("answers/ask/stray.md", STRAY), "answers/ask/stray.md", "居民走不到这里", "文件夹"),
    "dead_link": (swap(AMOUNT, "next: [ask.dibao.time", "next: [ask.dibao.tyme"), AMOUNT, "next 里的「ask.dibao.tyme」没有答案", "有答案的标签"),
    "link_to_itself": (swap(AMOUNT, "next: [ask.dibao.time", "next: [ask.dibao.amount"), AMOUNT, "指到了自己", "别的标签"),
    "no_way_on": (swap(AMOUNT, "next: [ask.dibao.time, ask.income, act.screen]\n", ""), AMOUNT, "没有写 next", "标签"),
    "button_that_is_none": (body("点「去火星」。"), AMOUNT, "没有这个按钮", "buttons"),
    "contact_without_source": (
        swap("contacts.yaml", "  source: hotline-12356#RX-02\n", ""), "contacts.yaml", "没有来源", "不能给居民",
    ),
    "unknown_need": (swap(AMOUNT, "needs: [dibao_monthly]", "needs: [dibao_monthly, nothing_here]"), AMOUNT, "「nothing_here」没有这个数", "parameters"),
    "unused_need": (swap(AMOUNT, "needs: [dibao_monthly]", "needs: [dibao_monthly, publicity_days]"), AMOUNT, "没有用到", "删去"),
    "undeclared_need": (body("公示 {{ publicity_days }}。"), AMOUNT, "needs 里没写", "加进 needs"),
    "derived_figure_left_behind": (
        swap("parameters/dibao_monthly.yaml", 'value: "1045"', 'value: "1100"'), "parameters/dibao_bianyuan_line.yaml", "推算出来该是 1650", "请写上从 2025-09-01 起 1650",
    ),
    "derived_from_nothing": (
        swap("parameters/dibao_bianyuan_line.yaml", "figure: dibao_monthly", "figure: no_such"), "parameters/dibao_bianyuan_line.yaml", "no_such", "检查名字",
    ),
    "undefined_name_in_a_branch_not_taken": (
        body("{% if dibao_monthly.number == '1' %}{{ nothing_here }}{% endif %}"), AMOUNT, "可是没有这个名字", "检查名字",
    ),
    "unknown_district": (
        swap("answers/ask/district.md", 'district == "滨海新区"', 'district == "海滨新区"'), "answers/ask/district.md", "没有「海滨新区」这个区", "districts.yaml",
    ),
    "district_not_declared": (swap("answers/ask/district.md", "by_district: true\n", ""), "answers/ask/district.md", "却没写 by_district", "by_district: true"),
    "district_declared_in_vain": (swap(AMOUNT, "checked_on:", "by_district: true\nchecked_on:"), AMOUNT, "文字却不分区", "删去"),
    "fails_for_one_district": (
        swap("answers/ask/campaign.md", "- 宣传周就从", "{{ nothing_here }}\n- 宣传周就从"), "answers/ask/campaign.md", "南开区的这段文字填不出来", "变量名",
    ),
    "broken_template": (body("{{ dibao_monthly"), AMOUNT, "填不出来", "括号"),
    "sentence_too_long": (body("这一句话说得实在是太长了谁也不会把它从头一直读到尾更不会记得住它到底说了些什么事情。"), AMOUNT, "这句太长", "拆成两句"),
    "short_answer_too_long": (body("\n".join(["这句不长。"] * 30)), AMOUNT, "开头的短答有", "---"),
    "title_too_long": (swap(AMOUNT, "title: 低保给多少钱", "title: 我想问问低保一个月到底能给我家多少钱"), AMOUNT, "按钮上放不下", "以内"),
    "forbidden_word": (body("您肯定能拿到。"), AMOUNT, "不能说的「肯定能」", "可能符合"),
    "forbidden_word_of_the_bot": (swap("messages.yaml", "  menu: 您想", "  menu: 您一定想"), "messages.yaml", "不能说的「一定」", "可能符合"),
    "forbidden_word_in_a_question": (swap("questionnaire.yaml", "各区的服务", "保证各区的服务"), "questionnaire.yaml", "不能说的「保证」", "可能符合"),
    "half_width_mark": (body("差多少,补多少。"), AMOUNT, "半角标点", "全角"),
    "half_width_mark_at_the_end": (body("常见的有:"), AMOUNT, "半角标点", "全角"),
    "half_width_mark_of_the_bot": (swap("messages.yaml", "您想先办哪样？", "您想先办哪样?"), "messages.yaml", "半角标点", "全角"),
    "exclamation_mark": (body("快去办\uff01"), AMOUNT, "感叹号", "句号"),
    "typed_figure": (body("每月 1045 元。"), AMOUNT, "直接写了数字", "parameters"),
    "typed_figure_in_words": (body("每月给三百五十元。"), AMOUNT, "用汉字写了数:「三百五十元」", "parameters"),
    "typed_figure_in_words_of_a_referral": (swap("referrals.yaml", "补卡、激活", "六个月内补卡、激活"), "referrals.yaml", "用汉字写了数", "parameters"),
    "typed_number_to_call": (swap("messages.yaml", "打 {{ hotline_12345 }} 问", "打 12345 问"), "messages.yaml", "直接写了数字", "contacts"),
    "address": (body("看 https://example.cn 。"), AMOUNT, "网址", "url"),
    "no_next_step": (swap(AMOUNT, "下一步：", "然后"), AMOUNT, "最后一行没说「下一步」", "末尾"),
    "reprint_not_told": (
        swap("answers/ask/dibao/time.md", "mzb-2021-dibao#DB-16", "tj-2023-canji#ZXT-213"), "answers/ask/dibao/time.md", "有来源是转载", "这半句",
    ),
    "reprinted_figure_not_told": (
        swap("answers/ask/canji_butie/amount.md", "下面的数，以街道（乡镇）答复为准：", "是这些："), "answers/ask/canji_butie/amount.md", "出自转载", "这半句",
    ),
    "derived_figure_not_told": (
        swap("answers/ask/dibao_bianyuan/eligibility.md", "标准推算", "标准算"), "answers/ask/dibao_bianyuan/eligibility.md", "是推算的", "推算",
    ),
    "old_amount_without_caution": (
        swap(AMOUNT, "{{ dibao_monthly.caution }}。\n", ""), AMOUNT, "一年多以前的数", "dibao_monthly.caution",
    ),
    "older_rule_not_told": (
        swap("answers/ask/assets.md", "按较早规定估的，新规定我没看到。", "估的。"), "answers/ask/assets.md", "写了 older_rule", "一致",
    ),
    "older_rule_not_declared": (swap("answers/ask/assets.md", "older_rule: true\n", ""), "answers/ask/assets.md", "没写 older_rule", "一致"),
    "12356_alone": (
        swap("referrals.yaml", "要是有危险，打 {{ emergency_110 }} 或 {{ emergency_120 }}。", ""), "referrals.yaml", "只给了 12356", "emergency_110",
    ),
    "crisis_without_emergency_number": (
        swap("answers/crisis/violence.md", "请现在打 {{ emergency_110 }} 报警，受了伤打 {{ emergency_120 }}。", "请快走。"),
        "answers/crisis/violence.md", "没有 110 或 120", "emergency_110",
    ),
    "referral_without_a_number": (
        swap("referrals.yaml", "这些不归社会救助，打 {{ hotline_12345 }} 问。", "这些不归社会救助。"), "referrals.yaml", "没有给号码", "hotline_12345",
    ),
    "referral_word_taken_by_an_earlier_one": (
        swap("referrals.yaml", "words: [长护险,", "words: [办残疾证的护理险, 长护险,"), "referrals.yaml", "轮不到", "挪到前面",
    ),
    "unsaid_of_no_clause": (
        swap("sources/tj-2023-wage.yaml", '  DBT-203: "已经', '  DBT-999: "已经'), "sources/tj-2023-wage.yaml", "不在 clauses 里", "编号",
    ),
    "referral_that_does_not_fill": (
        swap("referrals.yaml", "打 {{ hotline_12345 }} 反映。想问怎么打官司", "打 {{ hotline_1234x }} 反映。想问怎么打官司"), "referrals.yaml", "填不出来", "花括号",
    ),
}


def test_the_policies_as_they_lie_have_no_fault(whole: Files) -> None:
    assert faults_of(whole) == []


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_broken_copy_is_found_with_file_what_and_mend(whole: Files, name: str) -> None:
    change, file, what, mend = CASES[name]
    files = dict(whole)
    change(files)
    found = faults_of(files)
    fitting = [fault for fault in found if fault.file == file and what in fault.what and mend in fault.mend]
    assert fitting, [str(fault) for fault in found]
    if "第" in str(fitting[0]):
        assert 1 <= fitting[0].line <= files[file].count("\n") + 1
    others = {fault.file for fault in found} - {file}
    assert not others, [str(fault) for fault in found]


def test_a_fault_names_the_very_line(whole: Files) -> None:
    files = dict(whole)
    body("每月 1045 元。")(files)
    line = files[AMOUNT].split("\n").index("每月 1045 元。") + 1
    assert [fault.line for fault in faults_of(files)] == [line]


def test_an_answer_without_words_is_found(whole: Files) -> None:
    files = dict(whole)
    head = files["answers/act/thanks.md"].split("---")[1]
    files["answers/act/thanks.md"] = f"---{head}---\n"
    assert any("答案是空的" in fault.what for fault in faults_of(files))


def test_an_answer_without_sources_is_found(whole: Files) -> None:
    files = dict(whole)
    start = files[AMOUNT].index("sources:")
    end = files[AMOUNT].index("checked_on:")
    files[AMOUNT] = files[AMOUNT][:start] + files[AMOUNT][end:]
    assert [(fault.file, fault.what) for fault in faults_of(files)] == [(AMOUNT, "没有写来源")]


@pytest.mark.parametrize(("day", "reminded", "past"), [
    (date(2027, 9, 20), False, False),
    (date(2027, 9, 21), True, False),
    (date(2027, 11, 20), True, False),
    (date(2027, 11, 21), False, True),
])
def test_a_check_is_reminded_of_and_then_stale(whole: Files, day: date, reminded: bool, past: bool) -> None:
    files = {name: text.replace("2026-11-24", "2026-11-20") for name, text in whole.items()}
    knowledge = build(files)
    assert bool(due(knowledge, day)) is reminded
    assert bool(stale(knowledge, day)) is past
    for fault in (*due(knowledge, day), *stale(knowledge, day)):
        assert "checked_on" in files[fault.file].split("\n")[fault.line - 1]
        assert "再看一遍" in fault.mend


def test_a_check_on_a_day_to_come_is_found(whole: Files) -> None:
    files = dict(whole)
    swap(MONTHLY, 'checked_on: "2026', 'checked_on: "2027')(files)
    assert ["还没到" in fault.what for fault in stale(build(files), DAY)] == [True]


def test_nothing_is_stale_today(whole: Files) -> None:
    assert stale(build(whole), DAY) == []


def test_nothing_is_left_to_remind_of_today(whole: Files) -> None:
    assert [str(fault) for fault in reminders(build(whole), DAY)] == []


def test_a_fact_no_answer_tells_is_reminded_of_with_its_line_and_mend(whole: Files) -> None:
    files = dict(whole)
    swap("answers/ask/dibao/time.md", "  - mzb-2021-dibao#DB-21\n", "")(files)
    swap("parameters/dibao_district_workdays.yaml", "mzb-2021-dibao#DB-21", "mzb-2021-dibao#DB-22")(files)
    (found,) = loose_ends(build(files))
    assert (found.file, "DB-21" in found.what) == ("sources/mzb-2021-dibao.yaml", True)
    assert "DB-21" in files[found.file].split("\n")[found.line - 1]
    assert "unsaid" in found.mend


def test_a_fact_left_unsaid_for_a_reason_is_not_reminded_of(whole: Files) -> None:
    files = dict(whole)
    swap("sources/tj-2023-wage.yaml", '  DBT-203: "已经过去的数"\n', "  {}\n")(files)
    assert [fault.file for fault in loose_ends(build(files))] == ["sources/tj-2023-wage.yaml"]


def test_a_figure_nothing_names_is_reminded_of(whole: Files) -> None:
    files = dict(whole)
    add("parameters/never_named.yaml", VALUES + value("2025-01-01"))(files)
    assert [(fault.file, fault.what) for fault in loose_ends(build(files))] == [("parameters/never_named.yaml", "这个数没有一处用到")]
