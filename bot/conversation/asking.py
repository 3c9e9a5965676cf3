"""Putting questions: which comes next, how it is worded, with which buttons, and when enough was asked."""

from bot.conversation import findings, permission
from bot.conversation.replies import Button
from bot.conversation.talk import Talk
from bot.knowledge import Question
from bot.screening import next_question, remaining

FEW_QUESTIONS = 8
"""After so many questions somebody who asked for few hears a first result."""
ENOUGH_FOR_A_LOOK = 4
"""From so many answers on a look at the result is offered at every question."""


def upcoming(talk: Talk) -> Question | None:
    """The question that would come next, facts not yet confirmed included."""
    interview = talk.interview
    asked = {item.question for item in interview.answered}
    facts = {**interview.facts, **interview.pending}
    return next_question(talk.knowledge, facts, asked, talk.around.now.date(), closed=interview.closed)


def put_next(talk: Talk, lead: str = "") -> None:
    """Put the question that is most worth asking, or come to findings."""
    if permission.needs_guardian(talk, lead):
        return
    interview = talk.interview
    asked = {item.question for item in interview.answered}
    question = next_question(talk.knowledge, interview.facts, asked, talk.around.now.date(), closed=interview.closed)
    if question is None or (interview.limit and len(interview.answered) >= interview.limit):
        findings.finish(talk, more=question is not None)
        return
    if question.sensitive and _needs_agreement(talk):
        talk.open_prompt("agree_other")
        ask_agreement(talk)
        return
    put(talk, question, lead)


def ask_agreement(talk: Talk) -> None:
    """Ask whether the person outside the family knows and agrees."""
    talk.say("agree_other", (talk.button("yes", title=talk.title("knows")), talk.button("no", title=talk.title("knows_not"))))


def _needs_agreement(talk: Talk) -> bool:
    return talk.interview.facts.get("for_whom") == "other" and "agreed_by_other" not in talk.interview.queried


def put(talk: Talk, question: Question, lead: str = "") -> None:
    """Ask `question` for the first time."""
    if permission.needs_guardian(talk, lead):
        return
    talk.change_interview(running=True, paused=False, question=question.id, doubts=0, ticks=())
    findings.keep_standing(talk)
    talk.open_prompt("question")
    ask(talk, question, lead)


def ask(talk: Talk, question: Question, lead: str = "") -> None:
    """Say the open question with its buttons and how many may still come."""
    wording = question.wording(str(talk.interview.facts.get("for_whom", "self")))
    text = "\n".join(part for part in (lead, _progress(talk, question), wording) if part)
    talk.say_text(text, buttons(talk, question), several=question.several)


def _progress(talk: Talk, question: Question) -> str:
    interview = talk.interview
    number = len(interview.answered) + 1
    asked = {item.question for item in interview.answered} | {question.id}
    left = remaining(talk.knowledge, interview.facts, asked, talk.around.now.date(), closed=interview.closed)
    if interview.limit:
        left = min(left, max(interview.limit - number, 0))
    return talk.text("progress", number=number, left=left) if left else talk.text("progress_last", number=number)


def buttons(talk: Talk, question: Question) -> tuple[Button, ...]:
    """The choices of a question and the ways past it."""
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
    answered = len(talk.interview.answered)
    if answered:
        made.append(talk.button("back"))
    if not answered and not talk.interview.limit:
        made.append(talk.button("fewer"))
    elif answered >= ENOUGH_FOR_A_LOOK:
        made.append(talk.button("look"))
    return tuple(made)


def open_question(talk: Talk) -> Question | None:
    """The question that is open, or None when the knowledge no longer has it."""
    return question_of(talk, talk.interview.question)


def question_of(talk: Talk, question_id: str) -> Question | None:
    """A question by its id, or None when the knowledge no longer has it."""
    return next((item for item in talk.knowledge.questions if item.id == question_id), None)


def reask(talk: Talk, lead: str = "") -> None:
    """Put the open question again, after something else was answered or said."""
    if permission.needs_guardian(talk, lead):
        return
    question = open_question(talk)
    if question is None:
        put_next(talk)
    else:
        ask(talk, question, lead)


def few(talk: Talk) -> None:
    """Fewer questions: a first result after eight, the rest later if wanted."""
    talk.change_interview(limit=FEW_QUESTIONS)
    if len(talk.interview.answered) >= FEW_QUESTIONS:
        put_next(talk)
    else:
        reask(talk, talk.text("few_questions", number=FEW_QUESTIONS))


def look(talk: Talk) -> None:
    """The result by what is known so far; the rest can be asked later."""
    if not talk.interview.answered:
        reask(talk, talk.text("look_too_early"))
        return
    talk.change_interview(limit=len(talk.interview.answered))
    put_next(talk)


def deeper(talk: Talk) -> None:
    """On from a first result: the questions that were left."""
    if not talk.interview.answered:
        talk.say("nothing_to_resume", talk.menu())
        return
    talk.change_interview(limit=0)
    if talk.interview.running:
        reask(talk)
    else:
        put_next(talk)
