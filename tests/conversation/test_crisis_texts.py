"""The words after an alarm: a set for every kind, a person called only when one is on duty, old states still bearable."""

import pytest

from bot.conversation import CaseView, Circumstances, Message, Reading, State, turn
from bot.knowledge import Knowledge
from tests.conftest import NOW

KINDS = ("self_harm", "violence", "medical", "destitute", "child_danger")


def _say(knowledge: Knowledge, state: State, text: str, crisis: str | None = None, **around: object) -> tuple[State, str]:
    reading = Reading(label=crisis, certainty="sure", crisis=crisis, by_pattern=crisis is not None)
    made = turn(state, Message(kind="text", text=text, token="ab12"), reading, knowledge, Circumstances(now=NOW, **around))  # type: ignore[arg-type]
    return made.state, "\n".join(reply.text for reply in made.replies)


@pytest.mark.parametrize("kind", [*KINDS, "child"])
def test_there_are_three_further_texts_for_everybody(knowledge: Knowledge, kind: str) -> None:
    texts = {knowledge.messages.texts[f"crisis_more_{kind}_{index}"] for index in (1, 2, 3)}
    assert len(texts) == 3
    assert not any("{{ emergency" in text for text in texts), "the list of numbers does not come again"


@pytest.mark.parametrize("kind", KINDS)
def test_a_person_is_called_only_when_one_is_on_duty(knowledge: Knowledge, kind: str) -> None:
    _, away = _say(knowledge, State(), "出事了", f"crisis.{kind}")
    _, there = _say(knowledge, State(), "出事了", f"crisis.{kind}", on_duty=True)
    assert "还没有人应答" in away and "我这就叫" not in away
    assert "我这就叫值班的人" in there and "还没有人应答" not in there


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_words_never_come_twice_running(knowledge: Knowledge, kind: str) -> None:
    state, before = _say(knowledge, State(), "出事了", f"crisis.{kind}")
    for _ in range(6):
        state, said = _say(knowledge, state, "又是这样", f"crisis.{kind}")
        assert said != before
        assert "您在哪儿" not in said and "还没有人应答" not in said
        before = said


def test_long_after_an_alarm_the_talk_is_as_ever(knowledge: Knowledge) -> None:
    state, _ = _say(knowledge, State(), "出事了", "crisis.medical")
    long_ago = state.alarm.model_copy(update={"since": "2026-11-01T00:00:00+00:00"})
    _, said = _say(knowledge, state.model_copy(update={"alarm": long_ago}), "嘀嘀咕咕")
    assert "没听懂" in said


def test_a_state_kept_by_an_earlier_version_is_borne(knowledge: Knowledge) -> None:
    old = {"turn": 3, "greeted": True, "crisis": "crisis.violence", "prompt": {"key": "step", "turn": 3},
           "handover": {"kind": "crisis", "steps": ["crisis_place"], "number": "JN2611-ABCDEF"}}
    case = CaseView("JN2611-ABCDEF", "new", "red", "crisis")
    for text in ("河东区大直沽街道", "嗯", "你是谁"):
        _, said = _say(knowledge, State.from_json(old), text, case=case)
        assert said


def test_a_step_that_is_gone_is_passed_over(knowledge: Knowledge) -> None:
    old = {"turn": 3, "greeted": True, "prompt": {"key": "step", "turn": 3},
           "handover": {"kind": "asked", "steps": ["hukou_place"], "number": "JN2611-ABCDEF", "district": "河东区"}}
    _, said = _say(knowledge, State.from_json(old), "嗯", case=CaseView("JN2611-ABCDEF", "new", "green", "asked"))
    assert said
