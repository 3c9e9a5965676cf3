"""The pre-screening as a talk: beginning and going on, and what an answer does, typed or tapped."""

from collections.abc import Mapping

from bot.conversation import answers_read, asking, consent, corrections, permission, questions
from bot.conversation.asking import open_question, put_next, reask
from bot.conversation.state import Answered, Interview
from bot.conversation.talk import Talk
from bot.conversation.wording import listed
from bot.knowledge import Question, Value
from bot.screening import contradictions, filled_by
from bot.understanding import programme_follows, told_and_asked

DOUBTS_BEFORE_GIVING_UP = 3


def start(talk: Talk) -> None:
    """Begin or go on: consent first, then the facts already told, then the questions."""
    if permission.elsewhere(talk) or permission.leaves_the_mainland(talk):
        return
    if talk.state.consent != talk.knowledge.messages.notice_version:
        consent.ask(talk, "consent")
        return
    interview = talk.interview
    if interview.pending:
        talk.open_prompt("facts")
        consent.show_told(talk)
        return
    question = open_question(talk)
    talk.change_interview(running=True, paused=False)
    if interview.paused and question is not None and all(item.question != question.id for item in interview.answered):
        asking.put(talk, question, talk.text("went_on"))
    elif interview.outcomes and not interview.paused:
        talk.change_interview(running=False)
        talk.say("screened_before", (talk.button("results"), talk.button("edit_all", title=talk.title("edit")), talk.button("restart")))
    else:
        put_next(talk)


def take_text(talk: Talk) -> None:
    """Typed words while a question is open: an answer, other facts, a question of their own, or a doubt."""
    question = open_question(talk)
    if question is None:
        put_next(talk)
        return
    if programme_follows(talk.knowledge, talk.message.text) and _answer_aside(talk):
        reask(talk, talk.text("back_to_form"))
        return
    if corrections.take(talk, question):
        return
    told, asked = told_and_asked(talk.knowledge, talk.message.text)
    if question.several and talk.interview.ticks and talk.agreed() is False:
        take_ticks(talk, talk.interview.ticks)  # «没有了» after some ticks: nothing besides them
        return
    filled = answers_read.read(talk, question, told) if asked and told else answers_read.read(talk, question)
    asks = answers_read.asks_something(talk)
    if filled is not None:
        talk.label = _said(talk)
        if filled and asked and asks:
            _answer_aside(talk)
        take_said(talk, question, filled)
        return
    beside = answers_read.told_beside(talk, told if asked else talk.message.text)
    if asks and (asked or not beside) and _answer_aside(talk):
        _keep_beside(talk, question, beside, talk.text("back_to_form"))
    elif beside:
        _keep_beside(talk, question, beside, "")
    elif known := answers_read.told_again(talk):
        reask(talk, talk.text("facts_known", facts=listed(talk, known)))
    else:
        _doubt(talk, question)


def told_later(talk: Talk) -> bool:
    """Facts told while the form is paused or done: kept, and with a result the result is renewed; False when there are none."""
    if talk.reading.act is not None or answers_read.asks_something(talk):
        return False
    told = answers_read.told_beside(talk, talk.message.text)
    if not told or not talk.state.consent:
        return False
    finished = bool(talk.interview.outcomes) and not talk.interview.paused
    talk.change_interview(facts={**talk.interview.facts, **told})
    note = talk.text("told_later", facts=listed(talk, told))
    if permission.needs_guardian(talk, note):
        return True
    if finished:
        talk.say_text(note)
        put_next(talk)
    else:
        talk.say_text(note, (talk.button("resume"), talk.button("person"), talk.button("menu")))
    return True


def _answer_aside(talk: Talk) -> bool:
    """Answer a question of policy that came with the words."""
    label = questions.in_context(talk, str(talk.reading.label))
    if not questions.answer(talk, label):
        return False
    talk.label = label
    return True


def _keep_beside(talk: Talk, question: Question, beside: Mapping[str, Value], lead: str) -> None:
    """Keep facts told beside the point, say so, and put the open question again."""
    if not beside:
        reask(talk, lead)
        return
    known = talk.interview.facts
    changed = {fact: value for fact, value in beside.items() if fact in known}
    if changed:
        corrections.change(talk, beside)
        return
    talk.change_interview(facts={**known, **beside})
    note = talk.text("facts_noted", facts=listed(talk, beside))
    if permission.needs_guardian(talk, note) or query_contradiction(talk, note):
        return
    if all(fact in talk.interview.facts for fact in question.facts):
        talk.close_prompt()
        put_next(talk, note)
    else:
        reask(talk, "\n".join(part for part in (note, lead) if part))


