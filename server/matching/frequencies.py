"""How common names and phones are: counted on a day, and kept as keyed hashes.

The counts in force are those of the newest row, laid on top of the population the model
learned on. They stay the same until all is counted anew, so that what a pair weighs
depends on the two records and on nothing that arrived between them.
"""

import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
from sqlalchemy import select

from server import clock
from server.db import db, transaction
from server.domain.matching.features import Features
from server.domain.matching.frequencies import Counts
from server.domain.matching.population import population
from server.domain.matching.table import phones_of
from server.matching.hashing import hashes_of
from server.matching.tables import NameFrequencies

_NEWEST = (
    select(NameFrequencies.id, NameFrequencies.at)
    .order_by(NameFrequencies.id.desc())
    .limit(1)
)
# What stands once says no more than what stands nowhere.
LEAST = 2
# Names whose counts are remembered: to hash one takes longer than all else about it.
REMEMBERED = 100_000


@dataclass(frozen=True, slots=True)
class Frequencies:
    """Counts of one day by hash, sorted, to be looked up; names that were looked up are
    `known`, with what the population adds."""

    records: int
    persons: int
    hashes: np.ndarray[Any, np.dtype[np.int64]]
    counts: np.ndarray[Any, np.dtype[np.int32]]
    known: dict[str, dict[str, int]] = field(
        default_factory=lambda: {"full": {}, "given": {}}, compare=False
    )

    def names(self, kind: str, names: Iterable[str]) -> dict[str, int]:
        """How many persons bear each whole or given name, here and in the population;
        each at least one."""
        known = self.known[kind]
        if len(known) > REMEMBERED:
            known.clear()
        # Another thread may forget all of them at any time.
        found = {name: known.get(name, 0) for name in names}
        strange = [name for name, count in found.items() if not count]
        if strange:
            shipped = getattr(population(), kind)
            own = self.of([f"{kind}:{name}" for name in strange])
            counted = {
                name: max(shipped.get(name, 0) + count, 1)
                for name, count in zip(strange, own, strict=True)
            }
            known.update(counted)
            found.update(counted)
        return found

    def of(self, texts: Sequence[str]) -> list[int]:
        """How often each text was counted."""
        if not len(self.hashes) or not texts:
            return [0] * len(texts)
        wanted = np.array(hashes_of(texts), np.int64)
        place = np.minimum(np.searchsorted(self.hashes, wanted), len(self.hashes) - 1)
        found = np.where(self.hashes[place] == wanted, self.counts[place], 0)
        counted: list[int] = found.tolist()
        return counted


def counts_for(records: Iterable[Features]) -> Counts:
    """How common the names of these records are, and the phones that two of them have."""
    own, records = frequencies_in_force(), list(records)
    named = [person.words for record in records for person in record.persons]
    stand = Counter(phone for record in records for phone in phones_of(record))
    # One that only one of them has is on no two sides, whatever its count is.
    phones = [phone for phone, times in stand.items() if times > 1]
    found = own.of([f"phone:{phone}" for phone in phones])
    return Counts(
        population().persons + own.persons,
        own.names("full", {" ".join(words) for words in named}),
        own.names("given", {words[-1] for words in named if words}),
        {phone: max(count, 1) for phone, count in zip(phones, found, strict=True)},
    )


def frequencies_in_force() -> Frequencies:
    """The counts of the last time everything was counted; nothing before that."""
    row = db.session.execute(_NEWEST).one_or_none()
    return _NOTHING if row is None else _read(*row)


class Counting:
    """Counts records one by one, then becomes what is in force."""

    def __init__(self) -> None:
        self.records = self.persons = 0
        self.counts: Counter[str] = Counter()

    def add(self, features: Features) -> None:
        """Count one more record."""
        self.records += 1
        self.persons += len(features.persons)
        for person in features.persons:
            if person.words:
                self.counts[f"full:{' '.join(person.words)}"] += 1
                self.counts[f"given:{person.words[-1]}"] += 1
        for phone in phones_of(features):
            self.counts[f"phone:{phone}"] += 1

    def keep(self) -> NameFrequencies:
        """Let these counts hold from now on."""
        often = {text: n for text, n in self.counts.items() if n >= LEAST}
        hashes = np.array(hashes_of(often), np.int64)
        order = np.argsort(hashes)
        counts = np.array(list(often.values()), np.int32)
        content = hashes[order].tobytes() + counts[order].tobytes()
        with transaction() as session:
            row = NameFrequencies(
                at=clock.now(),
                records=self.records,
                persons=self.persons,
                content=zlib.compress(content),
            )
            session.add(row)
            session.flush()
            return row


@lru_cache(maxsize=2)
def _read(row_id: int, _at: datetime) -> Frequencies:
    # A row never changes, so a process reads it once.
    row = db.session.get_one(NameFrequencies, row_id)
    content = zlib.decompress(row.content)
    size = len(content) // 12
    return Frequencies(
        row.records,
        row.persons,
        np.frombuffer(content, np.int64, size),
        np.frombuffer(content, np.int32, size, offset=8 * size),
    )


_NOTHING = Frequencies(0, 0, np.empty(0, np.int64), np.empty(0, np.int32))
