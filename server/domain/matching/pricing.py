"""What a choice of thresholds costs, told before it is made.

A spread says how many pairs of a registry, or of data whose truth is known, lie at which
score. On known truth it also says how many of them are one household: that is measured
precision. In a registry the truth is not known; there the calibrated probability of each
score stands for it, and what follows is an expectation and called so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt
from typing import Any

import numpy as np

from server.domain.matching.model import Model
from server.domain.matching.table import Array

LOWEST, HIGHEST, STEP = -12.0, 16.0, 0.25
BINS = round((HIGHEST - LOWEST) / STEP)
# 95 % of a normal distribution lie within so many standard deviations.
NORMAL_95 = 1.959964


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, and between what the true share lies with 95 % confidence."""

    right: int
    total: int

    @property
    def value(self) -> float | None:
        """The share itself; None of nothing."""
        return self.right / self.total if self.total else None

    @property
    def bounds(self) -> tuple[float, float]:
        """Wilson's interval, which is honest for few cases and for shares near one."""
        if not self.total:
            return 0.0, 1.0
        n, share, z = self.total, self.right / self.total, NORMAL_95
        middle = share + z * z / (2 * n)
        half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
        whole = 1 + z * z / n
        return max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole)


@dataclass(slots=True)
class Spread:
    """How many pairs lie at each score, in steps of a quarter of a bit; what lies beyond
    an end counts at that end. `same` are those known to be one household."""

    pairs: Array = field(default_factory=lambda: np.zeros(BINS))
    same: Array = field(default_factory=lambda: np.zeros(BINS))

    def add(self, bits: Array, same: Array | None = None) -> None:
        """Count some pairs."""
        place = np.floor((np.asarray(bits, float) - LOWEST) / STEP)
        place = np.clip(place, 0, BINS - 1).astype(int)
        self.pairs += np.bincount(place, minlength=BINS)
        if same is not None:
            self.same += np.bincount(place, weights=same, minlength=BINS)

    def between(self, low: float, high: float = np.inf) -> Share:
        """How many pairs from `low` to below `high` are known to be one household."""
        rows = (low <= EDGES) & (high > EDGES)
        return Share(int(self.same[rows].sum()), int(self.pairs[rows].sum()))

    def to_json(self) -> dict[str, str]:
        """As it is kept: counts in one line, from the lowest score to the highest."""
        return {
            "pairs": " ".join(str(int(count)) for count in self.pairs),
            "same": " ".join(str(int(count)) for count in self.same),
        }


EDGES = LOWEST + STEP * np.arange(BINS)
_MIDDLE = EDGES + STEP / 2


def spread_from(kept: Mapping[str, Any]) -> Spread:
    """What `to_json` gave."""
    pairs, same = (np.array(kept[name].split(), float) for name in ("pairs", "same"))
    return Spread(pairs, same)


@dataclass(frozen=True, slots=True)
class Price:
    """Of 1,000 records: pairs that people are asked about, pairs that the machine joins,
    and of the latter those that are expected to be wrong; `missed` are pairs of one
    household that nobody would be asked about."""

    questions: float
    joined: float
    wrong: float
    missed: float

    @property
    def precision(self) -> float | None:
        """The share of automatic joins that is expected to be right."""
        return 1 - self.wrong / self.joined if self.joined else None


def price(
    spread: Spread, model: Model, records: int, auto_from: float, propose_from: float
) -> Price:
    """What these thresholds cost in a registry of so many records."""
    chance = model.probability(_MIDDLE)
    scale = 1000 / max(records, 1)
    joined = auto_from <= EDGES
    asked = (propose_from <= EDGES) & ~joined
    left_out = ~joined & ~asked
    return Price(
        questions=float(spread.pairs[asked].sum() * scale),
        joined=float(spread.pairs[joined].sum() * scale),
        wrong=float((spread.pairs * (1 - chance))[joined].sum() * scale),
        missed=float((spread.pairs * chance)[left_out].sum() * scale),
    )
