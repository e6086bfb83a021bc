"""What each level of agreement between two persons is worth, in bits.

Fellegi and Sunter: the weight of a level is log2(m/u), m how often it is seen among
lines of one person, u among lines of two. Both are estimated by expectation-
maximisation on pairs nobody has judged. A common name says less than a rare one: where
names agree, u is scaled by how frequent that very name is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from server.domain.matching.person_levels import EVIDENCE, NAME
from server.domain.matching.table import Array

# Levels at which the whole name agrees, and those at which the given name does.
FULL_NAME = tuple(NAME.index(n) for n in ("tones_differ", "toneless", "equal"))
GIVEN_NAME = tuple(
    NAME.index(n)
    for n in ("given_only", "middle_differs", "family_differs", "short_given")
)
SMALL = 1e-6
BOUNDS = (-6.0, 6.0)


@dataclass(frozen=True, slots=True)
class PersonWeights:
    """Weights by evidence and level; `full` and `given` are the mean frequencies, in
    bits, of the names on which strangers agree."""

    bits: Mapping[str, tuple[float, ...]]
    full: float
    given: float
    bounds: tuple[float, float]

    def of(self, levels: Array, full_bits: Array, given_bits: Array) -> Array:
        """The weight of each pair; `*_bits` is -log2 of how frequent its name is."""
        total = np.zeros(len(levels))
        for column, evidence in enumerate(EVIDENCE):
            total += np.array(self.bits[evidence])[levels[:, column]]
        return total + self.rarity(levels, full_bits, given_bits)

    def rarity(self, levels: Array, full_bits: Array, given_bits: Array) -> Array:
        """What the frequency of the very name adds to its weight or takes from it."""
        low, high = self.bounds
        name = levels[:, 0]
        adjusted = np.zeros(len(levels))
        full = np.isin(name, FULL_NAME)
        adjusted[full] = np.clip(full_bits[full] - self.full, low, high)
        given = np.isin(name, GIVEN_NAME)
        adjusted[given] = np.clip(given_bits[given] - self.given, low, high)
        return adjusted


def estimate(
    levels: Array, full_bits: Array, given_bits: Array, strangers: Sequence[Array],
    prior: float, rounds: int = 8,
) -> PersonWeights:  # fmt: skip
    """Weights from pairs that share a key, and from `strangers` drawn by chance.

    `strangers` are levels and both bits of random pairs: u is counted on them. m is
    estimated by expectation-maximisation on the others; `prior` is how likely two lines
    drawn by chance are one person, in bits. What an evidence is seen to be among one person's lines is counted without
    believing that evidence itself, because what shares a key agrees by selection.
    """
    other_levels, other_full, other_given = strangers
    full = _frequent(other_levels, other_full, FULL_NAME)
    given = _frequent(other_levels, other_given, GIVEN_NAME)
    u = {
        name: _share(other_levels[:, column], np.ones(len(other_levels)), len(steps))
        for column, (name, steps) in enumerate(EVIDENCE.items())
    }
    bits = {name: np.zeros(len(steps)) for name, steps in EVIDENCE.items()}
    bits["number"][-2:] = 20.0
    bits["name"][:2] = -8.0
    weights = PersonWeights(
        {n: tuple(b.tolist()) for n, b in bits.items()}, full, given, BOUNDS
    )
    for _ in range(rounds):
        total = weights.of(levels, full_bits, given_bits)
        for column, name in enumerate(EVIDENCE):
            own = np.array(weights.bits[name])[levels[:, column]]
            rest = total - own + prior
            belief = 1 / (1 + np.exp2(-np.clip(rest, -60, 60)))
            m = _share(levels[:, column], belief, len(EVIDENCE[name]))
            known = np.log2(m[1:] / m[1:].sum()) - np.log2(
                u[name][1:] / u[name][1:].sum()
            )
            bits[name] = np.r_[0.0, np.clip(known, -12, 24)]
        weights = PersonWeights(
            {n: tuple(b.tolist()) for n, b in bits.items()}, full, given, BOUNDS
        )
    return weights


def _frequent(levels: Array, bits: Array, steps: tuple[int, ...]) -> float:
    """How frequent, in bits, the names are on which strangers agree."""
    agree = np.isin(levels[:, 0], steps)
    return float(bits[agree].mean()) if agree.any() else 8.0


def _share(column: Array, weight: Array, size: int) -> Array:
    counts = np.bincount(column, weights=weight, minlength=size) + SMALL * len(column)
    share: Array = counts / counts.sum()
    return share
