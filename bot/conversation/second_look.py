"""Refused or stopped before: what the written notice said, the rights with their terms, and what is still open."""

from bot.conversation import interview, permission
from bot.conversation.talk import Talk
from bot.understanding import programme_in

RIGHTS = "ask.appeal"
"""The answer in which the rights stand, with their sources."""


def start(talk: Talk) -> None:
    """Which programme was it? Named in the words, it is not asked."""
    if permission.elsewhere(talk):
        return
    named = programme_in(talk.knowledge, talk.message.text) if talk.message.kind == "text" else None
    if named in talk.knowledge.screened and named is not None:
        take_programme(talk, named)
        return
    talk.open_prompt("closed_programme")
    ask_again(talk, "closed_programme")


def ask_again(talk: Talk, key: str) -> None:
    """Put the open one of the two questions."""
    if key == "closed_programme":
        names = talk.knowledge.screened
        buttons = tuple(talk.button("closed", name, title=talk.knowledge.short_name(name)) for name in names)
        talk.say("closed_programme", buttons)
        return
    reasons = talk.knowledge.messages.names["closed_reason"]
    name = next(reversed(talk.interview.closed), "")
    buttons = tuple(talk.button("closed_reason", code, title=title) for code, title in reasons.items())
    talk.say("closed_reason", buttons, programme=talk.knowledge.short_name(name))


def take_programme(talk: Talk, programme: str) -> None:
    """This one was refused or stopped; now its reason."""
    closed = {name: reason for name, reason in talk.interview.closed.items() if name != programme}
    talk.change_interview(closed={**closed, programme: ""}, outcomes={}, likely=())
    talk.open_prompt("closed_reason")
    ask_again(talk, "closed_reason")


def take_reason(talk: Talk, code: str) -> None:
    """What the notice said: the rights that follow, then the questions for everything else."""
    programme = next(reversed(talk.interview.closed), "")
    talk.change_interview(closed={**talk.interview.closed, programme: code})
    talk.close_prompt()
    rights = talk.answer(RIGHTS)
    advice = talk.text(f"closed_because_{code}", programme=talk.knowledge.short_name(programme))
    if rights is None:
        talk.say_text(advice)
    else:
        talk.say_text(f"{advice}\n{rights.text}\n{talk.text('closed_rights_more')}", (talk.button("details", RIGHTS),), rights.footnote)
    interview.start(talk)


def take_words(talk: Talk, key: str) -> bool:
    """Typed words for either question; False when they are no answer to it."""
    text = talk.message.text
    if key == "closed_programme":
        named = programme_in(talk.knowledge, text)
        if named is None or named not in talk.knowledge.screened:
            return False
        take_programme(talk, named)
        return True
    words = talk.knowledge.messages.names["closed_reason_words"]
    code = next((code for code, said in words.items() if any(word in text for word in said.split())), None)
    if code is None and talk.reading.act in {"act.unsure", "act.skip", "act.deny"}:
        code = "other"
    if code is None:
        return False
    take_reason(talk, code)
    return True


def closed_lines(talk: Talk) -> str:
    """What was left out of the findings, and why."""
    reasons = talk.knowledge.messages.names["closed_reason"]
    return "\n".join(
        talk.text("closed_line", programme=talk.knowledge.short_name(name), reason=reasons.get(reason, reasons["other"]))
        for name, reason in talk.interview.closed.items()
    )


