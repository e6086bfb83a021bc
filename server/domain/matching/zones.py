"""Three zones: what the machine links alone, what it asks about, what stays apart.

Groups are linked without asking as long as their mean score is beyond `same`; of two
groups that come nearer than `propose` a person is asked once, whatever their size. The
thresholds are measured on known truth: `price` says what a choice of them costs in
questions and in errors, also when those who answer err.
"""

from dataclasses import dataclass

import numpy as np

from server.domain.matching.evaluation import Quality, quality
from server.domain.matching.linkage import NEVER_COMPARED, components, households
from server.domain.matching.model import Zones
from server.domain.matching.table import Array
from server.domain.matching.whole import Matched


@dataclass(frozen=True, slots=True)
class Price:
    """What thresholds cost: questions per 1,000 submissions, how good the automatic
    links are, and how good everything is after the questions are answered."""

    zones: Zones
    questions: float
    automatic: Quality
    final: Quality


def questions(matched: Matched, group: Array, zones: Zones) -> tuple[Array, Array]:
    """The pairs of groups to ask about, nearest first, by the name of each group."""
    count = len(group)
    one, two = group[matched.left], group[matched.right]
    apart = one != two
    low, high = np.minimum(one, two)[apart], np.maximum(one, two)[apart]
    codes, back = np.unique(low.astype(np.int64) * count + high, return_inverse=True)
    total = np.bincount(back, weights=matched.bits[apart], minlength=len(codes))
    known = np.bincount(back, minlength=len(codes))
    size = np.bincount(group, minlength=count)
    left, right = codes // count, codes % count
    pairs = size[left] * size[right]
    mean = (total + NEVER_COMPARED * (pairs - known)) / np.maximum(pairs, 1)
    chosen = np.flatnonzero(mean > zones.propose)
    chosen = chosen[np.argsort(-mean[chosen], kind="stable")]
    return left[chosen], right[chosen]


def price(
    matched: Matched, truth: Array, zones: Zones, *, error: float = 0.0, seed: int = 0
) -> Price:
    """What `zones` cost where the truth is known; `error` of the answers are wrong."""
    count = len(truth)
    group = households(
        count, matched.left, matched.right, matched.bits, threshold=zones.same
    )
    one, two = questions(matched, group, zones)
    wrong = np.random.default_rng(seed).random(len(one)) < error
    # A group that is itself wrong is judged by the record it is called by.
    yes = (truth[one] == truth[two]) != wrong
    label = components(count, one[yes], two[yes])
    return Price(
        zones,
        1000 * len(one) / max(count, 1),
        quality(group, truth),
        quality(label[group], truth),
    )


def choose(
    matched: Matched, truth: Array, *, precision: float = 0.9993, most: float = 16.0
) -> Zones:
    """Thresholds whose automatic links are precise enough, with as many questions per
    1,000 submissions as staff can answer; links are cut where F1 is best."""
    scores = np.arange(0.0, 14.0, 0.5)
    cut = max(
        np.arange(-2.0, 4.0, 0.5),
        key=lambda at: quality(_groups(matched, len(truth), float(at)), truth).f1,
    )
    same = next(
        (
            float(at)
            for at in scores
            if quality(_groups(matched, len(truth), float(at)), truth).precision
            >= precision
        ),
        float(scores[-1]),
    )
    for propose in np.arange(-6.0, same, 0.5):
        zones = Zones(same, float(propose), float(cut))
        group = _groups(matched, len(truth), same)
        if 1000 * len(questions(matched, group, zones)[0]) <= most * len(truth):
            return zones
    return Zones(same, same, float(cut))


def _groups(matched: Matched, count: int, threshold: float) -> Array:
    return households(
        count, matched.left, matched.right, matched.bits, threshold=threshold
    )
