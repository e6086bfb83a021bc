"""What matching remembers of a survey record: read once, at arrival, and kept.

Everything is in the form in which it is compared; nothing is looked up or parsed again
afterwards. Reading what was read before changes nothing.
"""

import json
from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Person:
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


@dataclass(frozen=True, slots=True)
class Features:
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
    row = [getattr(features, name) for name in Features.__slots__]
    row[1] = [[getattr(p, name) for name in Person.__slots__] for p in features.persons]
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Features:
    """What `to_json` wrote."""
    record_id, persons, *others = json.loads(text)
    rest: list[Any] = [tuple(o) if isinstance(o, list) else o for o in others]
    return Features(
        record_id,
        tuple(Person(tuple(words), *others) for words, *others in persons),
        *rest,
    )
