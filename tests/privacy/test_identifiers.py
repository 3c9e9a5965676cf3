"""ID and bank card numbers never reach the store, mistyped ones neither; telephone numbers do."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge import Knowledge
from bot.privacy import mask_identifiers
from bot.understanding import phone_in

ID_CARD = "11010519491231002X"
"""The example number of GB 11643-1999; it belongs to nobody."""


@pytest.fixture(scope="module")
def named(knowledge: Knowledge) -> dict[str, list[str]]:
    return {kind: words.split() for kind, words in knowledge.messages.names["identifier_words"].items()}


@pytest.mark.parametrize("text", [
    f"我的身份证{ID_CARD}", f"{ID_CARD.lower()}是我的", f"号码:{ID_CARD},电话稍后给", "110105 19491231 002X", "110105-1949-1231-002X",
    "１１０１０５１９４９１２３１００２Ｘ".replace("Ｘ", "X"), "一一零一零五一九四九一二三一零零二X", "110105194912310021校验位不对",
])
def test_a_number_of_the_form_of_an_id_card_is_taken_out(text: str) -> None:
    masked = mask_identifiers(text)
    assert "1231" not in masked.text and "一二三一" not in masked.text and "１２３１" not in masked.text
    assert masked.kinds == {"id_card"}


@pytest.mark.parametrize("number", ["6222 0000 0000 0000 004", "4111111111111111", "4111-1111-1111-1111"])
def test_a_bank_card_number_is_taken_out(number: str) -> None:
    masked = mask_identifiers(f"看这个{number}转给我")
    assert "1111" not in masked.text
    assert "0000" not in masked.text
    assert masked.kinds == {"bank_card"}


@pytest.mark.parametrize(("text", "kind"), [
    ("身份证120101195001011234", "id_card"), ("卡号6222020200112233445", "bank_card"), ("我身份证号是 1201019500101123", "id_card"),
    ("老身份证120101500101123", "id_card"), ("银行卡 6222 0202 0011 2233", "bank_card"), ("6222020200112233445这是我的卡号", "bank_card"),
    ("存折账号020001234567890", "bank_card"),
])
def test_a_mistyped_number_that_is_called_so_is_taken_out(text: str, kind: str, named: dict[str, list[str]]) -> None:
    masked = mask_identifiers(text, named)
    assert masked.kinds == {kind}
    assert not any(part.isdecimal() and len(part) > 5 for part in masked.text.replace("〔", " ").replace("〕", " ").split())


@pytest.mark.parametrize("text", [
    "我有110元", "电话13800138000", "一年 120000 元", "13800138000 13900139000", "座机23456789 手机13800138000", "022-23456789",
    "卡号没带，电话13800138000", "身份证丢了 手机13800138000", "86 13800138000", "编号 JN2611-7K3M9Q", "1 2 3 4 5 6 7 8 9 10 11 12", "低保1045元，存款20000，4口人，2018年3月5日办的",
])
def test_other_numbers_stay(text: str, named: dict[str, list[str]]) -> None:
    assert mask_identifiers(text, named).text == text


def test_a_telephone_number_beside_an_id_card_is_still_usable(named: dict[str, list[str]]) -> None:
    masked = mask_identifiers(f"身份证{ID_CARD}，电话13800138000", named)
    assert masked.kinds == {"id_card"}
    assert phone_in(masked.text) == "13800138000"
    together = mask_identifiers(f"{ID_CARD} 13800138000", named)
    assert together.kinds == {"id_card"}
    assert phone_in(together.text) == "13800138000"


@given(st.text())
def test_no_text_is_too_strange(text: str) -> None:
    masked = mask_identifiers(text, {"id_card": ["身份证"]})
    assert masked.kinds or masked.text == text


@pytest.mark.parametrize("piece", ["1", "1 ", "1-", "1X", "1 - ", "一"])
def test_long_runs_take_linear_time(piece: str) -> None:
    begun = time.perf_counter()
    mask_identifiers(piece * 10_000)
    assert time.perf_counter() - begun < 1
