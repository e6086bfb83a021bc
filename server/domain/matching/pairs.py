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
    passed over.
    """
    order = np.argsort(keys, kind="stable")
    keys, owners = keys[order], owners[order]
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
    sizes = np.diff(np.r_[starts, len(keys)])
    found: list[Array] = []
    for size in np.unique(sizes):
        if not 2 <= size <= common:
            continue
        left, right = np.triu_indices(int(size), 1)
        begins = starts[sizes == size]
        step = max(1, MANY // len(left))
        for at in range(0, len(begins), step):
            block = begins[at : at + step, None]
            one, other = owners[block + left], owners[block + right]
            low, high = np.minimum(one, other), np.maximum(one, other)
            codes = (low.astype(np.int64) * count + high).ravel()
            found.append(np.unique(codes))
    if not found:
        return np.empty(0, np.int64)
    codes = np.unique(np.concatenate(found))
    different: Array = codes[codes // count != codes % count]
    return different
