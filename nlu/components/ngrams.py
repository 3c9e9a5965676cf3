"""Texts as weighted n-grams of characters and of sounds (TF-IDF, unit length).

Long stories count each n-gram with its logarithm and end at length one, so a long message
does not weigh more than a short one. Learns nothing but counts; holds no sentence.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from components.sound import sound
from components.text import normalize


def ngrams(text: str, longest: int) -> list[str]:
    """All slices of 1 to `longest` characters; `^` and `$` mark the ends."""
    marked = f"^{text}$"
    return [marked[start : start + size] for size in range(1, longest + 1) for start in range(len(marked) - size + 1)]


def opening(text: str) -> str:
    """The first half: of two programmes in one question, the first named usually decides."""
    return text[: max(2, (len(text) + 1) // 2)]


VIEWS: dict[str, Callable[[str], str]] = {"char": str, "sound": sound, "opening": opening}
"""What a view sees of the normalised text."""


@dataclass(frozen=True)
class View:
    """One way of looking at a text: its n-grams, their columns and their rarity."""

    name: str
    longest: int
    weight: float
    columns: dict[str, int]
    rarity: list[float]

    @classmethod
    def fit(cls, name: str, texts: Iterable[str], *, longest: int, weight: float, fewest: int) -> View:
        """Keep the n-grams that at least `fewest` texts contain."""
        seen: Counter[str] = Counter()
        total = 0
        for text in texts:
            total += 1
            seen.update(set(ngrams(VIEWS[name](text), longest)))
        kept = sorted(gram for gram, count in seen.items() if count >= fewest)
        rarity = [math.log((1 + total) / (1 + seen[gram])) + 1 for gram in kept]
        columns = {gram: column for column, gram in enumerate(kept)}
        return cls(name, longest, weight, columns, rarity)

    def weigh(self, text: str) -> tuple[list[int], list[float]]:
        """Columns and values of one normalised text; the values' length is `weight`."""
        columns = self.columns
        counts = Counter(columns[gram] for gram in ngrams(VIEWS[self.name](text), self.longest) if gram in columns)
        values = [(1 + math.log(count) if count > 1 else 1.0) * self.rarity[column] for column, count in counts.items()]
        length = math.sqrt(sum(value * value for value in values)) or 1.0
        return list(counts), [self.weight * value / length for value in values]


@dataclass(frozen=True)
class Vectorizer:
    """Several views side by side, the whole scaled to length one."""

    views: Sequence[View]

    @classmethod
    def fit(cls, texts: Sequence[str], settings: dict[str, dict[str, Any]]) -> Vectorizer:
        """Count the n-grams of `texts` for each view of `settings`."""
        normal = [normalize(text) for text in texts]
        return cls([View.fit(name, normal, **options) for name, options in settings.items()])

    @property
    def width(self) -> int:
        """The number of columns."""
        return sum(len(view.columns) for view in self.views)

    def vector(self, text: str) -> csr_matrix:
        """One text as a row of length one; an empty row for a text without known n-grams."""
        normal = normalize(text)
        if not normal:
            return csr_matrix((1, self.width), dtype=np.float32)
        columns: list[int] = []
        values: list[float] = []
        offset = 0
        for view in self.views:
            found, weights = view.weigh(normal)
            columns += [offset + column for column in found]
            values += weights
            offset += len(view.columns)
        length = math.sqrt(sum(value * value for value in values)) or 1.0
        data = np.array(values, dtype=np.float32) / np.float32(length)
        index = np.array(columns, dtype=np.int32)
        return csr_matrix((data, index, np.array([0, len(index)])), shape=(1, self.width))

    def to_dict(self) -> dict[str, Any]:
        """A form that JSON can hold; `from_dict` reads it back."""
        return {
            "views": [
                {
                    "name": view.name,
                    "longest": view.longest,
                    "weight": view.weight,
                    "ngrams": list(view.columns),
                    "rarity": view.rarity,
                }
                for view in self.views
            ]
        }

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Vectorizer:
        """The opposite of `to_dict`."""
        return cls(
            [
                View(
                    name=view["name"],
                    longest=view["longest"],
                    weight=view["weight"],
                    columns={gram: column for column, gram in enumerate(view["ngrams"])},
                    rarity=view["rarity"],
                )
                for view in stored["views"]
            ]
        )
