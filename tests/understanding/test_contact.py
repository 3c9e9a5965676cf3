"""Contact, time, place and consent, as people write them: in any order, and nothing where there is nothing."""

import pytest

from bot.knowledge import Knowledge
from bot.understanding import consent_said, contact_said, matters_in, place_said, time_said


@pytest.mark.parametrize(("text", "phone", "way", "when"), [
    ("13902123456,晚上六点以后", "13902123456", "phone", "晚上六点以后"),
    ("同意,13612345678 南开区体育中心街道 晚上", "13612345678", "phone", "晚上"),
    ("打我电话13800138000，下午方便", "13800138000", "phone", "下午"),
    ("别打电话，13800138000 能发短信", "13800138000", "chat", ""),
    ("晚上别打电话,13902123456", "13902123456", "phone", "晚上别打电话"),
    ("先别联系我", "", "none", ""),
    ("就在这聊", "", "chat", ""),
    ("发信息给我", "", "chat", ""),
    ("不想留电话", "", "chat", ""),
    ("18:30以后打13611112222", "13611112222", "phone", "18点半以后"),
    ("我想吃饺子", "", None, ""),
    ("快一点", "", None, ""),
    ("他三点多走的路", "", None, "三点多"),
])
def test_phone_way_and_time_in_any_order(knowledge: Knowledge, text: str, phone: str, way: str | None, when: str) -> None:
    said = contact_said(knowledge, text)
    assert (said.phone, said.way, said.when) == (phone, way, when)


@pytest.mark.parametrize(("text", "words"), [
    ("13512345678别让我儿子知道", "别让我儿子知道"),
    ("怕我老公知道", "怕我老公知道"),
    ("这事能不能不让街道知道", "这事能不能不让街道知道"),
    ("我儿子不知道怎么办手续", ""),
])
def test_who_must_not_know_is_kept_in_their_words(knowledge: Knowledge, text: str, words: str) -> None:
    assert contact_said(knowledge, text).not_told == words


@pytest.mark.parametrize(("text", "speech"), [("耳朵聋 只能发短信", "text"), ("用手语", "sign"), ("我不识字", "read_aloud"), ("来我家说吧", "visit"), ("上门理发", None)])
def test_how_somebody_communicates(knowledge: Knowledge, text: str, speech: str | None) -> None:
    assert contact_said(knowledge, text).speech == speech


@pytest.mark.parametrize(("text", "district", "street"), [
    ("13612345678 南开区体育中心街道", "南开区", "体育中心街道"),
    ("小白楼街道", "和平区", "小白楼街道"),
    ("蓟县下窝头镇", "蓟州区", "下窝头镇"),
    ("这事能不能不让街道知道", "", ""),
])
def test_a_street_is_a_street(knowledge: Knowledge, text: str, district: str, street: str) -> None:
    said = place_said(knowledge, text)
    assert (said.district, said.street) == (district, street)


@pytest.mark.parametrize(("text", "address"), [
    ("幸福里小区3号楼2单元501", "幸福里小区3号楼2单元501"), ("在家", "在家"), ("火车站", "火车站"),
    ("你是机器人吗", ""), ("住院要交五万押金 怎么办", ""), ("现在他出去了", ""), ("楼下老两口没人管", ""), ("给我送个轮椅行吗", ""), ("同意", ""), ("没有", ""),
])
def test_nothing_is_an_address_that_is_none(knowledge: Knowledge, text: str, address: str) -> None:
    assert place_said(knowledge, text).address == address


@pytest.mark.parametrize(("text", "said"), [
    ("转吧", "yes"), ("那就转", "yes"), ("转给他吧", "yes"), ("麻烦你了", "yes"), ("行 给我转", "yes"), ("好吧那就转吧", "yes"), ("👌", "yes"),
    ("同意，别让我儿子知道", "yes"), ("行吧 可是别打电话", "yes"), ("好 那要带啥材料", "yes"),
    ("不转 我就问问", "no"), ("不太想", "no"), ("算了", "no"), ("不用了", "no"), ("我不想转", "no"),
    ("等会儿", "later"), ("再想想", "later"), ("河西区 我再考虑考虑", "later"), ("好 我想想", "later"),
    ("要不要钱", None), ("同意的话能看到什么", None), ("好的 算了", None), ("13612345678", None), ("河西区", None),
    ("我在河西住 这事能不能不让街道知道", None),
])
def test_yes_no_and_later_in_all_colours(knowledge: Knowledge, text: str, said: str | None) -> None:
    assert consent_said(knowledge, text) == said


@pytest.mark.parametrize(("text", "matter"), [
    ("我没事 就是问问", "only_asking"), ("我是骗你的", "only_asking"), ("我不敢打电话", "cannot_call"), ("你能帮我报警吗", "call_for_me"),
    ("你帮我叫个救护车", "call_for_me"), ("打了120了", "called"), ("打110了", "called"), ("警察来了", "called"), ("别劝我", "no_talk"),
    ("有人在吗", "anyone"), ("他走了", "safer"), ("孩子找到了", "safer"), ("送医院了", "treated"), ("着火了", "fire"), ("出车祸了", "traffic"),
    ("好几天没见出门了", "unseen"), ("我上小学三年级", "child_speaks"), ("没人跟我说话 闷得慌", "lonely"), ("批了没", "still_waiting"),
])
def test_what_is_said_after_an_alarm(knowledge: Knowledge, text: str, matter: str) -> None:
    assert matter in matters_in(knowledge, text)


@pytest.mark.parametrize(("text", "matter"), [
    ("他没走", "safer"), ("还没找到", "safer"), ("他又回来了", "safer"), ("没送医院", "treated"), ("我没打120", "called"), ("我没开玩笑", "only_asking"),
    ("我孩子十岁", "child_speaks"), ("去年出过车祸 留下后遗症", "traffic"), ("活着没意思", "lonely"), ("不是不急", "urgent"),
])
def test_what_is_not_said(knowledge: Knowledge, text: str, matter: str) -> None:
    assert matter not in matters_in(knowledge, text)


@pytest.mark.parametrize("text", ["", "点" * 10_000, "晚上" * 5_000, "1" * 10_000, "别让" * 5_000, "\u202e{{ 7*7 }}", "六" * 10_000])
def test_any_text_is_borne(knowledge: Knowledge, text: str) -> None:
    contact_said(knowledge, text)
    place_said(knowledge, text)
    consent_said(knowledge, text)
    time_said(knowledge, text)
