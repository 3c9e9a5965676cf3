"""Form tokens."""

from bot.web.csrf import Csrf


def test_a_token_is_good_for_the_browser_it_was_made_for() -> None:
    csrf = Csrf(b"secret")
    assert csrf.check("mine", csrf.token("mine"))


def test_a_token_of_another_browser_or_another_installation_is_refused() -> None:
    csrf = Csrf(b"secret")
    assert not csrf.check("mine", csrf.token("theirs"))
    assert not csrf.check("mine", Csrf(b"other").token("mine"))


def test_a_browser_without_a_cookie_never_passes() -> None:
    csrf = Csrf(b"secret")
    assert not csrf.check("", csrf.token(""))


def test_odd_tokens_are_refused_quietly() -> None:
    csrf = Csrf(b"secret")
    assert not csrf.check("mine", "")
    assert not csrf.check("mine", "号" * 1000)
