"""Whether the answers helped: asked once at the end of a talk, never under an answer; and one sentence, if somebody likes."""

from datetime import date, timedelta

from bot.conversation.effects import FeedbackWords, GiveFeedback
from bot.conversation.talk import Talk

QUIET = timedelta(days=7)
"""Nobody is asked twice within so long."""
MOST_SHOWN = 12


def shown(talk: Talk, label: str) -> None:
    """Remember that an answer was given, so that it is known what helped."""
    before = [other for other in talk.state.answers_shown if other != label]
    talk.change(answers_shown=(*before, label)[-MOST_SHOWN:])


def ask(talk: Talk) -> None:
    """At a goodbye or thanks: did it help? Not after an alarm, not while something is open, not again within a week."""
    state, today = talk.state, talk.around.now.date()
    busy = state.prompt is not None or state.crisis or talk.around.owner == "person"
    lately = state.helped_asked and today - date.fromisoformat(state.helped_asked) < QUIET
    if busy or lately or not state.answers_shown:
        return
    talk.change(helped_asked=today.isoformat())
    talk.say("feedback_ask", (talk.button("helped"), talk.button("not_helped")))


def take(talk: Talk, helped: bool) -> None:
    """A tap on one of the two buttons; a second tap changes nothing."""
    if not talk.state.answers_shown:
        talk.say("already_done", () if talk.state.prompt else talk.menu())
        return
    talk.effects.append(GiveFeedback(helped, talk.state.answers_shown))
    talk.change(answers_shown=())
    if helped or talk.state.prompt is not None:
        talk.say("feedback_thanks")
        return
    talk.open_prompt("feedback")
    talk.say("feedback_words", (talk.button("pass"), talk.button("person")))


def passed(talk: Talk) -> None:
    """No sentence."""
    talk.close_prompt()
    talk.say("feedback_thanks")


def take_words(talk: Talk) -> bool:
    """The sentence; False when the words want an answer too: a plain question of policy, or an act."""
    talk.close_prompt()
    reading = talk.reading
    if reading.act is not None:
        return False
    if reading.certainty == "sure" and (reading.label or "").startswith("ask."):
        talk.effects.append(FeedbackWords(talk.message.text))
        return False
    if talk.agreed() is False:
        talk.say("feedback_thanks")
        return True
    talk.effects.append(FeedbackWords(talk.message.text))
    talk.say("feedback_kept", talk.menu())
    return True
