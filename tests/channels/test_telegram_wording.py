"""What is sent to Telegram: its length, its HTML and its buttons."""

import html
import re

import pytest
from telegram import InlineKeyboardMarkup

from bot.channels.telegram.wording import LONGEST, keyboard, length, parts_of, split


def titles(markup: InlineKeyboardMarkup | None) -> list[list[str]]:
    return [[button.text for button in row] for row in markup.inline_keyboard] if markup else []


def test_a_short_reply_is_one_message_with_its_footnote_small_and_its_buttons_below() -> None:
    (part,) = parts_of({"text": "每人每月 1045 元", "footnote": "来源:甲文。核对日期:2026-11-01", "buttons": [["看要带的材料", "3:label:x"]]})
    assert part.html == "每人每月 1045 元\n\n<blockquote expandable>来源:甲文。核对日期:2026-11-01</blockquote>"
    assert titles(part.keyboard) == [["看要带的材料"]]


def test_everything_a_person_wrote_is_escaped() -> None:
    (part,) = parts_of({"text": "<b>低保</b> & <script>", "footnote": "<i>", "buttons": []})
    assert "<b>" not in part.html
    assert "<script>" not in part.html
    assert "&lt;b&gt;低保&lt;/b&gt; &amp; &lt;script&gt;" in part.html
    assert part.plain == "<b>低保</b> & <script>\n\n<i>"


def test_lists_get_real_bullets() -> None:
    assert parts_of({"text": "要带:\n- 户口本\n- 身份证"})[0].plain == "要带:\n• 户口本\n• 身份证"


def test_nothing_to_say_sends_nothing() -> None:
    assert parts_of({"text": "  ", "buttons": [["好", "1:yes"]]}) == []


def test_words_behind_a_notice_do_not_show_on_a_locked_screen() -> None:
    (part,) = parts_of({"text": "您的低保批了", "notice": "您咨询的事有回复"})
    assert part.html == "您咨询的事有回复\n\n<tg-spoiler>您的低保批了</tg-spoiler>"


@pytest.mark.parametrize("text", ["字" * 10_000, ("一段话。" * 100 + "\n\n") * 20, "😀" * 6_000, "a" * LONGEST, "&<>" * 3_000, "行\n" * 5_000])
def test_long_texts_are_cut_to_fit_and_lose_nothing_but_breaks(text: str) -> None:
    parts = parts_of({"text": text, "footnote": "来源:甲文", "buttons": [["好", "1:yes"]]})
    for part in parts:
        assert length(html.unescape(re.sub(r"</?(blockquote|tg-spoiler)[^>]*>", "", part.html))) <= LONGEST
    assert [part.keyboard is not None for part in parts] == [False] * (len(parts) - 1) + [True]
    said = "".join(part.plain for part in parts).removesuffix("来源:甲文")
    assert re.sub(r"\s", "", said) == re.sub(r"\s", "", text)


def test_a_cut_falls_between_paragraphs_where_there_is_one() -> None:
    first, second = "甲。" * 30, "乙。" * 30
    assert split(f"{first}\n\n{second}", 100) == [first, second]


def test_a_very_long_footnote_becomes_messages_of_its_own() -> None:
    parts = parts_of({"text": "短", "footnote": "注" * 5_000, "buttons": [["好", "1:yes"]]})
    assert all(length(part.plain) <= LONGEST for part in parts)
    assert parts[0].plain == "短"
    assert parts[-1].keyboard is not None


def test_short_buttons_share_a_row_and_long_ones_stand_alone() -> None:
    words = ["是", "不是", "不知道", "问政策问政策", "看要带的材料", "这一个按钮的标题特别长"]
    assert titles(keyboard([[word, f"1:{index}"] for index, word in enumerate(words)])) == [words[:3], words[3:5], words[5:]]


def test_tick_lists_show_what_is_ticked() -> None:
    made = keyboard([["打扫", "4:tick:0", True], ["助浴助浴助浴", "4:tick:1", False], ["选好了", "4:done"]])
    assert [title for row in titles(made) for title in row] == ["☑ 打扫", "☐ 助浴助浴助浴", "选好了"]


def test_a_button_telegram_would_refuse_does_not_keep_the_words_back() -> None:
    (part,) = parts_of({"text": "您好", "buttons": [["太长", "1:" + "x" * 63], ["好", "1:yes"], ["空", ""]]})
    assert titles(part.keyboard) == [["好"]]
    assert keyboard([]) is None
