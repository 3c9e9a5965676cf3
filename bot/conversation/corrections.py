"""An earlier answer is changed: by going back, from the summary, or in words (「刚才说错了，存款是五万」)."""

from collections.abc import Iterable, Mapping

from bot.conversation import answers_read, asking
from bot.conversation.state import Answered
from bot.conversation.talk import Talk
from bot.conversation.wording import fact_lines, listed
from bot.knowledge import Question, Value
from bot.knowledge.facts import UNKNOWN
from bot.understanding import corrects, facts_named, place_in, read_answer, right_value


def take(talk: Talk, question: Question | None) -> bool:
    """Carry out a correction in the words, if there is one; `question` is the open one, if any."""
    if not talk.interview.facts or not corrects(talk.knowledge, talk.message.text):
        return False
    named = _named(talk)
    if question is not None and not set(named) - set(question.facts) and answers_read.read(talk, question):
        return False  # it is the open question's own answer that is put right
    values = _values(talk, named)
    if values:
        change(talk, values)
        return True
    known = next((fact for fact in named if fact in talk.interview.facts), None)
    asked = _question_of_fact(talk, known) if known else None
    if asked is None or (question is not None and question.id == asked):
        return False
    reopen(talk, asked)
    return True


def _named(talk: Talk) -> tuple[str, ...]:
    """Facts the words name by a word of theirs, or a district by its name."""
    named = facts_named(talk.knowledge, talk.message.text)
    place = place_in(talk.knowledge, right_value(talk.knowledge, talk.message.text))
    return named if named or place is None else ("district",)


def _values(talk: Talk, named: tuple[str, ...]) -> dict[str, Value]:
    """The right values in the words: what they plainly tell, else what they answer to a named or the last question."""
    told = answers_read.told(talk)
    known = talk.interview.facts
    found = {fact: value for fact, value in told.items() if known.get(fact) != value and (fact in named or fact in known)}
    if found:
        return found
    said = right_value(talk.knowledge, talk.message.text)
    last = talk.interview.answered[-1].filled if talk.interview.answered else ()
    for fact in (*(item for item in named if item in known), *named, *(last if not named else ())):
        value = place_in(talk.knowledge, said) if fact == "district" else read_answer(talk.knowledge, fact, said)
        if value is not None and value != UNKNOWN and known.get(fact) != value:
            return {fact: value}
    return {}


def change(talk: Talk, values: Mapping[str, Value]) -> None:
    """Overwrite facts, say so, and ask again only what depends on them."""
    good = {fact: answers_read.plain(value) for fact, value in values.items() if talk.knowledge.facts[fact].accepts(value)}
    stale = _stale(talk, good)
    facts = {fact: value for fact, value in talk.interview.facts.items() if fact not in stale} | good
    talk.change_interview(facts=facts, answered=_without(talk.interview.answered, stale), outcomes={}, likely=())
    if "district" in good:
        talk.change(district=str(good["district"]))
    lead = talk.text("changed_to", facts=listed(talk, good))
    question = asking.open_question(talk)
    still_open = question is not None and talk.interview.running and not all(fact in facts for fact in question.facts)
    if still_open:
        asking.reask(talk, lead)
        return
    talk.close_prompt()
    talk.say_text(lead)
    asking.put_next(talk)


def answered_anew(talk: Talk, filled: Mapping[str, Value]) -> None:
    """After a question was opened anew: forget what depends on it, where its answer is now another one."""
    before = talk.interview.reopened
    changed = {fact for fact, value in filled.items() if fact in before and before[fact] != value}
    stale = _stale(talk, changed) - set(filled)
    facts = {fact: value for fact, value in talk.interview.facts.items() if fact not in stale}
    talk.change_interview(facts=facts, answered=_without(talk.interview.answered, stale), reopened={})


def _stale(talk: Talk, changed: Iterable[str]) -> set[str]:
    """Facts that no longer hold once `changed` have other values."""
    kept = set(changed)
    depends = {
        fact for question in talk.knowledge.questions if len(question.facts) == 1 and question.facts[0] in kept for fact in question.reopens
    }
    return depends - kept


def _without(answered: tuple[Answered, ...], stale: set[str]) -> tuple[Answered, ...]:
    """The answers that still hold; a question whose every fact is stale counts as not asked."""
    left = []
    for item in answered:
        filled = tuple(fact for fact in item.filled if fact not in stale)
        if filled or not item.filled:
            left.append(item.model_copy(update={"filled": filled}))
    return tuple(left)


def _question_of_fact(talk: Talk, fact: str) -> str | None:
    """The question that asks for a fact by itself, else the answered one that filled it."""
    alone = next((question.id for question in talk.knowledge.questions if question.facts == (fact,)), None)
    return alone or next((item.question for item in reversed(talk.interview.answered) if fact in item.filled), None)


def back(talk: Talk) -> None:
    """To the question before; what it filled is forgotten, everything else stays."""
    if not talk.interview.answered:
        asking.reask(talk, talk.text("back_none"))
        return
    reopen(talk, talk.interview.answered[-1].question)


def reopen(talk: Talk, question_id: str) -> None:
    """Ask an answered question anew; only what it had filled is forgotten. What depends on it goes when the answer is another one."""
    answered = talk.interview.answered
    item = next((item for item in answered if item.question == question_id), None)
    question = asking.question_of(talk, question_id)
    if question is None or (item is None and not set(question.facts) & set(talk.interview.facts)):
        talk.say("nothing_to_resume", talk.menu())
        return
    filled = item.filled if item is not None else question.facts
    facts = {fact: value for fact, value in talk.interview.facts.items() if fact not in filled}
    before = {fact: value for fact, value in talk.interview.facts.items() if fact in filled}
    left = tuple(other for other in answered if other.question != question_id)
    talk.change_interview(facts=facts, outcomes={}, likely=(), answered=left, reopened=before)
    last = bool(answered) and answered[-1].question == question_id
    asking.put(talk, question, talk.text("went_back" if last else "reopened"))


def summary(talk: Talk) -> None:
    """All answers, each with a button to change it."""
    facts = talk.interview.facts
    if not facts:
        talk.say("nothing_screened", (talk.button("screen"),))
        return
    answered = {item.question: item.filled for item in talk.interview.answered}
    covered = {fact for filled in answered.values() for fact in filled}
    buttons = []
    for question in talk.knowledge.questions:
        told = len(question.facts) == 1 and question.facts[0] in facts and question.facts[0] not in covered
        if question.id in answered or told:
            buttons.append(talk.button("edit", question.id, title=question.title or talk.knowledge.facts[question.facts[0]].name))
    if talk.interview.running:
        buttons.append(talk.button("resume"))
    talk.say("summary_head", tuple(buttons), facts=fact_lines(talk, talk.interview.facts))
