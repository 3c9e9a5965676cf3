"""The classifier's arithmetic without Rasa: fit, predict, write to a folder and read back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from components import decision, ridge
from components.decision import Decision
from components.factors import membership


@dataclass(frozen=True)
class FactoredModel:
    """Weights of the factors and of the decision that joins them."""

    labels: Sequence[str]
    weights: npt.NDArray[np.floating]
    """Column of the featurizer × factor, each factor's scores scaled to spread one.

    Half precision once read from disk: the service holds them all in memory.
    """
    decision: Decision
    left_out: npt.NDArray[np.float64] | None = None
    """Text × label: probabilities for training texts as if unseen; only after `fit`."""

    @classmethod
    def fit(
        cls,
        rows: csr_matrix,
        wanted: npt.NDArray[np.intp],
        labels: Sequence[str],
        *,
        row_penalty: float,
        decision_penalty: float,
    ) -> FactoredModel:
        """Fit the factors, then the decision on their left-out scores."""
        table = membership(labels)
        found = ridge.solve(rows, table[wanted], row_penalty)
        spread = found.left_out.std(axis=0)
        spread[spread == 0] = 1
        scores = found.left_out / spread
        joined = decision.fit(scores, wanted, table, decision_penalty)
        return cls(labels, found.weights / spread, joined, joined.probabilities(scores))

    def probabilities(self, rows: csr_matrix) -> npt.NDArray[np.float64]:
        """One probability per label for each row."""
        return self.decision.probabilities(rows @ self.weights)

    def odds(self, row: csr_matrix) -> npt.NDArray[np.float64]:
        """The same for a single row, touching only the weights it needs."""
        scores = row.data @ self.weights[row.indices].astype(np.float32)
        return self.decision.probabilities(scores)

    def write(self, folder: Path) -> None:
        """Write all but the left-out probabilities into `folder`."""
        (folder / "labels.json").write_text(json.dumps(list(self.labels)), encoding="utf-8")
        np.save(folder / "weights.npy", self.weights.astype(np.float16))
        np.savez(folder / "decision.npz", weights=self.decision.weights, bias=self.decision.bias)

    @classmethod
    def read(cls, folder: Path) -> FactoredModel:
        """The opposite of `write`."""
        labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
        stored = np.load(folder / "decision.npz")
        weights = np.load(folder / "weights.npy")
        return cls(labels, weights, Decision(stored["weights"], stored["bias"]))
