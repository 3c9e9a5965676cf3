"""What is said in the pre-screening and is no answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge import Knowledge
from bot.understanding import corrects, facts_named, form_act, programme_follows, right_value, sign, told_and_asked


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("不做了", "pause"), ("先不弄了 我去做饭", "pause"), ("等一下，先停一下", "pause"), ("我回来了", "resume"), ("继续", "resume"),
        ("我不想答了,给我找个人", "person"), ("为什么问这个", "why"), ("问这个干嘛？", "why"), ("凭什么告诉你", "why"), ("哪个区也要说啊", "why"),
        ("这题啥意思", "simpler"), ("你们是骗子吧", "upset"), ("关你屁事", "upset"), ("我怕", "afraid"), ("填错了怎么办", "afraid"),
        ("要钱不", "cost"), ("还没问过她", "not_asked"), ("她让我问的", "agrees"), ("先看结果", "result"), ("题太多了", "fewer"),
    ],
)
def test_what_is_meant_is_heard(knowledge: Knowledge, text: str, meant: str) -> None:
    assert form_act(knowledge, text) == meant


@pytest.mark.parametrize("text", ["两千三", "河东区", "有儿子，能管", "不知道", "没有", "我妈瘫了五年 干不了活", "低保停了三个月", "为" * 60, "", "👌"])
def test_answers_and_stories_are_none_of_it(knowledge: Knowledge, text: str) -> None:
    assert form_act(knowledge, text) is None


def test_a_correction_names_its_fact_and_its_value(knowledge: Knowledge) -> None:
    text = "刚才说错了，我存款是五万"
    assert corrects(knowledge, text)
    assert facts_named(knowledge, text) == ("savings",)
    assert "五万" in right_value(knowledge, text)
    assert right_value(knowledge, "把区改成河西") == "河西"
    assert not corrects(knowledge, "存款五万")


def test_what_is_told_and_what_is_asked_are_parted(knowledge: Knowledge) -> None:
    assert told_and_asked(knowledge, "河东区 那要带啥") == ("河东区", "那要带啥")
    assert told_and_asked(knowledge, "给我妈，她80了。低保要多久能下来？") == ("给我妈，她80了", "低保要多久能下来？")


@pytest.mark.parametrize(("text", "meaning"), [("👌", True), ("👌🏻", True), ("👍👍", True), ("❌", False), ("😭", None), ("好👌", None), ("", None)])
def test_a_sign_alone_is_a_plain_yes_or_no(knowledge: Knowledge, text: str, meaning: bool | None) -> None:
    assert sign(knowledge, text) is meaning


@pytest.mark.parametrize(("text", "follows"), [("那特困呢", True), ("低保呢？", True), ("那临时救助", True), ("低保要多久", False), ("我妈呢", False), ("特困", False)])
def test_a_programme_with_what_about_it_is_a_follow_up(knowledge: Knowledge, text: str, follows: bool) -> None:
    assert programme_follows(knowledge, text) is follows


@given(st.text(max_size=200))
def test_any_text_is_borne(knowledge: Knowledge, text: str) -> None:
    form_act(knowledge, text)
    corrects(knowledge, text)
    facts_named(knowledge, text)
    right_value(knowledge, text)
    told_and_asked(knowledge, text)
    sign(knowledge, text)
    programme_follows(knowledge, text)
