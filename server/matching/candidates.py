"""The records a record is compared with: bounded, however large the registry is.

Each key is looked up for a few rows only; one that more records share is passed over,
because every pair that matters has others (`domain.matching.keys`). A household that is
visited every year for decades makes its own keys common, so keys that belong to persons
are also followed when few households share them.
"""

from collections import defaultdict
from collections.abc import Callable, Collection
from functools import lru_cache

from sqlalchemy import TextClause, select, text

from server.db import db
from server.domain.matching.features import Features
from server.domain.matching.keys import COMMON, SECRET, keys_of
from server.matching.hashing import hashes_of
from server.matching.tables import RecordFeatures

# Rows looked at of one key at most.
MOST = 3 * COMMON
# Keys that name a person, or the household itself.
_OF_PEOPLE = (SECRET, "born:", "full:", "entity:")
HouseholdsOf = Callable[[Collection[str]], dict[str, str]]


def candidates_of(features: Features, households_of: HouseholdsOf) -> set[str]:
    """Other records that share a key with this one that few have."""
    keys = keys_of(features)
    hashed = hashes_of(keys)
    is_followed = {
        number
        for number, key in zip(hashed, keys, strict=True)
        if key.startswith(_OF_PEOPLE)
    }
    found, many = set(), []
    for key, numbers in _rows_of(hashed).items():
        if len(numbers) <= COMMON:
            found |= numbers
        elif key in is_followed:
            many.append(numbers)
    ids = _record_ids(found.union(*many))
    if many:
        homes = households_of(set(ids.values()))
        for numbers in many:
            shared_by = {homes.get(ids[number], "") for number in numbers}
            if len(shared_by) <= COMMON:
                found |= numbers
    return {ids[number] for number in found} - {features.record_id}


def _rows_of(keys: list[int]) -> dict[int, set[int]]:
    """The numbers of records under each key, at most one more than `MOST`."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    if keys:
        given = {f"key_{place}": key for place, key in enumerate(keys)}
        for key, number in db.session.execute(_looking_up(len(keys)), given):
            found[key].add(number)
    return found


@lru_cache(maxsize=256)
def _looking_up(count: int) -> TextClause:
    """One statement for all keys, so that a remote database is asked once."""
    each = (
        "SELECT * FROM (SELECT key, number FROM matching_keys"  # noqa: S608 - numbers only
        f" WHERE key = :key_{place} LIMIT {MOST + 1}) AS rows_{place}"
        for place in range(count)
    )
    return text(" UNION ALL ".join(each))


def _record_ids(numbers: Collection[int]) -> dict[int, str]:
    rows = db.session.execute(
        select(RecordFeatures.number, RecordFeatures.record_id).where(
            RecordFeatures.number.in_(sorted(numbers))
        )
    )
    return dict(rows.all())
