"""Least squares on sparse rows, solved at once, with exact leave-one-out predictions.

One factorisation serves all targets, and what each training text would have scored had it
not been there falls out of it for nothing: no cross-validation, no random numbers.
Memory grows with the square of the number of texts (12,000 texts: 0.6 GB while training).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import lapack
from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float32]

_BLOCK = 1024


@dataclass(frozen=True)
class Fit:
    """What the solver hands back."""

    weights: Floats
    """Column of the texts × target."""
    left_out: Floats
    """Text × target: the score of each text by a model that never saw it."""


def similarities(rows: csr_matrix) -> Floats:
    """The inner products of all rows with all rows, filled block by block."""
    transposed = rows.T.tocsr()
    count = rows.shape[0]
    result = np.empty((count, count), dtype=np.float32)
    for start in range(0, count, _BLOCK):
        result[start : start + _BLOCK] = (rows[start : start + _BLOCK] @ transposed).toarray()
    return result


def solve(rows: csr_matrix, targets: Floats, penalty: float) -> Fit:
    """Fit `targets` by `rows` with an L2 penalty.

    Raises:
        ArithmeticError: the penalty is too small for the rows.
    """
    gram = similarities(rows)
    gram[np.diag_indices_from(gram)] += penalty
    # The transpose of a symmetric C-ordered array is itself in Fortran's order: no copy is made.
    lower, failed = lapack.spotrf(gram.T, lower=1, overwrite_a=1)
    if failed:
        raise ArithmeticError("similarities are not positive definite; raise the penalty")
    dual, _ = lapack.spotrs(lower, targets, lower=1)
    inverse, _ = lapack.spotri(lower, lower=1, overwrite_c=1)
    left_out = targets - dual / np.diag(inverse)[:, None]
    weights = np.asarray(rows.T @ dual, dtype=np.float32)
    return Fit(weights, left_out.astype(np.float32))
