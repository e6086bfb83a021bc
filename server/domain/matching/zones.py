"""Three zones: what the machine links alone, what it asks about, what stays apart.

Groups are linked without asking as long as their mean score is beyond `same`; of two
groups that come nearer than `propose` people are asked, once for all their records. The
thresholds are measured on known truth: `price` says what a choice of them costs in
questions and in errors, also when those who answer err.
"""

from dataclasses import dataclass
from math import ceil, log2

import numpy as np

from server.domain.matching.evaluation import Quality, quality
from server.domain.matching.linkage import NEVER_COMPARED, components, households
from server.domain.matching.model import Model, Zones
from server.domain.matching.table import Array
from server.domain.matching.whole import Matched

# Answers are taken to be wrong this often; at most so many people look at one pair.
TAKEN_ERROR, OPINIONS = 0.02, 3
# Bits from which on nobody else has to be asked.
CONVINCED, DISMISSED = 7.0, 4.0
# Thresholds are tried at such distances, in bits.
STEP = 0.5
# How likely the least likely pair is that the machine links alone. That all of its links
# together are precise says nothing of the last of them, and each is a family.
LEAST_LIKELY = 0.95


@dataclass(frozen=True, slots=True)
class Price:
    """What thresholds cost: questions per 1,000 submissions, how good the automatic
    links are, and how good everything is after the questions are answered."""

    zones: Zones
    questions: float
    automatic: Quality
    final: Quality


def questions(
    matched: Matched, group: Array, zones: Zones
) -> tuple[Array, Array, Array]:
    """The pairs of groups to ask about, nearest first, by the record each group is
    called by, with their mean score."""
    count = len(group)
    one, two = group[matched.left], group[matched.right]
    apart = one != two
    low, high = np.minimum(one, two)[apart], np.maximum(one, two)[apart]
    codes, back = np.unique(low.astype(np.int64) * count + high, return_inverse=True)
    bits = np.maximum(matched.bits[apart], NEVER_COMPARED)
    total = np.bincount(back, weights=bits, minlength=len(codes))
    known = np.bincount(back, minlength=len(codes))
    size = np.bincount(group, minlength=count)
    left, right = codes // count, codes % count
    pairs = size[left] * size[right]
    mean = (total + NEVER_COMPARED * (pairs - known)) / np.maximum(pairs, 1)
    chosen = np.flatnonzero(mean > zones.propose)
    chosen = chosen[np.argsort(-mean[chosen], kind="stable")]
    return left[chosen], right[chosen], mean[chosen]


def answers(prior: Array, same: Array, error: float, seed: int) -> tuple[Array, int]:
    """What people say about pairs that are `same`, and how often they are asked.

    An answer is evidence like any other and weighs as much as people err. One that
    leaves too much doubt, because it contradicts what the records say, gets a second
    opinion, and a third.
    """
    random = np.random.default_rng(seed)
    weight = np.log2((1 - TAKEN_ERROR) / TAKEN_ERROR)
    bits, asked = prior.copy(), 0
    open_ = np.arange(len(prior))
    for _ in range(OPINIONS):
        asked += len(open_)
        wrong = random.random(len(open_)) < error
        bits[open_] += np.where(same[open_] != wrong, weight, -weight)
        open_ = open_[(bits[open_] < CONVINCED) & (bits[open_] > -DISMISSED)]
    return bits > 0, asked


def price(
    matched: Matched, truth: Array, zones: Zones, *, error: float = 0.0, seed: int = 0
) -> Price:
    """What `zones` cost where the truth is known; `error` of the answers are wrong."""
    count = len(truth)
    group = _groups(matched, count, zones.same)
    one, two, mean = questions(matched, group, zones)
    # A group that is itself wrong is judged by the record it is called by.
    yes, asked = answers(mean, truth[one] == truth[two], error, seed)
    label = components(count, one[yes], two[yes])
    return Price(
        zones,
        1000 * asked / max(count, 1),
        quality(group, truth),
        quality(label[group], truth),
    )


def best_link(matched: Matched, truth: Array) -> float:
    """Where F1 is best when clusters are cut there."""
    return max(
        (float(at) for at in np.arange(-4.0, 5.0, 0.5)),
        key=lambda at: quality(_groups(matched, len(truth), at), truth).f1,
    )


def sure_from(model: Model) -> float:
    """The first threshold from which any single pair is `LEAST_LIKELY`, in bits."""
    slope, shift = model.calibration
    return ceil((log2(LEAST_LIKELY / (1 - LEAST_LIKELY)) - shift) / slope / STEP) * STEP


def choose(
    matched: Matched, truth: Array, *, least: float = 0.0,
    precision: float = 0.9995, most: float = 12.0,
) -> Zones:  # fmt: skip
    """Thresholds whose automatic links are precise enough, with as many questions per
    1,000 submissions as staff can answer, second opinions included.

    The machine links alone from one step beyond what was enough here: no registry is
    the one on which this is measured. It never does below `least`, whatever the rest.
    """
    count = len(truth)
    same = next(
        (
            float(at) + STEP
            for at in np.arange(0.0, 14.0, STEP)
            if quality(_groups(matched, count, float(at)), truth).precision >= precision
        ),
        14.0,
    )
    same = max(same, least)
    link = best_link(matched, truth)
    for propose in np.arange(-4.0, same, 0.5):
        zones = Zones(same, float(propose), link)
        if price(matched, truth, zones).questions <= most:
            return zones
    return Zones(same, same, link)


def _groups(matched: Matched, count: int, threshold: float) -> Array:
    return households(
        count, matched.left, matched.right, matched.bits, threshold=threshold
    )