def take_said(talk: Talk, question: Question, filled: Mapping[str, Value]) -> None:
    """An answer in words. Of a tick-list: what was said, and the rest as on the tapped list, which is said once."""
    if not question.several or not filled:
        take_answer(talk, question, filled)
        return
    if filled != question.none_fills and (answers_read.only_denies(question, filled) or not answers_read.all_understood(talk, question)):
        kept = {fact: value for fact, value in filled.items() if value is not None}
        _keep_beside(talk, question, kept, talk.text("ticks_more"))
        return
    rest = answers_read.rest_of(talk, question, filled)
    note = talk.text("rest_taken", facts=listed(talk, rest)) if rest else ""
    take_answer(talk, question, {**rest, **filled}, note)


def answers_open_question(talk: Talk) -> bool:
    """Whether the words plainly answer the open question, or tell a fact beside it: then only the crisis patterns may say otherwise."""
    question = open_question(talk)
    return question is not None and (answers_read.read(talk, question) not in (None, {}) or bool(answers_read.told(talk)))


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
    titles = [question.choices[place].title for place in talk.interview.ticks]
    said = talk.text("ticked_more", ticks="、".join(titles)) if titles else talk.text("ticked_none")
    talk.say_text(said, asking.buttons(talk, question), several=True)


def take_ticks(talk: Talk, ticks: tuple[int, ...]) -> None:
    """The tick-list is complete."""
    question = open_question(talk)
    if question is None or not question.several:
        reask(talk, talk.text("old_button"))
        return
    ticked = [index for index in ticks if 0 <= index < len(question.choices)]
    touched = {fact for index in ticked for fact in question.choices[index].fills}
    filled = _values(filled_by(question, ticked))
    known = talk.interview.facts
    take_answer(talk, question, {fact: value for fact, value in filled.items() if fact in touched or fact not in known})


def _values(filled: Mapping[str, object]) -> dict[str, Value]:
    """Fillings of choices as facts; what a choice leaves open is absent."""
    return {fact: value for fact, value in filled.items() if isinstance(value, str | int | float | bool | tuple | list)}  # type: ignore[misc]


def take_answer(talk: Talk, question: Question, filled: Mapping[str, Value], note: str = "") -> None:
    """Keep what an answer filled and go on; facts told beside the point are shown back.

    Going back forgets what the answer itself filled, not what was told beside the point.
    """
    checked = {fact: answers_read.plain(value) for fact, value in filled.items() if talk.knowledge.facts[fact].accepts(value)}
    beside = {fact: value for fact, value in checked.items() if fact not in question.facts}
    own = tuple(checked) if talk.message.kind == "button" else tuple(fact for fact in checked if fact in question.facts)
    done = Answered(question=question.id, filled=own)
    talk.change_interview(facts={**talk.interview.facts, **checked}, answered=(*talk.interview.answered, done), ticks=(), doubts=0)
    corrections.answered_anew(talk, checked)
    if "district" in checked:
        talk.change(district=str(checked["district"]))
    talk.close_prompt()
    if beside and talk.message.kind == "text":
        note = "\n".join(part for part in (note, talk.text("facts_noted", facts=listed(talk, beside))) if part)
    if not permission.needs_guardian(talk, note) and not query_contradiction(talk, note):
        put_next(talk, note)


def query_contradiction(talk: Talk, note: str = "") -> bool:
    """Ask once, kindly, about answers that hardly go together; False when there is nothing to ask."""
    found = next((item for item in contradictions(talk.knowledge, talk.interview.facts) if item.id not in talk.interview.queried), None)
    if found is None:
        return False
    talk.change_interview(queried=(*talk.interview.queried, found.id), question=found.question)
    talk.open_prompt("doubt")
    talk.say_text("\n".join(part for part in (note, found.ask) if part), (talk.button("right"), talk.button("fix")))
    return True


def query_again(talk: Talk) -> None:
    """Put the open contradiction again."""
    asked = talk.interview.queried[-1] if talk.interview.queried else ""
    found = next((item for item in contradictions(talk.knowledge, talk.interview.facts) if item.id == asked), None)
    if found is None:
        talk.close_prompt()
        put_next(talk)
    else:
        talk.say_text(found.ask, (talk.button("right"), talk.button("fix")))


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
        corrections.reopen(talk, interview.question)
        return
    talk.change_interview(facts={fact: value for fact, value in interview.facts.items() if fact not in question.facts})
    asking.put(talk, question)


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


def _doubt(talk: Talk, question: Question) -> None:
    doubts = talk.interview.doubts + 1
    if doubts >= DOUBTS_BEFORE_GIVING_UP:
        take_answer(talk, question, {}, talk.text("question_given_up"))
        return
    talk.change_interview(doubts=doubts)
    talk.label = talk.label or talk.reading.label
    asking.ask(talk, question, talk.text("question_doubt", example=question.example))


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
