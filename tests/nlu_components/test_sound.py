"""Words that sound alike come out alike, others do not."""

from importlib import import_module

import pytest

sound = import_module("components.sound")


@pytest.mark.parametrize(
    ("meant", "written"),
    [
        ("低保", "底保"),
        ("低保", "低宝"),
        ("低保", "dibao"),
        ("临时救助", "领时就助"),
        ("临时救助", "linshijiuzhu"),
        ("临时救助", "lin si jiu zu"),
        ("特困", "特捆"),
        ("法律援助", "法律源助"),
    ],
)
def test_homophones_sound_the_same(meant: str, written: str) -> None:
    assert sound.sound(meant) == sound.sound(written)


@pytest.mark.parametrize(("one", "other"), [("低保", "特困"), ("申请", "停发"), ("是", "不是"), ("医疗", "教育")])
def test_different_words_sound_different(one: str, other: str) -> None:
    assert sound.sound(one) != sound.sound(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("zhang", "zan"), ("chi", "ci"), ("shi", "si"), ("nan", "lan"), ("ren", "len"), ("fei", "hei"), ("ming", "min"), ("feng", "hen")],
)
def test_confusions_of_the_ear_are_folded(one: str, other: str) -> None:
    assert sound.fold(one) == sound.fold(other)


def test_each_syllable_is_one_character() -> None:
    assert len(sound.sound("最低生活保障")) == 6


@pytest.mark.parametrize("word", ["app", "pos", "wx", "0000"])
def test_what_is_not_pinyin_stays(word: str) -> None:
    assert sound.sound(word) == word


def test_spaces_and_question_marks_make_no_sound() -> None:
    assert sound.sound("低 保?") == sound.sound("低保")
