"""Households from scores: average linkage within what hangs together at all.

Two groups of records join when their pairs, on average, speak for one household, the
strongest first. One strong pair between two families therefore does not chain them
together, as connected components would. A pair that was never compared shares no key
and counts as speaking against. SAME and DIFFERENT judgements come first: groups joined
by people stay joined, and no two groups with a DIFFERENT pair between them ever meet.
"""

from collections import defaultdict
from collections.abc import Collection

import numpy as np

from server.domain.matching.table import Array

# What no pair goes below, and what one that was never compared counts: measured to give
# the best clusters on careful and on careless data alike.
NEVER_COMPARED = -4.5
# What is beyond this hangs together at all, and may be asked about.
WEAK = -5.0
# Pairs that are looked at together.
PART = 1 << 20
Pair = tuple[int, int]


def components(count: int, left: Array, right: Array) -> Array:
    """For each of `count` records the smallest record it hangs together with."""
    label = np.arange(count)
    while len(left):
        one, two = label[left], label[right]
        # Only roots are hung below others, so that nobody loses touch with its tree.
        np.minimum.at(label, np.maximum(one, two), np.minimum(one, two))
        while True:
            shorter = label[label]
            if (shorter == label).all():
                break
            label = shorter
        apart = label[left] != label[right]
        left, right = left[apart], right[apart]
    return label


def are_inside(label: Array, left: Array, right: Array) -> Array:
    """Which pairs are of records that hang together."""
    inside = np.empty(len(left), bool)
    for at in range(0, len(left), PART):
        part = slice(at, at + PART)
        inside[part] = label[left[part]] == label[right[part]]
    return inside


def missing_pairs(
    label: Array, left: Array, right: Array, most: int = 40
) -> tuple[Array, Array]:
    """The pairs within components of up to `most` records that were not compared."""
    count = len(label)
    order = np.argsort(label, kind="stable")
    starts = np.flatnonzero(np.r_[True, label[order][1:] != label[order][:-1]])
    sizes = np.diff(np.r_[starts, count])
    inside = are_inside(label, left, right)
    known = left[inside].astype(np.int64) * count + right[inside]
    found = []
    for size in np.unique(sizes):
        if 3 <= size <= most:
            one, two = np.triu_indices(int(size), 1)
            begin = starts[sizes == size][:, None]
            a, b = order[begin + one].ravel(), order[begin + two].ravel()
            found.append(np.minimum(a, b).astype(np.int64) * count + np.maximum(a, b))
    if not found:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    # Components have no pair in common, so each code is there once.
    codes = np.concatenate(found)
    codes = np.sort(codes[~np.isin(codes, known, assume_unique=True, kind="sort")])
    return codes // count, codes % count


def households(
    count: int, left: Array, right: Array, score: Array, *, threshold: float = 0.0,
    same: Collection[Pair] = (), different: Collection[Pair] = (),
) -> Array:  # fmt: skip
    """For each record the smallest record of its household.

    `score` is in bits, positive when a pair speaks for one household more than
    `threshold` asks for.
    """
    strong = score > WEAK
    score = np.maximum(score, NEVER_COMPARED)
    judged = np.array([*same], np.int64).reshape(-1, 2)
    label = components(
        count,
        np.r_[left[strong], judged[:, 0]], np.r_[right[strong], judged[:, 1]],
    )  # fmt: skip
    result = np.arange(count)
    inside = np.flatnonzero(are_inside(label, left, right))
    order = inside[np.argsort(label[left[inside]], kind="stable")]
    bounds = np.flatnonzero(
        np.r_[True, np.diff(label[left[order]]) != 0, True] if len(order) else [True]
    )
    same_by, different_by = _by_component(same, label), _by_component(different, label)
    compared = set(label[left[order]].tolist()) if same_by else set()
    for component in sorted(same_by.keys() - compared):
        _link(
            {}, same_by[component], different_by.get(component, ()), threshold, result
        )
    for begin, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        rows = order[begin:end]
        component = int(label[left[rows[0]]])
        scores = dict(
            zip(
                zip(left[rows].tolist(), right[rows].tolist(), strict=True),
                score[rows].tolist(),
                strict=True,
            )
        )
        _link(
            scores, same_by.get(component, ()), different_by.get(component, ()),
            threshold, result,
        )  # fmt: skip
    return result


def _by_component(pairs: Collection[Pair], label: Array) -> dict[int, list[Pair]]:
    found: defaultdict[int, list[Pair]] = defaultdict(list)
    for a, b in pairs:
        if label[a] == label[b]:
            found[int(label[a])].append((min(a, b), max(a, b)))
    return found


def _link(
    scores: dict[Pair, float], same: Collection[Pair], different: Collection[Pair],
    threshold: float, result: Array,
) -> None:  # fmt: skip
    if len(scores) == 1 and not same and not different:
        ((a, b), score) = next(iter(scores.items()))
        if score > threshold:
            result[b] = a
        return
    groups, between, barred = _start(scores, same, different)
    while True:
        best, chosen = threshold, None
        for (a, b), (total, pairs) in between.items():
            if (a, b) in barred:
                continue
            all_pairs = len(groups[a]) * len(groups[b])
            mean = (total + NEVER_COMPARED * (all_pairs - pairs)) / all_pairs
            if mean > best or (mean == best and chosen and (a, b) < chosen):
                best, chosen = mean, (a, b)
        if chosen is None:
            break
        _merge(*chosen, groups, between, barred)
    for members in groups.values():
        result[members] = min(members)


def _start(
    scores: dict[Pair, float], same: Collection[Pair], different: Collection[Pair]
) -> tuple[dict[int, list[int]], dict[Pair, tuple[float, int]], set[Pair]]:
    records = {r for pairs in (scores, same, different) for pair in pairs for r in pair}
    groups = {record: [record] for record in records}
    between = {pair: (score, 1) for pair, score in scores.items()}
    barred = set(different)
    home = {record: record for record in records}
    for a, b in sorted(same):
        one, two = sorted((home[a], home[b]))
        if one != two and (one, two) not in barred:
            for record in groups[two]:
                home[record] = one
            _merge(one, two, groups, between, barred)
    return groups, between, barred


def _merge(
    one: int, two: int, groups: dict[int, list[int]],
    between: dict[Pair, tuple[float, int]], barred: set[Pair],
) -> None:  # fmt: skip
    groups[one] += groups.pop(two)
    between.pop((one, two), None)
    for other in groups:
        if other == one:
            continue
        old, new = (
            (min(two, other), max(two, other)),
            (min(one, other), max(one, other)),
        )
        if old in barred:
            barred.discard(old)
            barred.add(new)
        total, pairs = between.pop(old, (0.0, 0))
        if pairs:
            known = between.get(new, (0.0, 0))
            between[new] = (known[0] + total, known[1] + pairs)
