"""Many records as columns: what the vectorised comparison works on.

Words, numbers and codes become integers that are equal when the texts are; persons of
all records lie one after another, those of record i from `first[i]` to `first[i + 1]`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from typing import Any

import numpy as np

from server.domain.matching.features import MAX_WORDS, Features, Person

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


# What is as it stands with the person.
_PERSON_COLUMNS: dict[str, Any] = {
    "sex": np.int8, "year": np.int16, "month": np.int8, "day": np.int8,
    "precision": np.int8, "relation": np.int8,
}  # fmt: skip
_RECORD_COLUMNS: dict[str, Any] = {
    "ward": np.int64, "group": np.int64, "latitude": np.float64, "longitude": np.float64,
    "accuracy": np.float32, "at": np.float64, "enumerator": np.int64, "entity": np.int64,
    "same_family": np.int64,
}  # fmt: skip


def table_of(features: Iterable[Features]) -> Table:
    """The columns of some records."""
    ids: list[str] = []
    first = [0]
    records: list[tuple[Any, ...]] = []
    persons: list[Person] = []
    several: list[list[int]] = []
    for record in features:
        ids.append(record.record_id)
        records.append(_record_row(record))
        several.append(_several(record))
        persons += record.persons
        first.append(len(persons))
    lists = np.array(several, np.int64).reshape(-1, PHONES + NUMBERS + STREET)
    record_columns = _columns(records, _RECORD_COLUMNS)
    record_columns["head"] = _heads(first, [person.relation for person in persons])
    record_columns["phones"] = lists[:, :PHONES]
    record_columns["numbers"] = lists[:, PHONES : PHONES + NUMBERS]
    record_columns["street"] = lists[:, PHONES + NUMBERS :]
    # Columns of nobody cannot be indexed at all; this line belongs to no record.
    person_columns, words = _of_persons(persons or [Person()])
    return Table(
        ids, np.array(first, np.int64), record_columns, person_columns, [*words]
    )


def _of_persons(persons: Sequence[Person]) -> tuple[dict[str, Array], dict[str, int]]:
    """The columns of persons, filled one after the other, and the words of names."""
    words: dict[str, int] = {}
    named = [_word_row(person.words, words) for person in persons]
    names = np.array(named, np.int32).reshape(-1, 2 + MIDDLE)
    columns = {
        name: np.array([*map(attrgetter(name), persons)], kind)
        for name, kind in _PERSON_COLUMNS.items()
    }
    columns["full"] = _codes([" ".join(person.words) for person in persons])
    columns["toned"] = _codes([person.toned for person in persons])
    columns["phone"] = _codes([person.phone for person in persons])
    columns["bag"] = _bags(persons)
    columns["count"] = np.array([len(person.words) for person in persons], np.int8)
    for kind in ("personal", "card"):
        texts = [*map(attrgetter(kind), persons)]
        columns[kind] = np.array([int(text or 0) for text in texts], np.int64)
        columns[f"{kind}_length"] = np.array([*map(len, texts)], np.int8)
    columns["family"], columns["given"] = names[:, 0], names[:, 1]
    columns["middle"] = names[:, 2:]
    return columns, words


def _codes(texts: Sequence[str]) -> Array:
    return np.array([hash(t) & WORD_BITS or 1 if t else 0 for t in texts], np.int64)


def _bags(persons: Sequence[Person]) -> Array:
    """A number that is equal for names of the same words in another order."""
    known = {word: code(word) >> 4 for person in persons for word in person.words}
    sums = [sum([known[word] for word in person.words]) for person in persons]
    return np.array([each & WORD_BITS for each in sums], np.int64)


def _heads(first: list[int], relations: list[int]) -> Array:
    """The line of each head, the first line where nobody is called that."""
    head = np.array(first[:-1], np.int64)
    for record, (start, end) in enumerate(pairwise(first)):
        for line in range(start, end):
            if relations[line] == 1:
                head[record] = line
                break
    return head


def _columns(rows: list[tuple[Any, ...]], kinds: dict[str, Any]) -> dict[str, Array]:
    by_column: Sequence[Any] = [*zip(*rows, strict=True)] or [()] * len(kinds)
    return {
        name: np.array(values, kind)
        for (name, kind), values in zip(kinds.items(), by_column, strict=True)
    }


def _record_row(record: Features) -> tuple[Any, ...]:
    has_position = record.latitude is not None and record.longitude is not None
    return (
        code(record.ward),
        code(record.group),
        record.latitude if has_position else np.nan,
        record.longitude if has_position else np.nan,
        record.accuracy or 0.0,
        record.at,
        code(record.enumerator),
        code(record.entity),
        code(record.same_family),
    )


def phones_of(record: Features) -> list[str]:
    """The phones of a record that are compared, the household's own first."""
    own = [person.phone for person in record.persons if person.phone]
    return [*dict.fromkeys([*record.phones, *own])][:PHONES]


def _several(record: Features) -> list[int]:
    row = [0] * (PHONES + NUMBERS + STREET)
    for start, width, values in (
        (0, PHONES, phones_of(record)),
        (PHONES, NUMBERS, record.numbers),
        (PHONES + NUMBERS, STREET, record.street),
    ):
        for place, value in enumerate(values[:width], start):
            row[place] = code(value)
    return row


def _word_row(keys: tuple[str, ...], words: dict[str, int]) -> list[int]:
    numbers = [words.setdefault(word, len(words)) + 1 for word in keys[:MAX_WORDS]]
    if not numbers:
        return [0] * (2 + MIDDLE)
    family = numbers[0] if len(numbers) > 1 else 0
    middle = numbers[1:-1]
    return [family, numbers[-1], *middle, *([0] * (MIDDLE - len(middle)))]
