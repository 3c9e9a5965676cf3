"""Texts of the bot as HTML."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.prose import prose


def test_nothing_in_a_text_becomes_html() -> None:
    assert str(prose("<b>粗</b> & \"引\"")) == "<p>&lt;b&gt;粗&lt;/b&gt; &amp; &#34;引&#34;</p>"


def test_line_breaks_stay_and_empty_lines_part_paragraphs() -> None:
    assert str(prose("一\n二\n\n三")) == "<p>一<br>二</p><p>三</p>"


def test_lines_with_a_dash_become_a_list() -> None:
    assert str(prose("要带:\n- 身份证\n- <户口本>")) == "<p>要带:</p><ul><li>身份证</li><li>&lt;户口本&gt;</li></ul>"


def test_lines_with_a_mark_keep_their_mark() -> None:
    assert '<li><span class="mark">●</span> <span>低保</span></li>' in str(prose("● 低保"))


@pytest.mark.parametrize("text", ["请打 120。", "报警 110,急救 120", "120/110"])
def test_numbers_to_call_can_be_tapped(text: str) -> None:
    assert '<a class="tel" href="tel:120">120</a>' in str(prose(text, ("110", "120")))


@pytest.mark.parametrize("text", ["补 120 元", "120元", "120 天以内", "13120", "120.5", "1-120", "120 多块"])
def test_an_amount_is_no_number_to_call(text: str) -> None:
    assert "tel:" not in str(prose(text, ("110", "120")))


def test_a_case_number_never_breaks_at_its_hyphen() -> None:
    assert '<span class="whole">JN2611-ABC234</span>' in str(prose("编号 JN2611-ABC234。"))


@given(st.text(max_size=300))
def test_no_text_breaks_it_or_smuggles_in_a_tag(text: str) -> None:
    made = str(prose(text, ("110", "12345")))
    for tag in ("<p>", "</p>", "<br>", "<ul>", '<ul class="marked">', "</ul>", "<li>", "</li>", "<span>", "</span>", "</a>",
                '<span class="mark">', '<span class="whole">', '<a class="tel" href="tel:110">', '<a class="tel" href="tel:12345">'):
        made = made.replace(tag, "")
    assert "<" not in made
    assert ">" not in made


def test_pages_of_our_own_can_be_opened_and_lead_nowhere_else() -> None:
    page = "/findings/" + "a" * 43
    opened = f'<a href="{page}" rel="nofollow noreferrer">点这里打开</a>'
    assert opened in str(prose(f"看 https://other.example{page}"))
    assert opened in str(prose(f"看{page}。"))
    assert '<a href="/resume" rel="nofollow noreferrer">/resume</a>' in str(prose("打开 /resume，填 ABCD"))
    assert "<a" not in str(prose("/findings/short /resumed https://other.example/x"))
