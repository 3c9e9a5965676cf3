"""Numbers the Chinese way."""

import pytest

from bot.knowledge import Knowledge
from bot.understanding.compiled import compiled
from bot.understanding.numbers import numbers_in
from bot.understanding.text import heard


def values(knowledge: Knowledge, text: str) -> list[float | None]:
    """The values of all numbers of a text."""
    return [number.value for number in numbers_in(heard(text).text, compiled(knowledge))]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("一千二", 1200), ("两千五百", 2500), ("1.5w", 15000), ("3k", 3000), ("3万5", 35000), ("1万2千", 12000), ("一万零五百", 10500),
        ("三万五", 35000), ("十五", 15), ("一百五", 150), ("俩", 2), ("仨", 3), ("两千来块", 2000), ("一点五万", 15000), ("1w5", 15000), ("廿", 20),
        ("一百二十万", 1_200_000), ("2千500", 2500), ("一千零四十五", 1045),
    ],
)  # fmt: skip
def test_a_plain_number_has_its_value(knowledge: Knowledge, text: str, value: float) -> None:
    assert values(knowledge, text) == [value]


@pytest.mark.parametrize(
    "text", ["三四万", "七八口", "六十多", "两千多块", "不到两千", "好几万", "几百", "小两千", "将近三千", "一两千", "五十出头", "千把块", "上百万"]
)  # fmt: skip
def test_a_vague_number_has_no_value(knowledge: Knowledge, text: str) -> None:
    assert set(values(knowledge, text)) <= {None}


def test_both_ends_of_a_range_are_vague(knowledge: Knowledge) -> None:
    assert values(knowledge, "一千到一千五") == [None, None]
    assert values(knowledge, "800-1000") == [None, None]


@pytest.mark.parametrize("text", ["一共", "五保户", "一起", "星期三", "万一", "一直"])
def test_words_that_only_contain_a_numeral_are_no_numbers(knowledge: Knowledge, text: str) -> None:
    assert values(knowledge, text) == []


def test_two_numbers_side_by_side_are_told_apart(knowledge: Knowledge) -> None:
    assert values(knowledge, "八十四一个人住") == [84, 1]


@pytest.mark.parametrize("text", ["万" * 500, "1" * 500, "." * 500, "一点" * 300, "千百十万亿" * 100, "9" * 30 + "亿"])
def test_no_row_of_numerals_breaks_the_reading(knowledge: Knowledge, text: str) -> None:
    assert all(value is None or value < 1e12 for value in values(knowledge, text))
