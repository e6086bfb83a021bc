"""What computed rows say, as one hash a row: comparing databases without holding them.

Sealed columns are compared by what they hold; the bytes differ each time they are
written.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable
from functools import cache
from typing import Any

from sqlalchemy import Select, inspect, select

from server.db import GIVEN, db
from server.dispatch.tables import Publication
from server.registry.queries import in_chunks
from server.registry.tables import (
    HouseholdMemberRow,
    HouseholdRecord,
    HouseholdRow,
    PersonIdentifier,
)
from server.review.proposals import proposals_of
from server.status.tables import AssessmentRow

# (table, key of the row) -> hash of what the row says
Fingerprints = dict[tuple[str, ...], str]
OF_HOUSEHOLDS: tuple[Any, ...] = (
    HouseholdRow,
    HouseholdRecord,
    HouseholdMemberRow,
    PersonIdentifier,
)
OF_RESULTS: tuple[Any, ...] = (AssessmentRow, Publication)
# When and under which number a row was made is no part of what it says.
_INCIDENTAL = frozenset({"id", "created_at"})


def of_households(
    household_ids: Collection[str], tables: tuple[Any, ...] = OF_HOUSEHOLDS
) -> Fingerprints:
    """Everything computed about these households in the `tables`."""
    found: Fingerprints = {}
    for table in tables:
        wanted, keys = _asked(table)
        for chunk in in_chunks(household_ids):
            for row in db.session.scalars(wanted, {"given": chunk}):
                key = tuple(str(getattr(row, name)) for name in keys)
                found[table.__tablename__, *key] = _hash(row, frozenset())
    return found


@cache
def _asked(table: Any) -> tuple[Select[Any], tuple[str, ...]]:
    """The statement for the rows of some households, and what tells the rows apart."""
    column = table.id if table is HouseholdRow else table.household_id
    keys = tuple(key.key for key in inspect(table).primary_key)
    return select(table).where(column.in_(GIVEN)), keys


def of_proposals(record_ids: Collection[str]) -> Fingerprints:
    """Every proposal about these records."""
    return {
        ("merge_proposals", row.left_record_id, row.right_record_id): _hash(
            row, _INCIDENTAL
        )
        for row in proposals_of(record_ids)
    }


def differences(
    before: Fingerprints, after: Fingerprints
) -> Iterable[tuple[tuple[str, ...], str]]:
    """The rows that differ, with "added", "removed" or "changed", in a fixed order."""
    for key in sorted(before.keys() | after.keys()):
        if key not in before:
            yield key, "added"
        elif key not in after:
            yield key, "removed"
        elif before[key] != after[key]:
            yield key, "changed"


def count(
    changes: Iterable[tuple[tuple[str, ...], str]],
) -> Counter[tuple[str, str]]:
    """How many rows of each table were added, removed and changed."""
    return Counter((key[0], kind) for key, kind in changes)


def _hash(row: Any, besides: frozenset[str]) -> str:
    columns = _columns(type(row))
    values = {name: getattr(row, name) for name in columns if name not in besides}
    plain = json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(plain.encode()).hexdigest()


@cache
def _columns(table: Any) -> tuple[str, ...]:
    return tuple(column.key for column in inspect(table).columns)
