"""One spelling for all that means the same."""

from importlib import import_module

import pytest

text = import_module("components.text")


@pytest.mark.parametrize(
    ("said", "normal"),
    [
        ("我想申請低保,怎麼辦??", "我想申请低保 怎么办?"),
        ("ABC低保", "abc低保"),
        ("低保!!!怎么办。。。", "低保 怎么办"),
        ("急急急急急", "急急"),
        ("低保🙏🙏怎么办👵🏻", "低保 怎么办"),
        ("低保\n怎么\t办", "低保 怎么 办"),
    ],
    ids=["traditional", "full width", "punctuation", "long runs", "emoji", "line breaks"],
)
def test_spellings_of_one_message_become_one(said: str, normal: str) -> None:
    assert text.normalize(said) == normal


@pytest.mark.parametrize(("said", "normal"), [("5口人", "0口人"), ("1500块", "0000块"), ("1.5w", "0w"), ("9999999", "00000")])
def test_numbers_keep_only_their_length(said: str, normal: str) -> None:
    assert text.normalize(said) == normal


@pytest.mark.parametrize("number", ["110", "120", "12345", "12348"])
def test_public_hotlines_stay_as_they_are(number: str) -> None:
    assert number in text.normalize(f"打{number}吗")


@pytest.mark.parametrize(("said", "normal"), [("呃低保嗯怎么办", "低保怎么办"), ("嗯", "嗯"), ("嗯?", "嗯?"), ("唉", "唉")])
def test_fillers_go_unless_nothing_else_was_said(said: str, normal: str) -> None:
    assert text.normalize(said) == normal


@pytest.mark.parametrize("said", ["", "   ", "🙂🙂", "!!!", "\u200b"])
def test_a_message_without_words_is_empty(said: str) -> None:
    assert text.normalize(said) == ""


def test_normalizing_twice_changes_nothing_more() -> None:
    once = text.normalize("哎呀,我媽70多了!!有1200塊退休金,能辦低保嗎???")

    assert text.normalize(once) == once


def test_only_the_beginning_of_an_endless_message_is_read() -> None:
    assert len(text.normalize("低保" * 100_000)) <= text.LONGEST
