"""Sentences that policy staff read tell what was asked, and nobody by whom."""

import time

import pytest

from bot.knowledge import Knowledge
from bot.reception.vain import masked


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("我叫王小明想问低保", "我叫〔姓名〕想问低保"),
        ("我姓李，想问残疾补贴", "我姓〔姓名〕，想问残疾补贴"),
        ("老伴叫刘淑珍，能办吗", "老伴叫〔姓名〕，能办吗"),
        ("联系人：张三", "联系人：〔姓名〕"),
        ("手机13812345678", "手机〔电话〕"),
        ("打138 1234 5678给我", "打〔电话〕给我"),
        ("电话022-23456789", "电话〔电话〕"),
        ("手机１３８１２３４５６７８", "手机〔电话〕"),
        ("邮箱a.b@example.com", "邮箱〔账号〕"),
        ("微信abc12345加我", "微信〔账号〕加我"),
        ("身份证11010519491231002X", "身份证〔身份证号已隐去〕"),
        ("住和平区五大道12号", "住和平区〔住处〕"),
        ("我住华苑里", "我住〔住处〕"),
        ("一号楼二单元的", "〔住处〕的"),
    ],
)
def test_what_tells_who_speaks_is_taken_out(knowledge: Knowledge, said: str, shown: str) -> None:
    assert masked(knowledge, said) == shown


@pytest.mark.parametrize("said", [
    "低保每月1010元", "每月15号发低保吗", "住院多少天能报销", "我有3000-5000元", "挣2000 3000块", "打12345没人接", "住在天津市能办吗",
    "残疾车怎么领", "孩子在二中上一年级", "2026-11-24办的",
])
def test_what_was_asked_stays(knowledge: Knowledge, said: str) -> None:
    assert masked(knowledge, said) == said


def test_nothing_of_a_whole_address_is_left_but_the_district(knowledge: Knowledge) -> None:
    shown = masked(knowledge, "我家住南开区鞍山道天大新村5号楼二单元301，想问低保")
    for part in ("鞍山", "新村", "5号", "二单元", "301"):
        assert part not in shown
    assert shown.startswith("我家住南开区")
    assert shown.endswith("，想问低保")


def test_masking_twice_changes_nothing_more(knowledge: Knowledge) -> None:
    once = masked(knowledge, "我叫王小明，住河西区友谊路12号3门502室，电话13812345678，a@b.cn")
    assert masked(knowledge, once) == once


@pytest.mark.parametrize("text", ["住在" * 5000, "一" * 10000, "路" * 10000, "1-" * 5000, "a@" * 5000, "我叫" * 5000, "〔" * 10000, "", "\x00\ud800"])
def test_hostile_text_takes_no_time(knowledge: Knowledge, text: str) -> None:
    started = time.monotonic()
    masked(knowledge, text)
    assert time.monotonic() - started < 0.5
