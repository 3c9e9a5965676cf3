"""Two curves on our own sentences: more sentences, and where to be sure.

Both use the components without Rasa, so a point costs the arithmetic only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import yaml
from scipy.sparse import csr_matrix, vstack

from components.factored_model import FactoredModel
from components.ngrams import Vectorizer
from sentences import HOME, Sentence

SHARES = (0.125, 0.25, 0.5, 0.75, 1.0)
LEVELS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def settings() -> tuple[dict, dict]:
    """The two components' settings: what config.yml says over their defaults."""
    from components.classifier import FactoredClassifier
    from components.featurizer import ResidentFeaturizer

    pipeline = yaml.safe_load((HOME / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    first, second = ({key: value for key, value in entry.items() if key != "name"} for entry in pipeline[-2:])
    return (
        ResidentFeaturizer.get_default_config() | first,
        FactoredClassifier.get_default_config() | second,
    )


def _order(sentence: Sentence) -> bytes:
    return hashlib.sha256(sentence.text.encode()).digest()


def portion(sentences: Sequence[Sentence], share: float) -> list[Sentence]:
    """The same share of each label, always the same sentences, at least two."""
    labels: dict[str, list[Sentence]] = {}
    for sentence in sorted(sentences, key=_order):
        labels.setdefault(sentence.label, []).append(sentence)
    return [sentence for group in labels.values() for sentence in group[: max(2, round(len(group) * share))]]


def fit(sentences: Sequence[Sentence]) -> tuple[Vectorizer, FactoredModel]:
    """Train the arithmetic on these sentences."""
    featurizer, classifier = settings()
    texts = [s.text for s in sentences]
    vectorizer = Vectorizer.fit(texts, featurizer["views"])
    labels = sorted({s.label for s in sentences})
    number = {label: position for position, label in enumerate(labels)}
    model = FactoredModel.fit(
        rows(vectorizer, texts),
        np.array([number[s.label] for s in sentences]),
        labels,
        row_penalty=classifier["row_penalty"],
        decision_penalty=classifier["decision_penalty"],
    )
    return vectorizer, model


def rows(vectorizer: Vectorizer, texts: Sequence[str]) -> csr_matrix:
    """The texts as rows."""
    return vstack([vectorizer.vector(text) for text in texts], format="csr")


def learning_curve(training: Sequence[Sentence], held_out: Sequence[Sentence]) -> list[tuple[int, float, float]]:
    """Sentences, exact, top 3 on the held-out sentences."""
    points = []
    for share in SHARES:
        part = portion(training, share)
        vectorizer, model = fit(part)
        odds = model.probabilities(rows(vectorizer, [s.text for s in held_out]))
        points.append((len(part), *_hits(odds, model.labels, held_out)))
    return points


def _hits(odds: npt.NDArray[np.float64], labels: Sequence[str], sentences: Sequence[Sentence]) -> tuple[float, float]:
    best = np.argsort(-odds, axis=1)[:, :3]
    exact = [labels[row[0]] == s.label for row, s in zip(best, sentences, strict=True)]
    top3 = [s.label in {labels[n] for n in row} for row, s in zip(best, sentences, strict=True)]
    return round(float(np.mean(exact)), 4), round(float(np.mean(top3)), 4)


def confidence_curve(
    odds: npt.NDArray[np.float64], labels: Sequence[str], wanted: Sequence[str]
) -> list[tuple[float, float, float, float]]:
    """Level, share of texts at or above it, right among these, right among the first three below."""
    best = np.argsort(-odds, axis=1)[:, :3]
    top = odds[np.arange(len(odds)), best[:, 0]]
    exact = np.array([labels[row[0]] == label for row, label in zip(best, wanted, strict=True)])
    near = np.array([label in {labels[n] for n in row} for row, label in zip(best, wanted, strict=True)])
    points = []
    for level in LEVELS:
        sure = top >= level
        points.append(
            (
                level,
                round(float(sure.mean()), 4),
                round(float(exact[sure].mean()), 4) if sure.any() else 1.0,
                round(float(near[~sure].mean()), 4) if (~sure).any() else 1.0,
            )
        )
    return points
