"""Short replies: yes and no, «I do not know», a question in place of an answer, the number of a choice."""

import re

from bot.knowledge import Knowledge
from bot.understanding.compiled import Compiled, compiled
from bot.understanding.text import Heard, heard

_CHOICE = re.compile(r"([0-9]{1,3}|[一二三四五六七八九十]{1,3})")
_SEPARATORS = re.compile(r"[^\w]+")
_LONGEST_SHORT = 14
_INDEFINITE_WITHIN = 3
_SPOKEN_CHOICES = {word: number for number, word in enumerate("一二三四五六七八九十", 1)}


def bare(text: str, fillers: tuple[str, ...]) -> str:
    """`text` without fillers at either end; the text itself if nothing else is left."""
    rest = text
    changed = True
    while changed and rest:
        changed = False
        for filler in fillers:
            if filler and rest.startswith(filler) and len(rest) > len(filler):
                rest, changed = rest[len(filler) :], True
            if filler and rest.endswith(filler) and len(rest) > len(filler):
                rest, changed = rest[: -len(filler)], True
    return rest or text


def yes_or_no(lists: Compiled, text: str) -> bool | None:
    """Reads one clause that is nothing but yes or no."""
    for candidate in (text, bare(text, lists.lexicon.answers.fillers)):
        if candidate in lists.no:
            return False
        if candidate in lists.yes:
            return True
    return None


def is_yes_no(knowledge: Knowledge, text: str) -> bool | None:
    """True for yes, False for no, None for everything else; the whole message must say it."""
    message = heard(text)
    lists = compiled(knowledge)
    whole = yes_or_no(lists, message.text)
    if whole is not None or is_question(lists, message):
        return whole
    said = {yes_or_no(lists, message.text[start:end]) for start, end in message.clauses()}
    return said.pop() if len(said) == 1 else None


def says_unknown(lists: Compiled, message: Heard) -> bool:
    """The resident does not know or does not want to say."""
    return lists.unknown.stands_in(message.text)


def is_question(lists: Compiled, message: Heard) -> bool:
    """Whether the message asks rather than tells."""
    text = message.text
    if "?" in message.marked:
        return True
    if any(text.endswith(ending) and len(text) > len(ending) for ending in lists.question_endings):
        return True
    for word in lists.not_questions:
        text = text.replace(word, "")
    return any(_asks_with(lists, text, word) for word in lists.question_words if word in text)


def _asks_with(lists: Compiled, text: str, word: str) -> bool:
    """Whether a question word asks; 「什么活都干不了」 does not."""
    place = text.find(word)
    while place >= 0:
        following = text[place + len(word) : place + len(word) + _INDEFINITE_WITHIN]
        if not any(mark in following for mark in lists.indefinite_by):
            return True
        place = text.find(word, place + 1)
    return False


def looks_like_question(knowledge: Knowledge, text: str) -> bool:
    """Whether the message is a question (「那要什么材料」, 「行不行」), not an answer or a story."""
    return is_question(compiled(knowledge), heard(text))


def asks_about_the_question(lists: Compiled, message: Heard) -> bool:
    """「啥叫户口」「问这个干嘛」: even with «I do not know» in it, the resident asks back."""
    return any(word in message.text for word in lists.asking_back)


def chosen(lists: Compiled, message: Heard, count: int) -> tuple[int, ...]:
    """The 1-based numbers of choices, if the message is nothing but such numbers; else empty."""
    said = message.marked.strip()
    if len(said) > _LONGEST_SHORT:
        return ()
    picked: list[int] = []
    rest = ""
    for piece in _CHOICE.split(said):
        number = _choice_number(piece)
        if number:
            picked.append(number)
        elif piece:
            rest += _SEPARATORS.sub("", piece)
    if bare(rest, lists.ordinals) not in ("", *lists.ordinals, *lists.joining_people):
        return ()
    return tuple(picked) if picked and all(1 <= number <= count for number in picked) else ()


def _choice_number(piece: str) -> int:
    """3, 三, 十一; 0 for anything else."""
    if piece.isascii() and piece.isdigit():
        return int(piece)
    if not piece or any(char not in _SPOKEN_CHOICES for char in piece):
        return 0
    ten, _, one = piece.partition("十")
    if "十" not in piece:
        return _SPOKEN_CHOICES[piece] if len(piece) == 1 else 0
    return 10 * (_SPOKEN_CHOICES[ten] if ten else 1) + (_SPOKEN_CHOICES[one] if one else 0)
