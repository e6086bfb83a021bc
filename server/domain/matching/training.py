"""Estimating a model from data.

Person weights come from records nobody judged. The household tables come from pairs
about which it is known whether they are one household: the truth of a benchmark, or the
judgements of staff. Calibration and thresholds are measured on data that was held out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from server.domain.matching import boosting
from server.domain.matching.assignment import roster_pairs
from server.domain.matching.household_levels import DIRECTIONS, see
from server.domain.matching.model import Model, Zones
from server.domain.matching.person_levels import is_worth_comparing, levels_of
from server.domain.matching.scoring import Prepared, chunks, in_order
from server.domain.matching.table import Array
from server.domain.matching.weights import PersonWeights, estimate
from server.domain.problems import Problem, Refused

STRANGERS = 1_000_000
SAMPLE = 150_000
# A tenth of the pairs nobody would take for one household say as much as all of them.
SURELY_NOT, KEPT = -9.0, 0.05


@dataclass(frozen=True, slots=True)
class Labelled:
    """Records and pairs of them of which it is known whether they are one household."""

    prepared: Prepared
    left: Array
    right: Array
    same: Array


def estimate_persons(data: Labelled, seed: int) -> PersonWeights:
    """Person weights from the records and the pairs that share a key; labels unused."""
    random = np.random.default_rng(seed)
    prepared = data.prepared
    table, bits = prepared.table, prepared.bits
    pick = random.permutation(len(data.left))[:SAMPLE]
    _, one, two = roster_pairs(table.first, data.left[pick], data.right[pick])
    keep = is_worth_comparing(table.persons, prepared.relations, one, two)
    one, two = one[keep], two[keep]
    count = len(table.persons["full"])
    x, y = random.integers(0, count, (2, STRANGERS))
    x, y = x[x != y], y[x != y]
    strangers = (
        levels_of(table, prepared.relations, x, y),
        bits.full[x],
        bits.given[x],
    )
    # About every other line comes again once.
    prior = float(np.log2(1.0 / count))
    return estimate(
        levels_of(table, prepared.relations, one, two),
        bits.full[one], bits.given[one], strangers, prior,
    )  # fmt: skip


def bands_of(data: Labelled, persons: PersonWeights) -> Array:
    """What can be seen of every pair."""
    prepared = data.prepared
    left, right = in_order(prepared.table, data.left, data.right)
    found = [
        see(
            prepared.table,
            prepared.relations,
            prepared.bits,
            persons,
            left[at],
            right[at],
        ).bands
        for at in chunks(len(left))
    ]
    return np.concatenate(found)


def train(
    data: Sequence[Labelled], *, name: str, origin: Mapping[str, Any], seed: int = 0,
    settings: boosting.Settings | None = None, persons: PersonWeights | None = None,
) -> Model:  # fmt: skip
    """A model from labelled pairs; its zones still have to be measured (`zones`).

    Raises Refused where all pairs are one household, or none.
    """
    one_kind = {bool(each) for part in data for each in np.unique(part.same)}
    if len(one_kind) < 2:
        raise Refused(Problem("matching_pairs_one_kind"))
    persons = persons or estimate_persons(data[0], seed)
    bands = np.concatenate([bands_of(part, persons) for part in data])
    same = np.concatenate([part.same for part in data]).astype(float)
    settings = settings or boosting.Settings(seed=seed)
    random = np.random.default_rng(seed)
    directions = [*DIRECTIONS.values()]
    pick = random.permutation(len(same))[:80_000]
    quick = boosting.Settings(tables=15, rate=0.4, ridge=5, seed=seed)
    tables, prior = boosting.learn(bands[pick], same[pick], directions, quick)
    near = (boosting.score(tables, prior, bands) > SURELY_NOT) | (same > 0)
    far = np.flatnonzero(~near)
    far = far[random.random(len(far)) < KEPT]
    rows = np.r_[np.flatnonzero(near), far]
    weight = np.r_[np.ones(int(near.sum())), np.full(len(far), 1 / KEPT)]
    tables, prior = boosting.learn(
        bands[rows], same[rows], directions, settings, weight
    )
    return Model(
        name,
        persons,
        tuple(tables),
        prior,
        (1.0, 0.0),
        Zones(8.0, -4.0, 1.0),
        dict(origin),
    )


def calibrate(bits: Array, same: Array, rounds: int = 30) -> tuple[float, float]:
    """Slope and shift that make the score of held-out pairs mean what it says."""
    slope, shift = 1.0, 0.0
    x = np.clip(bits, -25, 25)
    for _ in range(rounds):
        chance = 1 / (1 + np.exp2(-(slope * x + shift)))
        wrong, mass = same - chance, np.maximum(chance * (1 - chance), 1e-9) * np.log(2)
        a, b, c = (mass * x * x).sum(), (mass * x).sum(), mass.sum()
        g, h = (wrong * x).sum(), wrong.sum()
        det = max(a * c - b * b, 1e-9)
        slope += float((c * g - b * h) / det)
        shift += float((a * h - b * g) / det)
    return slope, shift
