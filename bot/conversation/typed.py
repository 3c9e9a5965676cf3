"""Typed words that are a tap: the title of a button, or the number of a choice where choices are numbered."""

import re

from bot.conversation.replies import encode
from bot.conversation.state import State
from bot.knowledge import Knowledge

ANYWHERE = ("ask", "screen", "help", "person", "status", "menu", "resume", "restart", "reasons", "report", "results", "second_look")
"""Buttons that may be typed when they are not on the screen; each means the same wherever it stands."""
_NUMBER = re.compile(r"(?:第|选|选第)?([0-9]{1,2}|[一二三四五六七八九十])(?:个|项|号|条|样)?[.、。)）]?")
_SPOKEN = {word: number for number, word in enumerate("一二三四五六七八九十", 1)}


def tap_meant(state: State, text: str, knowledge: Knowledge) -> str | None:
    """The value of the button that the words stand for; None when they are words like any others."""
    said = text.strip().strip("「」“”\"'。.")
    on_screen = next((value for title, value in state.shown if title == said), None)
    if on_screen is not None:
        return on_screen
    titles = knowledge.messages.buttons
    if said == titles["edit"]:
        return encode(state.turn, "edit_all")
    if said == titles["details"] and state.label:
        return encode(state.turn, "details", state.label)
    code = next((code for code in ANYWHERE if titles[code] == said), None)
    if code is not None:
        return encode(state.turn, code)
    return None if state.prompt is not None and state.prompt.key in {"question", "crisis"} else _numbered(state, said)


def _numbered(state: State, said: str) -> str | None:
    """The button with that number; a question's own choices are counted where its answer is read."""
    found = _NUMBER.fullmatch(said)
    if found is None:
        return None
    number = int(found[1]) if found[1].isdigit() else _SPOKEN[found[1]]
    return state.shown[number - 1][1] if 1 <= number <= len(state.shown) else None
