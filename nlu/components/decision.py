"""From factor scores to one calibrated probability per label.

A softmax that starts from «sum of the label's factors» and may depart from it only as far as
the penalty allows. It is fitted on left-out scores, so its probabilities are honest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

Doubles = npt.NDArray[np.float64]

_STEPS = 80


def softmax(logits: Doubles) -> Doubles:
    """Rows of probabilities."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


@dataclass(frozen=True)
class Decision:
    """The fitted softmax."""

    weights: Doubles
    """Factor × label."""
    bias: Doubles

    def probabilities(self, scores: npt.NDArray[np.floating]) -> Doubles:
        """One probability per label for each row of factor scores."""
        return softmax(scores @ self.weights + self.bias)


@dataclass(frozen=True)
class _Problem:
    scores: Doubles
    labels: npt.NDArray[np.intp]
    membership: Doubles
    penalty: float

    def unpack(self, point: Doubles) -> tuple[float, Doubles, Doubles]:
        count = self.membership.shape[0]
        return point[0], point[1 : 1 + count], point[1 + count :].reshape(-1, count)

    def decision(self, point: Doubles) -> Decision:
        slope, bias, departure = self.unpack(point)
        return Decision(slope * self.membership.T + departure, bias)

    def loss(self, point: Doubles) -> tuple[float, Doubles]:
        slope, bias, departure = self.unpack(point)
        summed = self.scores @ self.membership.T
        odds = softmax(slope * summed + bias + self.scores @ departure)
        rows = np.arange(len(odds))
        cost = -np.log(odds[rows, self.labels] + 1e-12).mean()
        cost += self.penalty / 2 * (np.square(departure).sum() + 0.1 * np.square(bias).sum())
        odds[rows, self.labels] -= 1
        odds /= len(odds)
        parts = [
            np.array([(odds * summed).sum()]),
            odds.sum(axis=0) + 0.1 * self.penalty * bias,
            (self.scores.T @ odds + self.penalty * departure).ravel(),
        ]
        return cost, np.concatenate(parts)


def fit(
    scores: npt.NDArray[np.floating],
    labels: npt.NDArray[np.intp],
    membership: npt.NDArray[np.floating],
    penalty: float,
) -> Decision:
    """Fit the softmax on left-out factor scores (row per text, column per factor)."""
    problem = _Problem(np.asarray(scores, dtype=np.float64), labels, membership.astype(np.float64), penalty)
    count = membership.shape[0]
    start = np.zeros(1 + count + count * membership.shape[1])
    start[0] = 3.0
    found = minimize(problem.loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS})
    return problem.decision(found.x)
