"""Places and telephone numbers."""

import pytest

from bot.knowledge import Knowledge
from bot.understanding import phone_in, place_in, street_in


@pytest.mark.parametrize(
    ("text", "district"),
    [("我住河西", "河西区"), ("塘沽的", "滨海新区"), ("蓟县", "蓟州区"), ("杨柳青那边", "西青区"), ("天津", None), ("南开大学毕业的", None), ("河东和河西都住过", None), ("河北省沧州", None), ("", None), ("我住天津南开", "南开区"), ("天津津南", "津南区"), ("搬到河西区小白楼街道了", "河西区")],
)
def test_one_district_is_found_under_all_its_names(knowledge: Knowledge, text: str, district: str | None) -> None:
    assert place_in(knowledge, text) == district


@pytest.mark.parametrize(
    ("text", "street"),
    [("我住河东区大直沽街道", "大直沽街道"), ("西青区张家窝镇", "张家窝镇"), ("在丁字沽街", "丁字沽街"), ("家在出头岭镇上", "出头岭镇"), ("我在家", None), ("", None), ("街道办怎么走", None), ("小白楼街道", "小白楼街道"), ("13612345678 南开区体育中心街道 晚上", "体育中心街道"), ("我在河西住 这事能不能不让街道知道", None)],
)
def test_a_street_or_town_is_found_as_it_was_said(knowledge: Knowledge, text: str, street: str | None) -> None:
    assert street_in(knowledge, text) == street


@pytest.mark.parametrize(
    ("text", "phone"),
    [("13812345678", "13812345678"), ("打138 1234 5678找我", "13812345678"), ("+86 138-1234-5678", "13812345678"), ("022-23456789", "02223456789"), ("一三八一二三四五六七八", "13812345678"), ("１３８１２３４５６７８", "13812345678"), ("12345", None), ("两千五", None), ("", None), ("1" * 10_000, None)],
)
def test_a_telephone_number_of_china_is_found(text: str, phone: str | None) -> None:
    assert phone_in(text) == phone
