"""One spelling for every message."""

import pytest

from bot.understanding import clean
from bot.understanding.text import heard


@pytest.mark.parametrize(
    ("said", "kept"),
    [("  您好 ", "您好"), ("a\u0000b\u200bc", "abc"), ("\u202e反\u202c", "反"), ("一\n二\t三", "一\n二\t三"), ("e\u0301", "é"), ("\ud800x", "x")],
)
def test_what_cannot_be_seen_is_taken_out(said: str, kept: str) -> None:
    assert clean(said) == kept


def test_only_the_first_ten_thousand_characters_are_kept() -> None:
    assert len(clean("我" * 20_000)) == 10_000


def test_emoji_and_letters_of_other_scripts_stay() -> None:
    assert clean("😀 Ünïcode العربية") == "😀 Ünïcode العربية"


def test_full_width_traditional_and_cheque_numerals_are_one_spelling() -> None:
    assert heard("每月１２００元").text == "每月1200元"
    assert heard("低收入戶").text == "低收入户"
    assert heard("贰仟伍佰").text == "二千五百"
    assert heard("1,200元").text == "1200元"
    assert heard("1500-2000").text == "1500到2000"


def test_clauses_end_at_punctuation_and_between_words_written_apart() -> None:
    message = heard("我妈七十,住河西 没车")
    assert [message.text[start:end] for start, end in message.clauses()] == ["我妈七十", "住河西", "没车"]


def test_a_word_written_in_single_characters_is_one_clause() -> None:
    assert len(heard("不 想 活 了").clauses()) == 1
