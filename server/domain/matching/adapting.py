"""Where this registry has to be cut, told by the registry itself.

How much a doubtful score means depends on how carelessly people typed and how often
they moved, which differs from registry to registry and is not known. Three visits of
one family tell: when A is surely B and B is surely C, then A is C, whatever the score of
A with C. How such scores are spread, against those of all pairs, gives the share of
true pairs at each score. It is too low everywhere, because such families are easy ones,
but by about the same factor; `Zones.doubt` is the share, measured where the truth is
known, at which as many pairs are one household as are not.
"""

import numpy as np

from server.domain.matching.model import Zones
from server.domain.matching.table import Array

SURE = 9.0
FEWEST = 300
FURTHEST = 5.0
EDGES = np.arange(-10.0, 13.0)
# Pairs that are looked at together.
PART = 1 << 18


def own_link(left: Array, right: Array, bits: Array, zones: Zones) -> float:
    """Where clusters of this registry are cut; as the model says when it is small."""
    found = curve(left, right, bits)
    if found is None or not zones.doubt:
        return zones.link
    slope, shift = found
    link = (np.log2(zones.doubt / (1 - zones.doubt)) - shift) / slope
    return float(np.clip(link, zones.link - FURTHEST, zones.link + FURTHEST))


def curve(left: Array, right: Array, bits: Array) -> tuple[float, float] | None:
    """Slope and shift of the share of implied pairs by score, in bits; None when too
    few families were visited three times."""
    implied = implied_pairs(left, right, bits)
    sure = bits > SURE
    if implied.sum() < FEWEST:
        return None
    scale = sure.sum() / max(int((implied & sure).sum()), 1)
    all_pairs = np.histogram(bits, EDGES)[0]
    seen = np.histogram(bits[implied], EDGES)[0] * scale
    share = np.clip(seen / np.maximum(all_pairs, 1), 0, 1)
    return fit(EDGES[:-1] + 0.5, share, all_pairs)


def fit(x: Array, share: Array, mass: Array) -> tuple[float, float] | None:
    """The logistic curve, in bits, through shares that stand for so many pairs."""
    slope, shift = 0.5, -2.0
    for _ in range(50):
        chance = 1 / (1 + np.exp2(-np.clip(slope * x + shift, -40, 40)))
        wrong = mass * (share - chance)
        pull = mass * np.maximum(chance * (1 - chance), 1e-6) * np.log(2)
        a, b, c = (pull * x * x).sum(), (pull * x).sum(), pull.sum()
        g, h = (wrong * x).sum(), wrong.sum()
        det = a * c - b * b
        if det <= 0:
            return None
        slope += float(np.clip((c * g - b * h) / det, -0.5, 0.5))
        shift += float(np.clip((a * h - b * g) / det, -1, 1))
    return (slope, shift) if slope > 0.05 else None


def implied_pairs(left: Array, right: Array, bits: Array) -> Array:
    """Which pairs are one household because each is surely one with a third record."""
    implied = np.zeros(len(left), bool)
    sure = bits > SURE
    known = np.unique(np.concatenate([left[sure], right[sure]]))
    size = len(known)
    if not size:
        return implied
    one, other = (np.searchsorted(known, side[sure]) for side in (left, right))
    edges = np.unique(np.concatenate([one * size + other, other * size + one]))
    first = np.searchsorted(edges, np.arange(size + 1) * size)
    for at in range(0, len(left), PART):
        sides = [side[at : at + PART] for side in (left, right)]
        a, b = (np.minimum(np.searchsorted(known, side), size - 1) for side in sides)
        rows = np.flatnonzero((known[a] == sides[0]) & (known[b] == sides[1]))
        a, b = a[rows], b[rows]
        near = first[a + 1] - first[a]
        pair = np.repeat(np.arange(len(rows)), near)
        place = np.arange(len(pair)) + (first[a] - np.cumsum(near) + near)[pair]
        asked = edges[place] % size * size + b[pair]
        found = np.minimum(np.searchsorted(edges, asked), len(edges) - 1)
        implied[at + rows[pair[edges[found] == asked]]] = True
    return implied
