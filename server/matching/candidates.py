"""The records a record is compared with: bounded, however large the registry is.

Each key is looked up for a few rows only; one that more records share is passed over,
because every pair that matters has others (`domain.matching.keys`). A household that is
visited every year for decades makes its own keys common, so keys that belong to persons
are also followed when few households share them.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from server.domain.matching.features import Features
from server.domain.matching.keys import COMMON, SECRET, keys_of
from server.matching import looking_up
from server.matching.hashing import hashes_of

# Rows looked at of one key at most.
MOST = 3 * COMMON
# Keys that name a person, or the household itself.
_OF_PEOPLE = (SECRET, "born:", "full:", "entity:")
HouseholdsOf = Callable[[Collection[str]], dict[str, str]]
# Candidates by id, each with its features as they are kept.
Candidates = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class _Keys:
    """The keys of a record, and those of them that are followed when they are common."""

    all: frozenset[int]
    followed: frozenset[int]


def candidates_of(features: Features, households_of: HouseholdsOf) -> Candidates:
    """Other records that share a key with this one that few have."""
    return candidates_of_each([features], households_of)[0]


def candidates_of_each(
    records: Sequence[Features], households_of: HouseholdsOf
) -> list[Candidates]:
    """The candidates of each of some records, for which the database is asked twice or
    three times in all."""
    asked = [_keys(record) for record in records]
    rows = looking_up.numbers_by_key(
        frozenset().union(*(keys.all for keys in asked)), MOST + 1
    )
    common = {key for key, numbers in rows.items() if len(numbers) > COMMON}
    followed = common.intersection(frozenset().union(*(k.followed for k in asked)))
    common -= _of_few_households({key: rows[key] for key in followed}, households_of)
    near = {key: numbers for key, numbers in rows.items() if key not in common}
    sealed = looking_up.sealed_by_number({n for each in near.values() for n in each})
    found = []
    for record, keys in zip(records, asked, strict=True):
        numbers = {number for key in keys.all & near.keys() for number in near[key]}
        each = dict(sealed[number] for number in numbers if number in sealed)
        each.pop(record.record_id, None)
        found.append(each)
    return found


def _keys(features: Features) -> _Keys:
    keys = keys_of(features)
    hashed = hashes_of(keys)
    followed = (
        number
        for number, key in zip(hashed, keys, strict=True)
        if key.startswith(_OF_PEOPLE)
    )
    return _Keys(frozenset(hashed), frozenset(followed))


def _of_few_households(
    rows: dict[int, list[int]], households_of: HouseholdsOf
) -> set[int]:
    """Those of some common keys that few households share, though many records do.

    A name that is common in a nation shows so in its first rows; only where it does not
    are all of them looked at.
    """
    for few in (COMMON + 1, COMMON + 5, MOST + 1):
        ids = looking_up.ids_by_number(
            {n for each in rows.values() for n in each[:few]}
        )
        homes = households_of(set(ids.values()))
        rows = {
            key: numbers
            for key, numbers in rows.items()
            if len({homes.get(ids[n], "") for n in numbers[:few] if n in ids}) <= COMMON
        }
        if not rows:
            break
    return set(rows)
