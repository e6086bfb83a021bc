"""Matching a whole registry on one machine: read, pair, score, link.

Memory stays bounded because records become columns a few thousand at a time and pairs
are scored a few ten thousand at a time, on every core there is.
"""

import mmap
import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from server.domain.matching.adapting import own_link
from server.domain.matching.frequencies import bits_of
from server.domain.matching.joining import Growing, join
from server.domain.matching.keys import keys_of
from server.domain.matching.lines import read_line
from server.domain.matching.linkage import (
    WEAK,
    are_inside,
    components,
    households,
    missing_pairs,
)
from server.domain.matching.meaning import own_meaning
from server.domain.matching.model import Model
from server.domain.matching.pairs import pairs_of_keys, sides
from server.domain.matching.scoring import CHUNK, Prepared, score_many
from server.domain.matching.table import Array, Table, code, table_of
from server.domain.matching.words import Relations
from server.domain.problems import Problem, Refused

LINES = 4000
Report = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Registry:
    """Records as columns, and the numbers of the records of each pair to compare."""

    table: Table
    left: Array
    right: Array


@dataclass(frozen=True, slots=True)
class Matched:
    """The pairs that were compared, their bits, the household of each record, the
    threshold at which households were cut, and the slope and shift that make bits
    log-odds in this registry."""

    left: Array
    right: Array
    bits: Array
    household: Array
    link: float
    meaning: tuple[float, float]


def read(lines: Iterable[str], report: Report) -> Registry:
    """The records of all lines, and the pairs of them that share a key.

    Raises Refused at the first line that cannot be read, and for a file without any.
    """
    keys, owners = Growing(), Growing()
    table = join(_tables(lines, keys, owners, report))
    if not len(table):
        raise Refused(Problem("matching_file_empty"))
    if len({*table.ids}) < len(table):
        twice, often = Counter(table.ids).most_common(1)[0]
        raise Refused(Problem("matching_id_twice", values={"value": twice, "n": often}))
    codes = pairs_of_keys(keys.whole(), owners.whole(np.int32), len(table))
    return Registry(table, *sides(codes, len(table)))


def _tables(
    lines: Iterable[str], keys: Growing, owners: Growing, report: Report
) -> Iterator[Table]:
    """The records of some lines after the other; their keys are laid aside, with the
    numbers of the records that have them."""
    count = 0
    with _workers() as each:
        for number, found in enumerate(each(_read, _batches(lines))):
            if isinstance(found, Problem):
                raise Refused(found)
            table, codes, sizes = found
            keys.add(codes)
            some = np.arange(count, count + len(table), dtype=np.int32)
            owners.add(np.repeat(some, sizes))
            count += len(table)
            report("read", (number + 1) * LINES, 0)
            yield table


def match(model: Model, registry: Registry, report: Report) -> Matched:
    """Every household of a registry."""
    table, left, right = registry.table, registry.left, registry.right
    count = len(table)
    prepared = Prepared(table, Relations(table.words), bits_of(table))
    bits = score_all(model, prepared, left, right, report)
    strong = bits > WEAK
    label = components(count, left[strong], right[strong])
    # Of pairs that do not hang together nothing is asked any more.
    inside = are_inside(label, left, right)
    left, right, bits = left[inside], right[inside], bits[inside]
    more_left, more_right = missing_pairs(label, left, right)
    more = score_all(model, prepared, more_left, more_right, report)
    left, right = np.r_[left, more_left], np.r_[right, more_right]
    bits = np.r_[bits, more]
    link = own_link(left, right, bits, model.zones)
    home = households(count, left, right, bits, threshold=link)
    return Matched(left, right, bits, home, link, meaning_here(bits, link, model))


def meaning_here(bits: Array, link: float, model: Model) -> tuple[float, float]:
    """What bits mean in this registry. One too small to tell takes them as the model
    does, moved by as much as it cuts its clusters elsewhere."""
    slope, shift = model.calibration
    usual = slope, shift + slope * (model.zones.link - link)
    return own_meaning(bits, model.slopes, usual)


def score_all(
    model: Model, prepared: Prepared, left: Array, right: Array, report: Report
) -> Array:
    """Score pairs on every core."""
    global _task  # noqa: PLW0603 - workers inherit it by forking, without copying
    # Every worker writes into the same memory: nothing is sent and laid together.
    room = mmap.mmap(-1, max(8 * len(left), 1))
    bits: Array = np.frombuffer(room, np.float64, len(left))
    _task = (model, prepared, left, right, bits)
    starts = range(0, len(left), CHUNK)
    with _workers() as each:
        for number, _ in enumerate(each(_score, starts)):
            report("compare", min((number + 1) * CHUNK, len(left)), len(left))
    _task = None
    return bits


def chances(matched: Matched) -> Array:
    """How likely each pair is one household, in this registry."""
    slope, shift = matched.meaning
    found: Array = 1 / (1 + np.exp2(-(slope * matched.bits + shift)))
    return found


def membership(matched: Matched) -> Array:
    """How likely each record is in the right household: mean of its pairs within it;
    for one alone, that none of its candidates belongs to it."""
    count = len(matched.household)
    chance = chances(matched)
    together = matched.household[matched.left] == matched.household[matched.right]
    total, pairs, most = np.zeros(count), np.zeros(count), np.zeros(count)
    for side in (matched.left, matched.right):
        np.add.at(total, side[together], chance[together])
        np.add.at(pairs, side[together], 1)
        np.maximum.at(most, side[~together], chance[~together])
    return np.where(pairs > 0, total / np.maximum(pairs, 1), 1 - most)


_task: tuple[Model, Prepared, Array, Array, Array] | None = None


def _score(start: int) -> None:
    if _task is None:
        raise RuntimeError("scoring was asked for outside score_all")
    model, prepared, left, right, bits = _task
    part = slice(start, start + CHUNK)
    bits[part] = score_many(model, prepared, left[part], right[part])


def _read(numbered: tuple[int, Sequence[str]]) -> tuple[Table, Array, Array] | Problem:
    """A batch of lines as columns. What is wrong comes back as a value, because a
    refusal cannot travel from one process to another."""
    start, lines = numbered
    records = []
    for number, line in enumerate(lines, start + 1):
        if not line.strip():
            continue
        record = read_line(number, line)
        if isinstance(record, Problem):
            return record
        records.append(record)
    keys = [keys_of(record) for record in records]
    codes = np.array([code(key) for of_one in keys for key in of_one], np.int64)
    return table_of(records), codes, np.array([len(k) for k in keys], np.int32)


def _batches(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    rest, start = iter(lines), 0
    while batch := [*islice(rest, LINES)]:
        yield start, batch
        start += len(batch)


class _workers:  # noqa: N801 - reads as what it gives
    """Processes that share what was there before them; one where that cannot be."""

    def __init__(self) -> None:
        self.pool: Any = None
        cores = os.cpu_count() or 1
        if cores > 1 and "fork" in multiprocessing.get_all_start_methods():
            self.pool = multiprocessing.get_context("fork").Pool(cores)

    def __enter__(
        self,
    ) -> Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]:
        return self.pool.imap if self.pool else map

    def __exit__(self, *problem: object) -> None:
        if self.pool:
            self.pool.terminate()
            self.pool.join()
