"""What matching remembers of a survey record: read once, at arrival, and kept.

Everything is in the form in which it is compared; nothing is looked up or parsed again
afterwards. Reading what was read before changes nothing.
"""

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

# How precisely a birth is known.
UNKNOWN, AGE, YEAR, DAY = range(4)
MALE, FEMALE = 1, 2
RELATIONS = (
    "",
    "head",
    "spouse",
    "child",
    "parent",
    "grandchild",
    "sibling",
    "other",
)
MAX_PERSONS = 16
MAX_WORDS = 6


# Tuples with names, and not dataclasses: a request opens sixty records, and these are made
# and turned into columns by the interpreter itself.
class Person(NamedTuple):
    """One line of a roster.

    `words` are syllable skeletons, family name first; `toned` the words with their
    tones, blank when a mark is missing. `personal` is the 12-digit number, `card` the
    older one of 9 digits; both may be mistyped and then have another length.
    """

    words: tuple[str, ...] = ()
    toned: str = ""
    sex: int = UNKNOWN
    year: int = 0
    month: int = 0
    day: int = 0
    precision: int = UNKNOWN
    personal: str = ""
    card: str = ""
    phone: str = ""
    relation: int = 0


class Features(NamedTuple):
    """One survey record, ready to be compared.

    `numbers` are house, lane and flat numbers, `street` the words of the street;
    `at` is the time of the visit in days since 1970. `same_family` is the record that
    the people visited said they belong to.
    """

    record_id: str
    persons: tuple[Person, ...] = ()
    ward: str = ""
    group: str = ""
    numbers: tuple[str, ...] = ()
    street: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    accuracy: float | None = None
    at: float = 0.0
    enumerator: str = ""
    entity: str = ""
    same_family: str = ""


def to_json(features: Features) -> str:
    """The compact form that is kept with a record."""
    return json.dumps(features, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Features:
    """What `to_json` wrote."""
    return _features(json.loads(text))


def from_many(texts: Iterable[str]) -> list[Features]:
    """What `to_json` wrote of several records, read as one."""
    return [_features(row) for row in json.loads(f"[{','.join(texts)}]")]


def _features(row: list[Any]) -> Features:
    (
        record_id, persons, ward, group, numbers, street, phones, *others,
    ) = row  # fmt: skip
    return Features(
        record_id,
        tuple([Person(tuple(words), *rest) for words, *rest in persons]),
        ward, group, tuple(numbers), tuple(street), tuple(phones), *others,
    )  # fmt: skip
