"""The pairs of records that share a key, whole registry at once."""

import numpy as np

from server.domain.matching.keys import COMMON
from server.domain.matching.table import Array

MANY = 1 << 22


def pairs_of_keys(
    keys: Array, owners: Array, count: int, common: int = COMMON
) -> Array:
    """Codes `left * count + right` of the pairs, sorted, each once, left < right.

    `keys` and `owners` run side by side; a key that more than `common` records have is
    passed over. Keys are taken a part at a time, so that sorting them needs little room.
    """
    parts = max(1, len(keys) // MANY)
    found = np.empty(0, np.int64)
    for part in range(parts):
        rows = np.flatnonzero(keys % parts == part)
        some = _pairs(keys[rows], owners[rows], count, common)
        found = distinct(np.concatenate([found, some]) if part else some)
    return found


def distinct(codes: Array) -> Array:
    """Numbers sorted, each once. Many times faster than `np.unique`, which hashes."""
    codes = np.sort(codes, axis=None)
    if not len(codes):
        return codes
    found: Array = codes[np.r_[True, codes[1:] != codes[:-1]]]
    return found


def _pairs(keys: Array, owners: Array, count: int, common: int) -> Array:
    order = np.argsort(keys, kind="stable")
    keys, owners = keys[order], owners[order]
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
    sizes = np.diff(np.r_[starts, len(keys)])
    found = [np.empty(0, np.int64)]
    for size in range(2, common + 1):
        left, right = np.triu_indices(size, 1)
        begins = starts[sizes == size][:, None]
        one, other = owners[begins + left], owners[begins + right]
        low, high = np.minimum(one, other), np.maximum(one, other)
        found.append(distinct(low.astype(np.int64) * count + high))
    codes: Array = np.concatenate(found)
    different: Array = codes[codes // count != codes % count]
    return different
