"""How long `turn` takes for one answer: whole conversations through the real engine, planner included."""

from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter, process_time

from bot.conversation import Circumstances, Message, Reading, State, turn
from bot.conversation.replies import encode
from bot.knowledge import Knowledge, Question
from tests.bench.households import Household, choice_of, ticks

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Timed:
    """Milliseconds of every turn that answered a question, and how many questions there were."""

    milliseconds: tuple[float, ...]
    processor: tuple[float, ...]
    """Milliseconds of processor time of the same turns: what they take where nothing else runs."""
    questions: int


def timed_interview(knowledge: Knowledge, household: Household) -> Timed:
    """Take one household from consent to findings by taps and typed numbers.

    A tick-list is ticked line by line, as in Telegram; each tap counts as a turn.
    """
    around = Circumstances(NOW, channel="telegram")
    state = State(greeted=True, consent=knowledge.messages.notice_version)
    state = turn(state, Message("button", button=encode(0, "screen")), Reading(), knowledge, around).state
    spent: list[float] = []
    busy: list[float] = []
    while state.interview.running and state.prompt is not None:
        for message in _messages(knowledge, state, household):
            begun, began = perf_counter(), process_time()
            done = turn(state, message, Reading(), knowledge, around)
            spent.append((perf_counter() - begun) * 1000)
            busy.append((process_time() - began) * 1000)
            state = done.state
    return Timed(tuple(spent), tuple(busy), len(state.interview.answered))


def _messages(knowledge: Knowledge, state: State, household: Household) -> list[Message]:
    """What the household sends to what is open."""
    assert state.prompt is not None
    match state.prompt.key:
        case "agree_other":
            return [_tap(state, "yes")]
        case "doubt":
            return [_tap(state, "right")]
    question = next(item for item in knowledge.questions if item.id == state.interview.question)
    if question.several:
        told = ticks(question, household)
        return [*(_tap(state, "tick", str(place)) for place in told), _tap(state, "done" if told else "none")]
    return [_single(state, question, household)]


def _single(state: State, question: Question, household: Household) -> Message:
    place = choice_of(question, household)
    if place is not None:
        return _tap(state, "choose", str(place))
    if question.facts[0] in household:
        return Message("text", text=str(household[question.facts[0]]))
    return _tap(state, "unsure")


def _tap(state: State, code: str, argument: str = "") -> Message:
    assert state.prompt is not None
    return Message("button", button=encode(state.prompt.turn, code, argument))
