"""What a label is made of: the thing it is about, and what is asked about it.

`ask.dibao.amount` and `ask.dibao.apply` share their subject, `ask.dibao.amount` and
`ask.tekun.amount` their aspect: each factor is learnt from all labels that contain it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


def subject(label: str) -> str:
    """`ask.dibao` of `ask.dibao.amount`; a label of one or two parts is its own subject."""
    return ".".join(label.split(".")[:2])


def aspect(label: str) -> str:
    """`amount` of `ask.dibao.amount`; for shorter labels the kind of label it is."""
    parts = label.split(".")
    return parts[2] if len(parts) > 2 else f"any {parts[0]}"


def factor_names(labels: Sequence[str]) -> list[str]:
    """All factors of `labels`: subjects first, then aspects."""
    aspects = sorted({f"aspect {aspect(label)}" for label in labels})
    return sorted({f"subject {subject(label)}" for label in labels}) + aspects


def membership(labels: Sequence[str]) -> npt.NDArray[np.float32]:
    """Row per label, column per factor, 1 where the label contains the factor."""
    column = {name: number for number, name in enumerate(factor_names(labels))}
    table = np.zeros((len(labels), len(column)), dtype=np.float32)
    for row, label in enumerate(labels):
        table[row, column[f"subject {subject(label)}"]] = 1
        table[row, column[f"aspect {aspect(label)}"]] = 1
    return table
