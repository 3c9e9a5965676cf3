"""The pre-screening as a talk: consent, one question at a time, back, skip, pause, findings."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.conversation import answers_read, findings, handover, permission, questions
from bot.conversation.effects import RecordConsent
from bot.conversation.replies import Button
from bot.conversation.state import Answered, Interview
from bot.conversation.talk import Talk
from bot.conversation.wording import fact_lines, listed
from bot.knowledge import Question, Value
from bot.screening import contradictions, filled_by, next_question, remaining
from bot.understanding import extract

EARLY_HOURS = 24
EARLY_MESSAGES = 20
DOUBTS_BEFORE_GIVING_UP = 3


def start(talk: Talk) -> None:
    """Begin or go on: consent first, then the facts already told, then the questions."""
    if permission.elsewhere(talk) or permission.leaves_the_mainland(talk):
        return
    if talk.state.consent != talk.knowledge.messages.notice_version:
        ask_consent(talk, "consent")
        return
    talk.change_interview(running=True, paused=False)
    put_next(talk)


def ask_consent(talk: Talk, text_id: str) -> None:
    """Ask for consent (again)."""
    if talk.state.prompt is None or talk.state.prompt.key != "consent":
        talk.open_prompt("consent")
    talk.say(text_id, (talk.button("yes"), talk.button("no")))


def remember_early(talk: Talk) -> None:
    """Keep words said before consent for a day, unread: only a «yes» opens them."""
    if talk.state.consent or talk.message.kind != "text" or not talk.message.text or talk.around.policy_only:
        return
    after = talk.around.now - timedelta(hours=EARLY_HOURS)
    kept = [item for item in talk.state.early if datetime.fromisoformat(item[0]) > after]
    kept.append((talk.around.now.isoformat(), talk.message.text[:500]))
    talk.change(early=tuple(kept[-EARLY_MESSAGES:]))


def take_consent(talk: Talk, agreed: bool) -> None:
    """The answer to the request for consent."""
    talk.effects.append(RecordConsent("screening", agreed))
    talk.close_prompt()
    if not agreed:
        talk.change(refused=True)
        talk.say("consent_refused", talk.menu())
        return
    talk.change(consent=talk.knowledge.messages.notice_version, refused=False)
    talk.change_interview(running=True, paused=False)
    told = _told_earlier(talk)
    talk.change(early=())
    if told:
        talk.change_interview(pending=told)
        talk.open_prompt("facts")
        show_told(talk)
        return
    put_next(talk)


def show_told(talk: Talk) -> None:
    """Show back, once, what was told before consent."""
    talk.say("facts_told", (talk.button("right"), talk.button("wrong")), facts=fact_lines(talk, talk.interview.pending))


def _told_earlier(talk: Talk) -> dict[str, Value]:
    after = talk.around.now - timedelta(hours=EARLY_HOURS)
    told: dict[str, Value] = {}
    for at, words in talk.state.early:
        if datetime.fromisoformat(at) > after:
            told.update(extract(talk.knowledge, words))
    return {fact: value for fact, value in told.items() if fact not in talk.interview.facts}


def confirm_told(talk: Talk, right: bool) -> None:
    """Keep the facts shown back, or drop them."""
    told = dict(talk.interview.pending)
    talk.change_interview(pending={}, facts={**talk.interview.facts, **told} if right else talk.interview.facts)
    talk.close_prompt()
    talk.say("facts_kept" if right else "facts_dropped")
    put_next(talk)


def put_next(talk: Talk) -> None:
    """Put the question that is most worth asking, or come to findings."""
    if permission.needs_guardian(talk):
        return
    interview = talk.interview
    asked = {item.question for item in interview.answered}
    question = next_question(talk.knowledge, interview.facts, asked, talk.around.now.date())
    if question is None:
        findings.finish(talk)
        return
    if question.sensitive and _needs_agreement(talk):
        talk.open_prompt("agree_other")
        talk.say("agree_other", (talk.button("yes"), talk.button("no")))
        return
    put(talk, question)


def _needs_agreement(talk: Talk) -> bool:
    return talk.interview.facts.get("for_whom") == "other" and "agreed_by_other" not in talk.interview.queried


def take_agreement(talk: Talk, agreed: bool) -> None:
    """Whether the person outside the family knows and agrees; else it stays a report."""
    talk.effects.append(RecordConsent("on_behalf", agreed))
    talk.close_prompt()
    if agreed:
        talk.change_interview(queried=(*talk.interview.queried, "agreed_by_other"))
        put_next(talk)
        return
    talk.change_interview(running=False, paused=False)
    talk.say("agree_other_refused")
    handover.start(talk, "report")


def put(talk: Talk, question: Question) -> None:
    """Ask `question` for the first time."""
    talk.change_interview(question=question.id, doubts=0, ticks=())
    talk.open_prompt("question")
    ask(talk, question)


def ask(talk: Talk, question: Question, lead: str = "") -> None:
    """Say the open question with its buttons and how many may still come."""
    number = len(talk.interview.answered) + 1
    asked = {item.question for item in talk.interview.answered} | {question.id}
    left = remaining(talk.knowledge, talk.interview.facts, asked, talk.around.now.date())
    progress = talk.text("progress", number=number, left=left) if left else talk.text("progress_last", number=number)
    wording = question.wording(str(talk.interview.facts.get("for_whom", "self")))
    text = "\n".join(part for part in (lead, progress, wording) if part)
    talk.say_text(text, _buttons(talk, question), several=question.several)


def _buttons(talk: Talk, question: Question) -> tuple[Button, ...]:
    made: list[Button] = []
    for index, choice in enumerate(question.choices):
        if question.several:
            made.append(talk.button("tick", str(index), title=choice.title, ticked=index in talk.interview.ticks))
        else:
            made.append(talk.button("choose", str(index), title=choice.title))
    if question.several:
        done = "done" if talk.interview.ticks else "none"
        made.append(talk.button(done, title=question.none_title if done == "none" else ""))
    made += [talk.button("unsure"), talk.button("pass"), talk.button("why")]
    if talk.interview.answered:
        made.append(talk.button("back"))
    return tuple(made)


def open_question(talk: Talk) -> Question | None:
    """The question that is open, or None when the knowledge no longer has it."""
    return next((item for item in talk.knowledge.questions if item.id == talk.interview.question), None)


def reask(talk: Talk, lead: str = "") -> None:
    """Put the open question again, after something else was answered or said."""
    question = open_question(talk)
    if question is None:
        put_next(talk)
    else:
        ask(talk, question, lead)


def take_text(talk: Talk) -> None:
    """Typed words while a question is open: an answer, other facts, a question of their own, or a doubt."""
    question = open_question(talk)
    if question is None:
        put_next(talk)
        return
    filled = answers_read.read(talk, question)
    if filled is not None:
        talk.label = _said(talk)
        take_answer(talk, question, filled)
        return
    if answers_read.asks_something(talk) and questions.answer(talk, questions.in_context(talk, str(talk.reading.label))):
        talk.label = questions.in_context(talk, str(talk.reading.label))
        reask(talk, talk.text("back_to_form"))
        return
    beside = answers_read.told_beside(talk)
    if beside:
        talk.change_interview(facts={**talk.interview.facts, **beside}, answered=_with_beside(talk, beside))
        if not permission.needs_guardian(talk) and not _query_contradiction(talk):
            reask(talk, talk.text("facts_noted", facts=listed(talk, beside)))
        return
    _doubt(talk, question)


def answers_open_question(talk: Talk) -> bool:
    """Whether the words plainly answer the open question: then only the crisis patterns may say otherwise, not the model."""
    question = open_question(talk)
    return question is not None and answers_read.read(talk, question) not in (None, {})


def _with_beside(talk: Talk, beside: Mapping[str, Value]) -> tuple[Answered, ...]:
    """Note under the last answer what was told beside the point, so that going back forgets it too."""
    answered = talk.interview.answered
    if not answered:
        return answered
    last = answered[-1]
    return (*answered[:-1], last.model_copy(update={"filled": (*last.filled, *beside)}))


def take_choice(talk: Talk, index: int) -> None:
    """A tapped choice of the open question."""
    question = open_question(talk)
    if question is None or not 0 <= index < len(question.choices):
        reask(talk, talk.text("old_button"))
        return
    take_answer(talk, question, dict(question.choices[index].fills))


def toggle(talk: Talk, index: int) -> None:
    """A tapped line of the open tick-list."""
    question = open_question(talk)
    if question is None or not question.several or not 0 <= index < len(question.choices):
        reask(talk, talk.text("old_button"))
        return
    ticks = set(talk.interview.ticks) ^ {index}
    talk.change_interview(ticks=tuple(sorted(ticks)))
    ask(talk, question, talk.text("ticked_more"))


def take_ticks(talk: Talk, ticks: tuple[int, ...]) -> None:
    """The tick-list is complete."""
    question = open_question(talk)
    if question is None or not question.several:
        reask(talk, talk.text("old_button"))
        return
    filled = filled_by(question, [index for index in ticks if 0 <= index < len(question.choices)])
    take_answer(talk, question, _values(filled))


def _values(filled: Mapping[str, object]) -> dict[str, Value]:
    """Fillings of choices as facts; what a choice leaves open is absent."""
    return {fact: value for fact, value in filled.items() if isinstance(value, str | int | float | bool | tuple | list)}  # type: ignore[misc]


def take_answer(talk: Talk, question: Question, filled: Mapping[str, Value]) -> None:
    """Keep what an answer filled and go on; facts told beside the point are shown back."""
    checked = {fact: _plain(value) for fact, value in filled.items() if talk.knowledge.facts[fact].accepts(value)}
    beside = {fact: value for fact, value in checked.items() if fact not in question.facts}
    done = Answered(question=question.id, filled=tuple(checked))
    talk.change_interview(facts={**talk.interview.facts, **checked}, answered=(*talk.interview.answered, done), ticks=(), doubts=0)
    if "district" in checked:
        talk.change(district=str(checked["district"]))
    talk.close_prompt()
    if beside:
        talk.say("facts_noted", facts=listed(talk, beside))
    if not _query_contradiction(talk):
        put_next(talk)


def _query_contradiction(talk: Talk) -> bool:
    """Ask once, kindly, about answers that hardly go together; False when there is nothing to ask."""
    found = next((item for item in contradictions(talk.knowledge, talk.interview.facts) if item.id not in talk.interview.queried), None)
    if found is None:
        return False
    talk.change_interview(queried=(*talk.interview.queried, found.id), question=found.question)
    talk.open_prompt("doubt")
    talk.say_text(found.ask, (talk.button("right"), talk.button("fix")))
    return True


def settle_contradiction(talk: Talk, right: bool) -> None:
    """Keep both answers with a mark for the caseworker, or ask the question anew."""
    interview = talk.interview
    talk.close_prompt()
    if right:
        talk.change_interview(marks=(*interview.marks, interview.queried[-1]))
        put_next(talk)
        return
    question = open_question(talk)
    if question is None or any(item.question == question.id for item in interview.answered):
        reopen(talk, interview.question)
        return
    talk.change_interview(facts={fact: value for fact, value in interview.facts.items() if fact not in question.facts})
    put(talk, question)


def contradiction_words(talk: Talk) -> None:
    """Typed words about a contradiction: yes, no, or the right value at once."""
    agreed = talk.agreed()
    question = open_question(talk)
    corrected = answers_read.read(talk, question) if question is not None and agreed is None else None
    if corrected and question is not None:
        facts = {**talk.interview.facts, **{fact: value for fact, value in corrected.items() if talk.knowledge.facts[fact].accepts(value)}}
        talk.change_interview(facts=facts)
        talk.close_prompt()
        put_next(talk)
    else:
        settle_contradiction(talk, agreed is not False)


def _plain(value: Value) -> Value:
    return tuple(value) if isinstance(value, list) else value


def _doubt(talk: Talk, question: Question) -> None:
    doubts = talk.interview.doubts + 1
    if doubts >= DOUBTS_BEFORE_GIVING_UP:
        talk.say("question_given_up")
        take_answer(talk, question, {})
        return
    talk.change_interview(doubts=doubts)
    talk.label = talk.label or talk.reading.label
    ask(talk, question, talk.text("question_doubt", example=question.example))


def skip(talk: Talk) -> None:
    """«I do not know» and «rather not say»: legal answers that fill nothing."""
    question = open_question(talk)
    if question is None:
        put_next(talk)
    else:
        take_answer(talk, question, {})


def explain_why(talk: Talk) -> None:
    """Why this question is asked; then the question again."""
    question = open_question(talk)
    if question is not None:
        talk.say("why_asked", why=question.why)
    reask(talk)


def back(talk: Talk) -> None:
    """To the question before; what it filled is forgotten, everything else stays."""
    if not talk.interview.answered:
        reask(talk, talk.text("back_none"))
        return
    reopen(talk, talk.interview.answered[-1].question)


def reopen(talk: Talk, question_id: str) -> None:
    """Ask an answered question anew; only what it had filled is forgotten."""
    answered = talk.interview.answered
    item = next((item for item in answered if item.question == question_id), None)
    question = next((item for item in talk.knowledge.questions if item.id == question_id), None)
    if item is None or question is None:
        talk.say("nothing_to_resume", talk.menu())
        return
    facts = {fact: value for fact, value in talk.interview.facts.items() if fact not in item.filled}
    talk.change_interview(
        running=True, paused=False, facts=facts, outcomes={}, likely=(),
        answered=tuple(other for other in answered if other.question != question_id),
    )
    talk.say("went_back")
    put(talk, question)


def summary(talk: Talk) -> None:
    """All answers, each with a button to change it."""
    if not talk.interview.answered:
        talk.say("nothing_screened", (talk.button("screen"),))
        return
    buttons = []
    for item in talk.interview.answered:
        question = next((other for other in talk.knowledge.questions if other.id == item.question), None)
        if question is not None:
            buttons.append(talk.button("edit", item.question, title=talk.knowledge.facts[question.facts[0]].name))
    talk.say("summary_head", tuple(buttons), facts=fact_lines(talk, talk.interview.facts))


def restart(talk: Talk) -> None:
    """Forget every answer and begin again."""
    talk.change(interview=Interview(), handover=None)
    talk.close_prompt()
    talk.say("restart")
    start(talk)


def _said(talk: Talk) -> str | None:
    """An answer that is a plain yes or no means that; any other has no label of its own."""
    agreed = talk.agreed()
    return None if agreed is None else ("act.affirm" if agreed else "act.deny")
