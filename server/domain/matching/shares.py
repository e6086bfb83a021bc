"""What each evidence adds to the scores of a few pairs, all tables at once.

`boosting.contributions` says the same of one pair, table by table; a test holds the two
equal. Here every table becomes a row of one array, so that a pair costs microseconds:
it is what a request waits for.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from server.domain.matching.boosting import Lookup
from server.domain.matching.household_levels import NAMES
from server.domain.matching.table import Array

# A question that no band reaches: a table that asks less than others.
NEVER = 255
# Models that are kept laid out: the one in force, and some that are tried.
MODELS = 4


@dataclass(frozen=True, slots=True)
class Shares:
    """Of each table the questions, and of each place in it its bits and what every
    answer added; `start` is the mean of all tables, `owner` to which evidence a question belongs."""

    columns: Array
    least: Array
    bits: Array
    added: Array
    owner: Array
    start: float

    def of(self, prior: float, bands: Array) -> tuple[float, Array]:
        """What holds before anything is seen, and the bits of each evidence by row."""
        table = np.arange(len(self.columns))
        added = self.added[table, self._places(bands)].reshape(len(bands), -1)
        # No product of matrices: its threads cost a request more than they save.
        row = np.arange(len(bands))[:, None] * len(NAMES)
        parts = np.bincount(
            (row + self.owner).ravel(), added.ravel(), len(bands) * len(NAMES)
        )
        return prior + self.start, parts.reshape(len(bands), len(NAMES))

    def total(self, prior: float, bands: Array) -> Array:
        """The bits of each row, without saying from what they come."""
        found = self.bits[np.arange(len(self.columns)), self._places(bands)]
        total: Array = prior + found.sum(axis=1)
        return total

    def _places(self, bands: Array) -> Array:
        """Where each table is looked up for each row."""
        places = np.zeros((len(bands), len(self.columns)), np.int64)
        for position in range(self.columns.shape[1]):
            answers = bands[:, self.columns[:, position]] >= self.least[:, position]
            places += answers.astype(np.int64) << position
        return places


def shares(lookups: tuple[Lookup, ...]) -> Shares:
    """The tables of a model, laid out once for as long as the model is there.

    Known by identity: to hash hundreds of tables takes longer than to score with them.
    """
    known = _laid.get(id(lookups))
    if known is None or known[0] is not lookups:
        while len(_laid) >= MODELS:
            _laid.pop(next(iter(_laid)), None)
        known = _laid[id(lookups)] = (lookups, _lay(lookups))
    return known[1]


def _lay(lookups: tuple[Lookup, ...]) -> Shares:
    deep = max((len(lookup.questions) for lookup in lookups), default=0)
    columns = np.zeros((len(lookups), deep), np.int64)
    least = np.full((len(lookups), deep), NEVER, np.int64)
    bits = np.zeros((len(lookups), 1 << deep))
    added = np.zeros((len(lookups), 1 << deep, deep))
    start = 0.0
    for row, lookup in enumerate(lookups):
        mean, steps = _steps(lookup.bits, lookup.counts, len(lookup.questions))
        start += mean
        bits[row, : len(steps)] = lookup.bits
        added[row, : len(steps), : steps.shape[1]] = steps
        for position, question in enumerate(lookup.questions):
            columns[row, position] = question.column
            least[row, position] = question.least
    return Shares(columns, least, bits, added, columns.ravel(), start)


def _steps(
    bits: Sequence[float], counts: Sequence[float], deep: int
) -> tuple[float, Array]:
    """The mean of a table, and how each answer moves the mean of what is left."""
    value, weight = np.array(bits), np.array(counts)
    places = np.arange(len(value))
    mean = float((value * weight).sum() / weight.sum())
    before = np.full(len(value), mean)
    steps = np.zeros((len(value), deep))
    for position in range(deep):
        known = places & ((2 << position) - 1)
        total = np.bincount(known, weights=value * weight)
        mass = np.bincount(known, weights=weight)
        after = (total / np.maximum(mass, 1e-300))[known]
        steps[:, position] = after - before
        before = after
    return mean, steps


# Each with the tables themselves, so that no others can take their identity.
_laid: dict[int, tuple[tuple[Lookup, ...], Shares]] = {}
