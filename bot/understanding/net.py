"""Finds patterns of words in a text in one pass, without regular expressions.

All words of all patterns lie in one tree of characters; a text is walked once, and each pattern is then
joined from the places where its words stand. The time is linear in the length of the text.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.knowledge.patterns import Pattern

_END = ""
Span = tuple[int, int]
LONG_WORD = 3
"""From this length on a word may reach over a comma (「不想,活了」), if the text's gaps may."""
MOST_HITS = 4000
"""Places kept per word list; more than that is no message of a person."""


class WordTree:
    """Words in a tree of characters, and the numbered lists that hold them."""

    def __init__(self) -> None:
        self._root: dict[str, Any] = {}
        self._word_numbers: dict[str, int] = {}
        self._list_numbers: dict[frozenset[str], int] = {}
        self.lists_of: list[list[int]] = []
        """Word number → numbers of the lists that hold it."""
        self.words_of: list[list[tuple[int, int]]] = []
        """List number → (word number, length of the word)."""

    def number(self, words: frozenset[str]) -> int:
        """The number of this list of words, which is added if it is new."""
        if words not in self._list_numbers:
            number = self._list_numbers[words] = len(self._list_numbers)
            self.words_of.append([(self._word(word), len(word)) for word in sorted(words)])
            for word, _ in self.words_of[number]:
                self.lists_of[word].append(number)
        return self._list_numbers[words]

    def _word(self, word: str) -> int:
        if word not in self._word_numbers:
            node = self._root
            for char in word:
                node = node.setdefault(char, {})
            node[_END] = self._word_numbers[word] = len(self._word_numbers)
            self.lists_of.append([])
        return self._word_numbers[word]

    def scan(self, text: str) -> dict[int, list[int]]:
        """Word number → every place where it starts, in order."""
        found: dict[int, list[int]] = {}
        root, length = self._root, len(text)
        for start, char in enumerate(text):
            node = root.get(char)
            end = start + 1
            while node is not None:
                number = node.get(_END)
                if number is not None:
                    if number in found:
                        found[number].append(start)
                    else:
                        found[number] = [start]
                node = node.get(text[end]) if end < length else None
                end += 1
        return found


@dataclass(frozen=True, slots=True)
class _Compiled:
    pattern: Pattern
    steps: tuple[tuple[int, int], ...]
    before: int
    after: int


class Scene:
    """One text, the borders that gaps must not cross, and where the words of a net stand in it."""

    def __init__(self, tree: WordTree, text: str, part: Sequence[int], clause: Sequence[int]) -> None:
        self.part = part
        self._clause = clause
        self._tree = tree
        self._words = tree.scan(text)
        self.present = {number for word in self._words for number in tree.lists_of[word]}
        """Numbers of the lists of which some word stands in the text."""
        self._spans: dict[int, tuple[list[int], list[int]]] = {}

    def places(self, number: int) -> tuple[list[int], list[int]]:
        """Starts and ends of all words of the list, in the order of the starts."""
        if number not in self._spans:
            words, part, clause = self._words, self.part, self._clause
            spans = sorted(
                (start, start + length)
                for word, length in self._tree.words_of[number]
                if word in words
                for start in words[word]
                if (clause if length < LONG_WORD else part)[start] == (clause if length < LONG_WORD else part)[start + length - 1]
            )[:MOST_HITS]
            self._spans[number] = ([start for start, _ in spans], [end for _, end in spans])
        return self._spans[number]


class Net:
    """Patterns compiled together, applied to a text as often as needed."""

    def __init__(self) -> None:
        self._tree = WordTree()
        self._patterns: list[_Compiled] = []

    def add(self, pattern: Pattern) -> int:
        """Add a pattern; its number."""
        number = self._tree.number
        self._patterns.append(
            _Compiled(
                pattern,
                tuple((gap, number(words.words)) for gap, words in pattern.steps),
                number(pattern.before.words) if pattern.before else -1,
                number(pattern.after.words) if pattern.after else -1,
            )
        )
        return len(self._patterns) - 1

    def scene(self, text: str, part: Sequence[int], clause: Sequence[int] | None = None) -> Scene:
        """Walk `text` once; `part` numbers the stretch that gaps stay in, `clause` the one that short words stay in."""
        return Scene(self._tree, text, part, part if clause is None else clause)

    def spans(self, number: int, scene: Scene) -> Iterator[Span]:
        """Every place where the pattern stands."""
        compiled = self._patterns[number]
        if any(step not in scene.present for _, step in compiled.steps):
            return
        for span in self._joined(compiled, scene):
            if self._fits(compiled, span, scene):
                yield span

    def _joined(self, compiled: _Compiled, scene: Scene) -> list[Span]:
        part = scene.part
        matches = list(zip(*scene.places(compiled.steps[0][1]), strict=True))
        if compiled.pattern.at_start is not None:
            reach = compiled.pattern.at_start
            matches = [span for span in matches if _opens(span[0], reach, part)]
        for gap, step in compiled.steps[1:]:
            matches = _step(matches, gap, *scene.places(step), part)
            if not matches:
                break
        if compiled.pattern.at_end is not None:
            reach = compiled.pattern.at_end
            matches = [span for span in matches if _closes(span[1], reach, part)]
        return matches

    def _fits(self, compiled: _Compiled, span: Span, scene: Scene) -> bool:
        before, after = compiled.pattern.before, compiled.pattern.after
        if before and _stands(scene, compiled.before, span[0] - before.reach, span[0], span[0]):
            return False
        return not (after and _stands(scene, compiled.after, span[1], span[1] + after.reach, span[1] - 1))


def _opens(start: int, reach: int, part: Sequence[int]) -> bool:
    earlier = start - reach - 1
    return earlier < 0 or part[earlier] != part[start]


def _closes(end: int, reach: int, part: Sequence[int]) -> bool:
    later = end + reach
    return later >= len(part) or part[later] != part[end - 1]


def _step(matches: list[Span], gap: int, starts: list[int], ends: list[int], part: Sequence[int]) -> list[Span]:
    """Extend each match by a place that begins at most `gap` characters later in the same part.

    Of several matches that end alike only the one that began last goes on, so that their number stays bounded.
    """
    latest: dict[int, int] = {}
    count = len(starts)
    index = 0
    for begin, end in sorted(matches, key=_end_of):
        index = bisect_left(starts, end, index) if index < count and starts[index] < end else index
        reached = index
        while reached < count and starts[reached] <= end + gap:
            if part[starts[reached]] == part[end - 1]:
                stop = ends[reached]
                if latest.get(stop, -1) < begin:
                    latest[stop] = begin
            reached += 1
    return [(begin, stop) for stop, begin in latest.items()]


def _end_of(span: Span) -> int:
    return span[1]


def _stands(scene: Scene, number: int, low: int, high: int, inside: int) -> bool:
    """Whether a word of the list begins between `low` and `high`, in the part of the place `inside`."""
    if number not in scene.present:
        return False
    starts, _ = scene.places(number)
    index = bisect_left(starts, max(low, 0))
    while index < len(starts) and starts[index] < high:
        if scene.part[starts[index]] == scene.part[inside]:
            return True
        index += 1
    return False
