"""Who changes class between two readings of the same households, and how many where.

A class is a category of the law, or "cannot be classified"; sub-types of being poor are
one class. Counting is by columns, so it holds for a whole register.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from server.domain.poverty.columns import Classes
from server.domain.poverty.pack import PovertyCategory
from server.domain.scenarios.population import Population
from server.domain.scenarios.priority import PRIORITY_GROUPS

# The last class is of households that cannot be classified.
CLASSES = (*(each.value for each in PovertyCategory), "")
UNCLASSIFIED = len(CLASSES) - 1
# Fewer households than this name their families to whoever knows the place. Ours, not
# the law's: statistics offices of many countries draw the line at three to ten.
SMALL = 5
Codes = npt.NDArray[np.int8]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Line:
    """Some households: `moved[from][to]` counts them by class before and after."""

    key: str
    moved: Counts

    @property
    def households(self) -> int:
        return int(self.moved.sum())

    @property
    def changed(self) -> int:
        """How many of them change class."""
        return self.households - int(np.trace(self.moved))

    def before(self, category: str) -> int:
        """How many are of a class by the standard."""
        return int(self.moved[CLASSES.index(category)].sum())

    def after(self, category: str) -> int:
        """How many are of a class by the scenario."""
        return int(self.moved[:, CLASSES.index(category)].sum())

    def into(self, category: str) -> int:
        """How many come to a class."""
        place = CLASSES.index(category)
        return int(self.moved[:, place].sum() - self.moved[place, place])

    def out_of(self, category: str) -> int:
        """How many leave a class."""
        place = CLASSES.index(category)
        return int(self.moved[place].sum() - self.moved[place, place])


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The same households in several ways. Wards and ethnic groups add up to the
    whole; priority groups overlap."""

    whole: Line
    wards: tuple[Line, ...]  # key: the id of the ward, "0" where it is not known
    ethnicity: tuple[Line, ...]  # key: the code of the group
    groups: tuple[Line, ...]  # key: the code of a priority group
    people: int
    without_size: int  # households of which the number of people is not known


def class_codes(classes: Classes) -> Codes:
    """The class of every household as its place in CLASSES."""
    places = [CLASSES.index(each.category.value) for each in classes.outcomes]
    table = np.array([*places, UNCLASSIFIED], np.int8)  # UNKNOWN, -1, is the last
    return table[classes.codes]


def is_small(count: int) -> bool:
    """Whether a number is to be used with care: somebody, but hardly anybody."""
    return 0 < count < SMALL


def break_down(population: Population, before: Codes, after: Codes) -> Breakdown:
    """Count who changes class, as a whole and in parts."""
    cells = before.astype(np.int64) * len(CLASSES) + after
    sizes = population.sizes
    return Breakdown(
        whole=Line("", _square(np.bincount(cells, minlength=len(CLASSES) ** 2))),
        wards=tuple(_lines(population.wards, cells)),
        ethnicity=tuple(_lines(population.ethnicity, cells)),
        groups=tuple(_overlapping(population.groups, cells)),
        people=int(sizes.sum()),
        without_size=int(np.count_nonzero(sizes == 0)),
    )


def movers(
    before: Codes, after: Codes, source: str | None = None, target: str | None = None
) -> npt.NDArray[np.intp]:
    """The rows that change class; of one class, or into one, when that is asked."""
    chosen = before != after
    if source is not None:
        chosen &= before == CLASSES.index(source)
    if target is not None:
        chosen &= after == CLASSES.index(target)
    return np.flatnonzero(chosen)


def _lines(keys: npt.NDArray[Any], cells: Counts) -> Iterator[Line]:
    names, places = np.unique(keys, return_inverse=True)
    square = len(CLASSES) ** 2
    found = np.bincount(places * square + cells, minlength=len(names) * square)
    for name, counts in zip(names, found.reshape(len(names), square), strict=True):
        yield Line(str(name), _square(counts))


def _overlapping(groups: npt.NDArray[np.int8], cells: Counts) -> Iterator[Line]:
    for group, column in zip(PRIORITY_GROUPS, groups, strict=True):
        found = np.bincount(cells[column == 1], minlength=len(CLASSES) ** 2)
        yield Line(group.code, _square(found))


def _square(counts: Counts) -> Counts:
    return counts.reshape(len(CLASSES), len(CLASSES))


def moved_pairs(line: Line) -> Sequence[tuple[str, str, int]]:
    """Every change that somebody undergoes: from, to and how many, most first."""
    found = [
        (CLASSES[start], CLASSES[end], int(line.moved[start, end]))
        for start in range(len(CLASSES))
        for end in range(len(CLASSES))
        if start != end and line.moved[start, end]
    ]
    return sorted(found, key=lambda each: -each[2])
