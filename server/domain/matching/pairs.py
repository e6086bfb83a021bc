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
        rows = _rows(keys, parts, part)
        some = _pairs(keys[rows], owners[rows], count, common)
        del rows
        old = len(found)
        # Grown and cut off where it lies: a copy would be the most a run ever holds.
        found.resize(old + len(some), refcheck=False)
        found[old:] = some
        found.resize(_once(found), refcheck=False)
    return found


def sides(codes: Array, count: int) -> tuple[Array, Array]:
    """Both records of each pair."""
    left, right = np.empty(len(codes), np.int32), np.empty(len(codes), np.int32)
    for at in range(0, len(codes), MANY):
        part = slice(at, at + MANY)
        left[part], right[part] = np.divmod(codes[part], max(count, 1))
    return left, right


def _rows(keys: Array, parts: int, part: int) -> Array:
    """Where the keys of one part stand."""
    found = [
        np.flatnonzero(keys[at : at + MANY] % parts == part) + at
        for at in range(0, len(keys), MANY)
    ]
    return np.concatenate([np.empty(0, np.int64), *found])


def _once(codes: Array) -> int:
    """Sort numbers and lay each of them once at the beginning; how many these are.

    Many times faster than `np.unique`, which hashes, and in the room of the numbers.
    """
    codes.sort()
    kept, last = 0, None
    for at in range(0, len(codes), MANY):
        part = codes[at : at + MANY]
        is_new = np.r_[last is None or part[0] != last, part[1:] != part[:-1]]
        last, some = part[-1], part[is_new]
        codes[kept : kept + len(some)] = some
        kept += len(some)
    return kept


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
        codes = low.astype(np.int64) * count + high
        codes = codes[low != high]
        found.append(codes[: _once(codes)])
    return np.concatenate(found)
