"""Whatever comes in, the turn answers and never raises."""

from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.conversation import Circumstances, Message, Reading, State, turn
from bot.knowledge import Knowledge
from bot.understanding import act_in, clean, crisis_kind
from tests.conftest import NOW

NASTY = st.sampled_from([
    "'; DROP TABLE cases; --", "<script>alert(1)</script>", "{{ 7*7 }}{% for a in b %}", "{{ ''.__class__.__mro__ }}", "\u202eabc\u202c",
    "😭" * 50, "低保" * 5000, "\x00\x07\x1b[31m", "٣٤", "①②③", "-1", "1e400", "九九八十一亿亿", "同意", "不同意", "不知道", "返回", "找真人",
    "我一个人住，七十四，北辰", "NaN", "../../etc/passwd", "%s%n", "是" * 300, "。。。", "？", "13800138000", "河东区大直沽街道",
])
TEXTS = st.one_of(NASTY, st.text(max_size=60))
CODES = st.sampled_from([
    "yes", "no", "right", "wrong", "choose", "tick", "ticks", "done", "none", "unsure", "pass", "why", "back", "ask", "screen", "help",
    "person", "status", "menu", "programme", "label", "details", "resume", "restart", "reasons", "reasons_of", "edit_all", "edit", "policy",
    "report", "chat_only", "no_contact", "anytime", "outside", "bogus", "",
])
ARGUMENTS = st.one_of(st.sampled_from(["", "0", "1", "99", "0.1.2", "dibao", "ask.dibao.amount", "act.greet", "²", "x"]), st.text(max_size=8))
STEPS = st.one_of(
    TEXTS.map(lambda text: ("text", text)),
    st.tuples(st.sampled_from([None, 0, 1, 10**8]), CODES, ARGUMENTS).map(lambda parts: ("button", parts)),
    st.sampled_from(["start", "photo", "voice", "sticker", "location", "other"]).map(lambda kind: (kind, "")),
)
LABELS = st.sampled_from([None, "ask.dibao.amount", "ask.which", "act.screen", "act.handoff", "act.update", "act.cancel", "act.erase", "act.wish", "oos", "act.abuse"])


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(STEPS, LABELS, st.sampled_from(["sure", "near", "none"])), min_size=1, max_size=25))
def test_every_message_is_answered(knowledge: Knowledge, steps: list[Any]) -> None:
    state = State()
    for number, ((kind, given_value), label, certainty) in enumerate(steps):
        message = Message(kind=kind, token=f"{number:x}")
        reading = Reading()
        if kind == "text":
            text = clean(given_value)
            message = replace(message, text=text)
            ranking = ((label, 0.9),) if label else ()
            crisis = crisis_kind(knowledge, text)
            reading = Reading(label, 0.9, ranking, certainty, crisis, crisis is not None, act_in(knowledge, text))
        elif kind == "button":
            asked, code, argument = given_value
            prompt_turn = state.prompt.turn if state.prompt else state.turn
            message = replace(message, button=f"{prompt_turn if asked is None else asked}:{code}:{argument}")
        made = turn(state, message, reading, knowledge, Circumstances(now=NOW))
        assert made.replies, (kind, given_value)
        assert all(reply.text.strip() for reply in made.replies)
        assert all(len(button.value.encode()) <= 64 for reply in made.replies for button in reply.buttons)
        state = State.from_json(made.state.to_json())


def test_the_same_arguments_give_the_same_turn(knowledge: Knowledge) -> None:
    message, reading = Message(kind="text", text="找真人", token="ab12"), Reading(act="act.handoff")
    first = turn(State(), message, reading, knowledge, Circumstances(now=NOW))
    second = turn(State(), message, reading, knowledge, Circumstances(now=NOW))
    assert first == second


def test_words_of_a_resident_are_never_a_template(knowledge: Knowledge) -> None:
    message = Message(kind="text", text="{{ 7*7 }}{{ emergency_110.__class__ }}", token="ab12")
    made = turn(State(), message, Reading(label="act.wish", certainty="sure"), knowledge, Circumstances(now=NOW))
    assert "49" not in "".join(reply.text for reply in made.replies)
