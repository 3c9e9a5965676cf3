"""ID and bank card numbers never reach the store."""

import pytest

from bot.privacy import mask_identifiers

ID_CARD = "11010519491231002X"
"""The example number of GB 11643-1999; it belongs to nobody."""


@pytest.mark.parametrize("text", [f"我的身份证{ID_CARD}", f"{ID_CARD.lower()}是我的", f"号码:{ID_CARD},电话稍后给"])
def test_an_id_card_number_is_taken_out(text: str) -> None:
    masked = mask_identifiers(text)
    assert ID_CARD.lower() not in masked.text.lower()
    assert masked.kinds == {"id_card"}


@pytest.mark.parametrize("number", ["6222 0000 0000 0000 007", "4111111111111111", "4111-1111-1111-1111"])
def test_a_bank_card_number_is_taken_out(number: str) -> None:
    masked = mask_identifiers(f"卡号{number}转给我")
    assert "1111" not in masked.text.replace("〔", "")
    assert masked.kinds <= {"bank_card"}


@pytest.mark.parametrize("text", ["我有110元", "电话13800138000", "110105194912310021不对的校验位", "一年 120000 元"])
def test_other_numbers_stay(text: str) -> None:
    assert mask_identifiers(text).text == text
