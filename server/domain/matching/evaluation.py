"""How good a clustering is, measured against the truth."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from server.domain.matching.table import Array


@dataclass(frozen=True, slots=True)
class Quality:
    """Precision, recall and F1 over pairs, and over records (B-cubed)."""

    pairs: int
    precision: float
    recall: float
    f1: float
    b3_precision: float
    b3_recall: float
    b3: float


def quality(
    found: Sequence[object] | Array, truth: Sequence[object] | Array
) -> Quality:
    """Compare two clusterings of the same records, given side by side."""
    _, mine, size = np.unique(
        np.asarray(found), return_inverse=True, return_counts=True
    )
    _, real, real_size = np.unique(
        np.asarray(truth), return_inverse=True, return_counts=True
    )
    both = mine.astype(np.int64) * len(real_size) + real
    _, cell, shared = np.unique(both, return_inverse=True, return_counts=True)
    right, said, wanted = _pairs(shared), _pairs(size), _pairs(real_size)
    precision, recall = right / max(said, 1), right / max(wanted, 1)
    b3_precision = float((shared[cell] / size[mine]).mean())
    b3_recall = float((shared[cell] / real_size[real]).mean())
    return Quality(
        wanted, precision, recall, _mean(precision, recall),
        b3_precision, b3_recall, _mean(b3_precision, b3_recall),
    )  # fmt: skip


def _pairs(sizes: Array) -> int:
    return int((sizes.astype(np.int64) * (sizes - 1) // 2).sum())


def _mean(one: float, other: float) -> float:
    return 2 * one * other / (one + other) if one + other else 0.0
