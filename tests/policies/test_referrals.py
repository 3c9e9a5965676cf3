"""What is not ours is no dead end: whoever asks reads who does it and where to call."""

import pytest

from bot.answers import fill
from bot.knowledge import Knowledge
from tests.policies.rendering import DAY


def found(knowledge: Knowledge, said: str) -> str:
    """The id of the referral that these words lead to, as the conversation finds it; empty when none."""
    return next((one.id for one in knowledge.referrals if any(word in said for word in one.words)), "")


@pytest.mark.parametrize(("said", "wanted"), [
    ("残疾证丢了去哪补", "canjizheng"), ("我妈八十五了高龄津贴怎么领", "gaoling"), ("长护险怎么评", "changhuxian"), ("老板欠薪半年了", "qianxin"),
    ("孩子落户怎么弄", "luohu"), ("社保卡密码忘了", "shebaoka"), ("公积金怎么取", "gongjijin"), ("公租房排到哪了", "zhufang"),
    ("取暖补贴还有吗", "qunuan"), ("家里停暖三天了", "qunuan"), ("失业金能领几个月", "shiye"), ("养老金没涨", "yanglaojin"),
    ("在外地异地就医怎么报", "yibao"), ("孩子幼升小要什么", "zhaosheng"), ("想打官司", "falv_jiufen"), ("以前有过家暴想离", "jiabao"),
    ("物业费实在交不起", "shenghuo"), ("邻居养狗太吵", "chongwu"), ("想要个轮椅", "fuju"), ("独生子女费找谁", "jisheng"),
    ("我想捐点衣服，捐东西去哪", "juankuan"), ("办这个收费不", "shoufei"), ("要银行卡号吗", "shoufei"), ("要收钱吗", "shoufei"),
    ("养老院收费多少", "yanglaoyuan"), ("社会救助法出来没有", "jiuzhufa"), ("低保证丢了", "zhengming"),
])
def test_the_words_lead_to_the_right_place(knowledge: Knowledge, said: str, wanted: str) -> None:
    assert found(knowledge, said) == wanted


def test_every_referral_gives_a_number_that_is_ours_to_give(knowledge: Knowledge) -> None:
    numbers = {contact.number for contact in knowledge.contacts.values()}
    for referral in knowledge.referrals:
        said = fill(knowledge, referral.says, DAY, {})
        assert any(number in said for number in numbers), referral.id
        assert "{" not in said, referral.id


def test_that_help_costs_nothing_is_said_at_once_where_it_is_asked(knowledge: Knowledge) -> None:
    for label in ("ask.supervision", "act.greet"):
        assert "办救助不收钱" in knowledge.answers[label].body.partition("\n---\n")[0], label
    assert "不收钱" in knowledge.answers["ask.dibao.apply"].body
