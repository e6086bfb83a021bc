"""How common a name or a phone is, counted in the registry that is being matched.

A registry that has just begun knows too little about names, so its counts are mixed
with those of the population the model was trained on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from server.domain.matching.features import Features
from server.domain.matching.table import PHONES, Array, Table, phones_of


@dataclass(frozen=True, slots=True)
class Bits:
    """For every person -log2 of how frequent the name is, whole and given; for every
    phone of every record in how many records it stands; and how many persons there are
    in all."""

    full: Array
    given: Array
    phones: Array
    persons: int


@dataclass(slots=True)
class Counts:
    """How many persons bear a name, how many records a phone; `persons` in all."""

    persons: int = 0
    full: dict[str, int] = field(default_factory=dict)
    given: dict[str, int] = field(default_factory=dict)
    phones: dict[str, int] = field(default_factory=dict)

    def add(self, features: Features) -> None:
        """Count one more record."""
        for person in features.persons:
            self.persons += 1
            for counts, key in (
                (self.full, " ".join(person.words)),
                (self.given, person.words[-1] if person.words else ""),
            ):
                counts[key] = counts.get(key, 0) + 1
        for phone in phones_of(features):
            self.phones[phone] = self.phones.get(phone, 0) + 1


def bits_of(table: Table) -> Bits:
    """The frequencies of a table that is itself the registry."""
    full = _own(table.persons["full"])
    given = _own(table.persons["given"])
    phones = table.records["phones"]
    _numbers, back, counts = np.unique(phones, return_inverse=True, return_counts=True)
    repeats = counts[back.reshape(phones.shape)].astype(np.float32)
    return Bits(full, given, repeats, max(int(table.first[-1]), 1))


def bits_from(records: Sequence[Features], counts: Counts) -> Bits:
    """The frequencies of a few records, looked up in the counts of the registry."""
    total = max(counts.persons, 1)
    named = [person.words for record in records for person in record.persons]
    full = [counts.full.get(" ".join(words), 1) / total for words in named]
    given = [counts.given.get(words[-1] if words else "", 1) / total for words in named]
    phones = []
    for record in records:
        row = [counts.phones.get(phone, 1) for phone in phones_of(record)]
        phones.append(row + [0] * (PHONES - len(row)))
    # As precise as `bits_of`, so that a pair has one score wherever it is compared.
    return Bits(
        -np.log2(full or [1]).astype(np.float32),
        -np.log2(given or [1]).astype(np.float32),
        np.array(phones, np.float32),
        total,
    )


def _own(column: Array) -> Array:
    _, back, counts = np.unique(column, return_inverse=True, return_counts=True)
    return -np.log2(counts[back] / max(len(column), 1)).astype(np.float32)
