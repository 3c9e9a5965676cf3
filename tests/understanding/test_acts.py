"""Short messages that are an act."""

import pytest

from bot.knowledge import Knowledge
from bot.understanding import act_in, is_yes_no, looks_like_question


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("转人工", "act.handoff"), ("我想找真人", "act.handoff"), ("请帮我转人工客服", "act.handoff"), ("上一题", "act.back"), ("返回上一题吧", "act.back"),
        ("跳过", "act.skip"), ("不知道", "act.unsure"), ("说不准", "act.unsure"), ("重新开始", "act.restart"), ("你好", "act.greet"), ("您好!", "act.greet"),
        ("谢谢您啊", "act.thanks"), ("再见", "act.goodbye"), ("删除我的信息", "act.erase"), ("看我的信息", "act.export"), ("办理进度", "act.status"),
        ("查一下办理进度", "act.status"), ("你是机器人吗?", "act.who_are_you"), ("没听懂", "act.repeat"), ("看看能申请什么", "act.screen"),
        ("是的", "act.affirm"), ("不用了", "act.deny"),
    ],
)  # fmt: skip
def test_an_unmistakable_act_is_recognised(knowledge: Knowledge, text: str, act: str) -> None:
    assert act_in(knowledge, text) == act


@pytest.mark.parametrize("text", ["低保多少钱", "我妈不知道去哪办", "你好我想问低保", "人工耳蜗报销吗", "", "😀", "谢谢邻居照顾我妈", "一" * 5_000])
def test_anything_longer_or_else_is_no_act(knowledge: Knowledge, text: str) -> None:
    assert act_in(knowledge, text) is None


def test_every_act_of_the_lists_is_a_label(knowledge: Knowledge) -> None:
    asked_back = {"act.ask_why", "act.consents"}  # answered from the open question and from what was agreed to: no label, no answer of their own
    assert {f"act.{act}" for act in knowledge.lexicon.acts.acts} - asked_back <= knowledge.labels.known


def test_not_to_be_called_for_now_is_no_withdrawal(knowledge: Knowledge) -> None:
    assert act_in(knowledge, "先别联系我") == "act.update"


@pytest.mark.parametrize("text", ["为什么问这个", "问这个干嘛呢", "为啥问我住哪", "凭什么告诉你", "您为什么要问这些啊"])
def test_who_asks_why_is_told_why(knowledge: Knowledge, text: str) -> None:
    assert act_in(knowledge, text) == "act.ask_why"


@pytest.mark.parametrize(("text", "meaning"), [("是", True), ("嗯嗯", True), ("是啊,对", True), ("不是", False), ("没有没有", False), ("行不行", None), ("是不是", None), ("低保", None), ("", None)])
def test_yes_and_no_are_told_apart_from_everything_else(knowledge: Knowledge, text: str, meaning: bool | None) -> None:
    assert is_yes_no(knowledge, text) is meaning


@pytest.mark.parametrize("text", ["要什么材料", "低保多少钱?", "能办吗", "咋申请", "我这样行不行", "问这个干嘛"])
def test_questions_are_recognised(knowledge: Knowledge, text: str) -> None:
    assert looks_like_question(knowledge, text)


@pytest.mark.parametrize("text", ["两千五", "啥都没享受", "没什么钱", "什么活都干不了", "我住河西", "谁知道呢,记不清了", "哪有啊,跟老伴住"])
def test_answers_are_not_taken_for_questions(knowledge: Knowledge, text: str) -> None:
    assert not looks_like_question(knowledge, text)
