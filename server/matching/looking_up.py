"""The statements by which records are found for comparison, one for each engine.

A request waits for them, so each is one text whatever it is asked for: many values go in
as one, and neither the program nor the database has to read a statement it has not seen.
"""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import text

from server.db import db

_BY_KEY = {
    "sqlite": text(
        "SELECT given.value, (SELECT json_group_array(number) FROM"
        " (SELECT number FROM matching_keys WHERE key = given.value"
        " ORDER BY number LIMIT :most)) FROM json_each(:given) AS given"
    ),
    "postgresql": text(
        "SELECT given.key, ARRAY(SELECT number FROM matching_keys"
        " WHERE matching_keys.key = given.key ORDER BY number LIMIT :most)"
        " FROM unnest(CAST(:given AS bigint[])) AS given(key)"
    ),
}
_IDS = {
    "sqlite": text(
        # Left alone it takes the row, which it finds by the same number.
        "SELECT number, record_id FROM record_features"
        " INDEXED BY ix_record_features_covering"
        " WHERE number IN (SELECT value FROM json_each(:given))"
    ),
    "postgresql": text(
        "SELECT number, record_id FROM record_features"
        " WHERE number = ANY(CAST(:given AS integer[]))"
    ),
}
_BY_NUMBER = {
    "sqlite": text(
        "SELECT number, record_id, content FROM record_features"
        " WHERE number IN (SELECT value FROM json_each(:given))"
    ),
    "postgresql": text(
        "SELECT number, record_id, content FROM record_features"
        " WHERE number = ANY(CAST(:given AS integer[]))"
    ),
}
_BY_RECORD = {
    "sqlite": text(
        "SELECT record_id, content FROM record_features"
        " WHERE record_id IN (SELECT value FROM json_each(:given))"
    ),
    "postgresql": text(
        "SELECT record_id, content FROM record_features"
        " WHERE record_id = ANY(CAST(:given AS varchar[]))"
    ),
}


def numbers_by_key(keys: Collection[int], most: int) -> dict[int, list[int]]:
    """The numbers of records under each key, the lowest first, so many at most."""
    rows = _ask(_BY_KEY, sorted(keys), most=most)
    if db.engine.dialect.name == "sqlite":
        rows = [(key, json.loads(numbers)) for key, numbers in rows]
    return {key: numbers for key, numbers in rows if numbers}


def ids_by_number(numbers: Collection[int]) -> dict[int, str]:
    """The ids of records."""
    return dict(_ask(_IDS, sorted(numbers)))


def sealed_by_number(numbers: Collection[int]) -> dict[int, tuple[str, bytes]]:
    """The id and the sealed features of records."""
    rows = _ask(_BY_NUMBER, sorted(numbers))
    return {number: (record_id, content) for number, record_id, content in rows}


def sealed_by_record(record_ids: Collection[str]) -> dict[str, bytes]:
    """The sealed features of those records that were read."""
    return dict(_ask(_BY_RECORD, sorted(record_ids)))


def _ask(
    statements: dict[str, Any], given: list[int] | list[str], **others: int
) -> list[Any]:
    if not given:
        return []
    name = db.engine.dialect.name
    values = json.dumps(given) if name == "sqlite" else given
    found = db.session.execute(statements[name], {"given": values, **others})
    return [*found.all()]  # at once: one by one takes longer than finding them
