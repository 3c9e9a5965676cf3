"""The one message that is sent unasked after a change of policy: it names no programme and can be stopped with one tap."""

from datetime import date

from bot.answers import fill
from bot.conversation.effects import RecordConsent
from bot.conversation.replies import Button, Reply, encode
from bot.conversation.talk import Talk
from bot.knowledge import Knowledge

PURPOSE = "later_contact"
"""The consent it rests on, of consents.yaml."""


def message(knowledge: Knowledge, day: date) -> Reply:
    """The message itself. Its buttons mean the same whenever they are tapped."""
    titles = knowledge.messages.buttons
    buttons = tuple(Button(titles[code], encode(0, code)) for code in ("outreach_look", "outreach_stop"))
    return Reply(fill(knowledge, knowledge.messages.texts["outreach"], day, {}), buttons)


def look(talk: Talk) -> None:
    """What it was about, now that somebody opened it."""
    talk.say("outreach_look", (talk.button("screen"), talk.button("ask"), talk.button("person"), talk.button("outreach_stop")))


def stop(talk: Talk) -> None:
    """Never again: the consent is taken back."""
    talk.effects.append(RecordConsent(PURPOSE, False))
    talk.say("outreach_stop", () if talk.state.prompt else talk.menu())
