"""Which line of one roster is which line of the other: one to one, strongest first."""

import numpy as np

from server.domain.matching.table import Array


def roster_pairs(first: Array, left: Array, right: Array) -> tuple[Array, Array, Array]:
    """All pairs of lines of the records of each pair: number of the pair, both lines."""
    size_l, size_r = first[left + 1] - first[left], first[right + 1] - first[right]
    sizes = size_l * size_r
    pair = np.repeat(np.arange(len(left)), sizes)
    begin = np.cumsum(sizes) - sizes
    place = np.arange(len(pair)) - begin[pair]
    width = size_r[pair]
    return pair, first[left][pair] + place // width, first[right][pair] + place % width


def assign(pair: Array, left: Array, right: Array, weight: Array) -> Array:
    """Positions of the chosen rows: of each pair of records the heaviest, then the
    heaviest of what both have left, as long as it weighs anything."""
    order = np.lexsort((right, left, -weight, pair))
    order = order[weight[order] > 0]
    chosen = []
    while len(order):
        pairs = pair[order]
        is_first = np.r_[True, pairs[1:] != pairs[:-1]]
        top = order[is_first]
        chosen.append(top)
        mine = top[np.cumsum(is_first) - 1]
        order = order[(left[order] != left[mine]) & (right[order] != right[mine])]
    if not chosen:
        return np.empty(0, np.int64)
    positions: Array = np.concatenate(chosen)
    return positions
