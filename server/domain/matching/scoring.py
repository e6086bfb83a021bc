"""The score of pairs of records, of one or of millions by the same steps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from server.domain.matching import boosting
from server.domain.matching.features import Features
from server.domain.matching.frequencies import Bits, Counts, bits_from
from server.domain.matching.household_levels import NAMES, Seen, see
from server.domain.matching.model import Model
from server.domain.matching.table import Array, Table, table_of
from server.domain.matching.words import Relations

CHUNK = 30_000


@dataclass(frozen=True, slots=True)
class Prepared:
    """A table with what is looked up for it: relations of words, frequencies."""

    table: Table
    relations: Relations
    bits: Bits


@dataclass(frozen=True, slots=True)
class Part:
    """What one evidence adds: its band, its bits, and the probability after it."""

    evidence: str
    band: int
    bits: float
    probability: float


@dataclass(frozen=True, slots=True)
class PairScore:
    """The bits and the probability that two records are of one household.

    `prior` is what holds before anything is seen; `parts`, heaviest first, add up to
    `bits`. `flip` are the fewest parts without which the verdict would be the other.
    """

    bits: float
    probability: float
    prior: float
    parts: tuple[Part, ...]
    flip: tuple[str, ...]


def prepare(
    records: Sequence[Features], counts: Counts, mine: Sequence[Features] = ()
) -> Prepared:
    """A few records of a registry of which `counts` are known; when every pair to come
    has one of those that are `mine`, less is worked out."""
    table = table_of(records)
    asked = {
        word
        for each in mine or records
        for person in each.persons
        for word in person.words
    }
    return Prepared(table, Relations(table.words, asked), bits_from(records, counts))


def score(model: Model, one: Features, other: Features, counts: Counts) -> PairScore:
    """Compare two records; the sides carry no meaning."""
    prepared = prepare([one, other], counts)
    seen = look(model, prepared, np.array([0]), np.array([1]))
    return explain_bands(model, seen.bands[0])


def score_against(
    model: Model, record: Features, candidates: Sequence[Features], counts: Counts
) -> Array:
    """The bits of one record with each of its candidates."""
    prepared = prepare([record, *candidates], counts)
    others = np.arange(1, len(candidates) + 1)
    return score_many(model, prepared, np.zeros(len(others), np.int64), others)


def score_many(model: Model, prepared: Prepared, left: Array, right: Array) -> Array:
    """The bits of pairs of a table, given by the numbers of their records."""
    found = [
        boosting.score(
            model.tables,
            model.prior,
            look(model, prepared, left[at], right[at]).bands,
        )
        for at in chunks(len(left))
    ]
    return np.concatenate(found) if found else np.empty(0)


def look(model: Model, prepared: Prepared, left: Array, right: Array) -> Seen:
    """What can be seen of some pairs, earlier visit first."""
    earlier, later = in_order(prepared.table, left, right)
    return see(
        prepared.table, prepared.relations, prepared.bits, model.persons, earlier, later
    )


def chunks(count: int, size: int = CHUNK) -> Iterator[slice]:
    """Slices that keep the memory of a run bounded."""
    return (slice(at, min(at + size, count)) for at in range(0, count, size))


def in_order(table: Table, left: Array, right: Array) -> tuple[Array, Array]:
    """The earlier record of each pair, then the later; ids settle what is equal."""
    at = table.records["at"]
    swap = at[left] > at[right]
    for place in np.flatnonzero(at[left] == at[right]).tolist():
        swap[place] = table.ids[left[place]] > table.ids[right[place]]
    return np.where(swap, right, left), np.where(swap, left, right)


def explain_bands(model: Model, bands: Array) -> PairScore:
    """The score of one pair, evidence by evidence."""
    prior, parts = boosting.contributions(model.tables, model.prior, bands)
    return told(model, prior, parts, bands)


def told(model: Model, prior: float, parts: Array, bands: Array) -> PairScore:
    """The score of one pair from the bits of each evidence, heaviest first."""
    order = sorted(range(len(NAMES)), key=lambda c: (-abs(parts[c]), c))
    heaviest, running = [], prior
    for column in order:
        bits = float(parts[column])
        if not bits:
            continue
        running += bits
        heaviest.append(
            Part(
                NAMES[column],
                int(bands[column]),
                bits,
                float(model.probability(running)),
            )
        )
    return PairScore(
        running, float(model.probability(running)), prior, tuple(heaviest),
        _flip(heaviest, running, model.zones.link),
    )  # fmt: skip


def _flip(parts: Sequence[Part], bits: float, threshold: float) -> tuple[str, ...]:
    """The fewest parts whose absence would turn the verdict, heaviest first."""
    is_same = bits > threshold
    gone: list[str] = []
    for part in parts:
        if (part.bits > 0) is not is_same:
            continue
        gone.append(part.evidence)
        bits -= part.bits
        if (bits > threshold) is not is_same:
            return tuple(gone)
    return ()
