"""Consent before facts: the request, what was told before it, and the agreement of somebody outside the family."""

from datetime import datetime, timedelta

from bot.conversation import answers_read, asking, handover
from bot.conversation.effects import RecordConsent
from bot.conversation.talk import Talk
from bot.conversation.wording import fact_lines
from bot.knowledge import Value
from bot.understanding import extract, looks_like_question

EARLY_HOURS = 24
EARLY_MESSAGES = 20
ASKED_AT_MOST = 3
"""After so many answers that are neither yes nor no the request is set aside; nothing else waits for it."""


def ask(talk: Talk, text_id: str) -> None:
    """Ask for consent (again)."""
    if talk.state.prompt is None or talk.state.prompt.key != "consent":
        talk.open_prompt("consent")
        talk.change(consent_doubts=0)
    talk.say(text_id, (talk.button("yes"), talk.button("no"), talk.button("person")))


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
    asking.put_next(talk)


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
    asking.put_next(talk)


def take_agreement(talk: Talk, agreed: bool) -> None:
    """Whether the person outside the family knows and agrees; else it stays a report."""
    talk.effects.append(RecordConsent("on_behalf", agreed))
    talk.close_prompt()
    if agreed:
        talk.change_interview(queried=(*talk.interview.queried, "agreed_by_other"))
        asking.put_next(talk)
        return
    talk.change_interview(running=False, paused=False)
    talk.say("agree_other_refused")
    handover.start(talk, "report")


def set_aside(talk: Talk) -> bool:
    """Whether the request was answered beside the point once too often; it is then closed and the words count as any others."""
    doubts = talk.state.consent_doubts + 1
    talk.change(consent_doubts=doubts)
    if doubts < ASKED_AT_MOST:
        return False
    talk.close_prompt()
    return True


def correct_told(talk: Talk) -> bool:
    """Words about the facts shown back: what they tell anew replaces what was shown; False when they tell nothing."""
    if looks_like_question(talk.knowledge, talk.message.text):
        return False
    said = extract(talk.knowledge, talk.message.text)
    question = asking.upcoming(talk)
    if not said and question is not None:
        said = {fact: value for fact, value in (answers_read.read(talk, question) or {}).items() if value is not None}
    told = {fact: value for fact, value in said.items() if talk.interview.pending.get(fact) != value}
    if not told:
        return False
    talk.change_interview(pending={**talk.interview.pending, **told})
    show_told(talk)
    return True
