"""The kinds of crisis are added up before they are held against the rest."""

from importlib import import_module

import pytest

crisis = import_module("components.crisis")


@pytest.mark.parametrize(("violence", "leads"), [(0.14, "ask.dibao.apply"), (0.15, "crisis.violence")], ids=["just below", "at the level"])
def test_crisis_leads_from_the_level_on(violence: float, leads: str) -> None:
    odds = {"crisis.violence": violence, "crisis.child_danger": 0.1, "ask.dibao.apply": 0.4}

    assert crisis.rank(odds, 0.25)[0][0] == leads


def test_the_leading_crisis_carries_the_probability_of_any_crisis() -> None:
    odds = {"crisis.violence": 0.3, "crisis.child_danger": 0.25, "oos": 0.45}

    assert crisis.rank(odds, 0.5)[0] == ("crisis.violence", pytest.approx(0.55))


def test_a_crisis_below_the_level_never_leads_even_when_likeliest() -> None:
    odds = {"crisis.self_harm": 0.3, "act.deny": 0.28, "act.skip": 0.27, "act.back": 0.15}

    assert [label for label, _ in crisis.rank(odds, 0.35)][:2] == ["act.deny", "crisis.self_harm"]


def test_labels_without_any_crisis_are_ranked_by_probability() -> None:
    assert crisis.rank({"app": 0.2, "chat": 0.8}, 0.35) == [("chat", 0.8), ("app", 0.2)]


@pytest.mark.parametrize(("text", "bar"), [("他知道", 0.7), ("他 回 来 了 我 怕", 0.7), ("他回来了 我不敢出声", 0.5), ("", 0.7)])
def test_a_text_of_few_characters_must_be_surer(text: str, bar: float) -> None:
    assert crisis.Bar(usual=0.5, short=0.7, shortest=7).of(text) == bar
