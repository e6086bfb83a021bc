"""Many records as columns: what the vectorised comparison works on.

Words, numbers and codes become integers that are equal when the texts are; persons of
all records lie one after another, those of record i from `first[i]` to `first[i + 1]`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from server.domain.matching.features import MAX_WORDS, RELATIONS, Features, Person

Array = np.ndarray[Any, np.dtype[Any]]
PHONES, NUMBERS, STREET, MIDDLE = 4, 6, 4, 4
WORD_BITS = (1 << 63) - 1


@dataclass(slots=True)
class Table:
    """Columns by name, of records (`records`) and of persons (`persons`).

    `words` has every word once; columns of words hold its number plus one, 0 for none.
    """

    ids: list[str]
    first: Array
    records: dict[str, Array]
    persons: dict[str, Array]
    words: list[str]

    def __len__(self) -> int:
        return len(self.ids)


def code(text: str) -> int:
    """An integer for a text, the same within one run; 0 for none."""
    return hash(text) & WORD_BITS or 1 if text else 0


# What is as it stands with the person, or with the record.
_PERSON_NUMBERS: dict[str, Any] = {
    "sex": np.int8, "year": np.int16, "month": np.int8, "day": np.int8,
    "precision": np.int8, "relation": np.int8,
}  # fmt: skip
_RECORD_TEXTS = ("ward", "group", "enumerator", "entity", "same_family")
_HEAD = RELATIONS.index("head")


def table_of(features: Iterable[Features]) -> Table:
    """The columns of some records.

    Made column by column and not record by record: a request waits for this.
    """
    records = [*features]
    columns = _turned(records, Features._fields)
    rosters = columns["persons"]
    persons = [*chain.from_iterable(rosters)]
    first = _starts(rosters)
    # Columns of nobody cannot be indexed at all; this line belongs to no record.
    person_columns, words = _of_persons(persons or [Person()])
    record_columns = _of_records(records, columns)
    relation = person_columns["relation"][: len(persons)]
    record_columns["head"] = _heads(first, relation)
    return Table([*columns["record_id"]], first, record_columns, person_columns, words)


def _of_records(
    records: Sequence[Features], columns: dict[str, Sequence[Any]]
) -> dict[str, Array]:
    found = {name: _codes(columns[name]) for name in _RECORD_TEXTS}
    place = np.array([columns["latitude"], columns["longitude"]], np.float64)
    # A position of which one half is missing is none.
    place[:, np.isnan(place).any(axis=0)] = np.nan
    found["latitude"], found["longitude"] = place
    found["accuracy"] = np.nan_to_num(np.array(columns["accuracy"], np.float32))
    found["at"] = np.array(columns["at"], np.float64)
    found["phones"] = _wide([phones_of(record) for record in records], PHONES)
    found["numbers"] = _wide(columns["numbers"], NUMBERS)
    found["street"] = _wide(columns["street"], STREET)
    return found


def _of_persons(persons: Sequence[Person]) -> tuple[dict[str, Array], list[str]]:
    """The columns of persons, and the words of their names, each once."""
    told = _turned(persons, Person._fields)
    columns = {name: np.array(told[name], k) for name, k in _PERSON_NUMBERS.items()}
    columns["full"] = _codes([*map(" ".join, told["words"])])
    columns["toned"] = _codes(told["toned"])
    columns["phone"] = _codes(told["phone"])
    for kind in ("personal", "card"):
        numbers = [int(text or 0) for text in told[kind]]
        columns[kind] = np.array(numbers, np.int64)
        columns[f"{kind}_length"] = np.array([*map(len, told[kind])], np.int8)
    names, words = _names(told["words"])
    return columns | names, words


def _names(named: Sequence[tuple[str, ...]]) -> tuple[dict[str, Array], list[str]]:
    """The words of each name by number: family name first, given name last."""
    spoken = [*chain.from_iterable(named)]
    words = [*dict.fromkeys(spoken)]
    number = {word: place for place, word in enumerate(words, 1)}
    # One more behind the last, so that a name of no words may be looked at and left out.
    line = np.array([*map(number.__getitem__, spoken), 0], np.int32)
    start = _starts(named)
    count = np.diff(start)
    begin, used = start[:-1], np.minimum(count, MAX_WORDS)
    place = np.arange(1, MIDDLE + 1)
    inner = np.minimum(begin[:, None] + place, len(spoken))
    return {
        "count": count.astype(np.int8),
        "bag": _bags(words, line, start),
        "family": np.where(used > 1, line[begin], 0),
        "given": np.where(used > 0, line[begin + np.maximum(used - 1, 0)], 0),
        "middle": np.where(place < used[:, None] - 1, line[inner], 0),
    }, words


def _bags(words: Sequence[str], line: Array, start: Array) -> Array:
    """A number that is equal for names of the same words in another order."""
    value = (_codes(["", *words]) >> 4)[line]
    # It may run over; what is left of a difference is right all the same.
    total = np.concatenate([[0], value.cumsum()])
    bags: Array = (total[start[1:]] - total[start[:-1]]) & WORD_BITS
    return bags


def _turned(rows: Sequence[Any], names: Sequence[str]) -> dict[str, Sequence[Any]]:
    """Rows as columns, by name."""
    columns: Sequence[Any] = [*zip(*rows, strict=True)] or [()] * len(names)
    return dict(zip(names, columns, strict=True))


def _starts(lists: Sequence[Sequence[Any]]) -> Array:
    """Where each list begins when they lie one after another, and where the last ends."""
    found: Array = np.array([0, *map(len, lists)], np.int64).cumsum()
    return found


def _codes(texts: Sequence[str]) -> Array:
    """What `code` says of many texts."""
    found = np.array([*map(hash, texts)], np.int64) & WORD_BITS
    is_told = np.fromiter(map(bool, texts), np.bool_, len(texts))
    codes: Array = np.maximum(found, is_told)
    return codes


def _wide(lists: Sequence[Sequence[str]], width: int) -> Array:
    """The codes of the first texts of each list, and 0 for those it does not have."""
    start = _starts(lists)
    codes = _codes([*chain.from_iterable(lists), ""])
    place = np.minimum(start[:-1, None] + np.arange(width), len(codes) - 1)
    return np.where(np.arange(width) < np.diff(start)[:, None], codes[place], 0)


def _heads(first: Array, relation: Array) -> Array:
    """The line of each head, the first line where nobody is called that."""
    head: Array = first[:-1].copy()
    lines = np.flatnonzero(relation == _HEAD)[::-1]
    # Written from the last to the first, so that the first of two heads stays.
    head[np.searchsorted(first, lines, "right") - 1] = lines
    return head


def phones_of(record: Features) -> list[str]:
    """The phones of a record that are compared, the household's own first."""
    own = [person.phone for person in record.persons if person.phone]
    return [*dict.fromkeys([*record.phones, *own])][:PHONES]
