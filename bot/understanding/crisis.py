"""The crisis net: hears from words alone that somebody may come to harm now.

It runs before every limit and consent, beside the classifier; either suffices. It decides nothing else, and
stays calm on idioms, news, policy questions and what is long over.
"""

from collections.abc import Iterator
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

from bot.knowledge import Knowledge
from bot.knowledge.lexicon import CrisisWords, SoundAlike
from bot.knowledge.patterns import parse_pattern
from bot.understanding.net import Net, Scene, Span
from bot.understanding.text import Heard, heard

_FIRST_CHINESE, _LAST_CHINESE = 0x4E00, 0x9FA5
_FIRST_CODE = 0xE000


@lru_cache(maxsize=1)
def _syllables() -> dict[int, str]:
    """Every Chinese character → its usual toneless syllable."""
    chars = [chr(code) for code in range(_FIRST_CHINESE, _LAST_CHINESE + 1)]
    return {ord(char): lazy_pinyin(char, style=Style.NORMAL)[0] for char in chars}


class _Sounds:
    """Life-critical words by their sound: each syllable that matters is one private character."""

    def __init__(self, words: tuple[SoundAlike, ...]) -> None:
        syllables = _syllables()
        wanted = sorted({syllables.get(ord(char), char) for entry in words for char in entry.word})
        code = {syllable: chr(_FIRST_CODE + index) for index, syllable in enumerate(wanted)}
        self._table = {char: code.get(syllable, " ") for char, syllable in syllables.items()}
        self._words = [(entry.word, entry.word.translate(self._table), frozenset(entry.never)) for entry in words]
        self._letters = [(entry.word, letters) for entry in words for letters in entry.pinyin]

    def restored(self, text: str) -> str:
        """`text` with what sounds like one of the words written as that word."""
        coded = text.translate(self._table)
        for word, sound, never in self._words:
            place = coded.find(sound)
            while place >= 0:
                end = place + len(sound)
                if text[place:end] not in never:
                    text = text[:place] + word + text[end:]
                place = coded.find(sound, end)
        for word, letters in self._letters:
            if letters in text:
                text = text.replace(letters, word.ljust(len(letters), word[-1]))
        return text


class CrisisNet:
    """All patterns of lexicon/crisis.yaml, compiled once."""

    def __init__(self, words: CrisisWords) -> None:
        self._net = Net()
        self._sounds = _Sounds(words.sounds)

        def numbers(patterns: tuple[str, ...]) -> tuple[int, ...]:
            return tuple(self._net.add(parse_pattern(pattern, words.groups)) for pattern in patterns)

        self._rules = [(rule.kind, numbers(rule.any), numbers(rule.unless)) for rule in words.rules]
        self._calm = numbers(words.calm)

    def kind(self, message: Heard) -> str | None:
        """The first kind of danger that is heard, in the order of the rules."""
        text = self._sounds.restored(message.text)
        scene = self._net.scene(text, message.sentence, message.clause)
        calm: set[int] | None = None
        for kind, patterns, unless in self._rules:
            spoilt: set[int] | None = None
            for span in self._spans(patterns, scene):
                calm = self._sentences(self._calm, scene) if calm is None else calm
                spoilt = calm | self._sentences(unless, scene) if spoilt is None else spoilt
                if message.sentence[span[0]] not in spoilt:
                    return kind
        return None

    def _spans(self, patterns: tuple[int, ...], scene: Scene) -> Iterator[Span]:
        for number in patterns:
            yield from self._net.spans(number, scene)

    def _sentences(self, patterns: tuple[int, ...], scene: Scene) -> set[int]:
        return {scene.part[start] for start, _ in self._spans(patterns, scene)}


@lru_cache(maxsize=8)
def _net(knowledge: Knowledge) -> CrisisNet:
    return CrisisNet(knowledge.lexicon.crisis)


def crisis_kind(knowledge: Knowledge, text: str) -> str | None:
    """`crisis.self_harm`, `violence`, `medical`, `destitute` or `child_danger`, or None.

    Never raises for any text; a message of 10,000 characters takes milliseconds.
    """
    kind = _net(knowledge).kind(heard(text))
    return f"crisis.{kind}" if kind else None
