"""Where two records were taken: door, street, distance and ward, in bands."""

import numpy as np

from server.domain.matching.table import Array, Table


def add_place(table: Table, one: Array, two: Array, columns: dict[str, Array]) -> None:
    """The bands of door, street, distance, ward and group of each pair."""
    r = table.records
    mine, theirs = r["numbers"], r["numbers"]
    have_e, have_l = (mine[one] > 0).sum(axis=1), (theirs[two] > 0).sum(axis=1)
    shared = _overlap(mine[one], theirs[two])
    fewer, more = np.minimum(have_e, have_l), np.maximum(have_e, have_l)
    columns["door"] = np.select(
        [fewer == 0, shared == 0, shared < fewer, (shared < more) | (more == 1)],
        [1, 0, 2, 3],
        np.minimum(2 + more, 6),
    )
    words = _overlap(r["street"][one], r["street"][two])
    have_e, have_l = (
        (r["street"][one] > 0).sum(axis=1),
        (r["street"][two] > 0).sum(axis=1),
    )
    fewer, more = np.minimum(have_e, have_l), np.maximum(have_e, have_l)
    columns["street"] = np.select(
        [fewer == 0, words == 0, words < fewer, words < more], [1, 0, 2, 3], 4
    )
    north = (r["latitude"][one] - r["latitude"][two]) * 111_195
    east = (r["longitude"][one] - r["longitude"][two]) * 111_195
    east = east * np.cos(np.radians(r["latitude"][one]))
    metres = np.sqrt(north**2 + east**2)
    band = np.clip(np.floor(2 * np.log2(np.maximum(metres, 4)) - 3), 1, 26)
    # Nothing known lies between the distances of one house and of another.
    columns["distance"] = np.where(np.isnan(metres), 11, band)
    columns["ward"] = agree(r["ward"], one, two)
    columns["group"] = agree(r["group"], one, two)


def _overlap(left: Array, right: Array) -> Array:
    found = np.zeros(len(left), np.int64)
    for column in range(left.shape[1]):
        mine = left[:, column, None]
        found += ((mine == right) & (mine != 0)).any(axis=1)
    return found


def agree(column: Array, one: Array, two: Array) -> Array:
    """0 differs, 1 not known, 2 equal."""
    mine, theirs = column[one], column[two]
    return np.where((mine == 0) | (theirs == 0), 1, np.where(mine == theirs, 2, 0))
