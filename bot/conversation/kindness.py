"""Loneliness and old pain: warmth first, then a real offer. No shrug."""

from bot.conversation.talk import Talk

OTHER_MATTERS = ("ask.", "crisis.")


def lonely(talk: Talk, about: frozenset[str]) -> bool:
    """Answer somebody who is lonely or low; False when the words are of something else."""
    label = talk.reading.label or ""
    if "lonely" not in about or (label.startswith(OTHER_MATTERS) and talk.reading.certainty == "sure" and not _soft(label)):
        return False
    if label == "act.wish" and talk.reading.certainty == "sure":
        return False
    talk.label = label if label == "oos" else "act.chitchat"
    again = talk.state.label == "lonely"
    talk.change(label="lonely", misses=0)
    talk.say("lonely_again" if again else "lonely", (talk.button("visit"), *talk.menu()[:3]))
    return True


def _soft(label: str) -> bool:
    """Labels whose answer would pass by somebody's sorrow."""
    return label.startswith(("ask.which", "ask.services.", "ask.child_care.", "ask.insurance.", "ask.charity."))
