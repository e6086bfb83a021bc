"""A filled table: every number with the households that it counts.

A number nobody can know from the register is no zero: it is left open, and the table
says which facts are missing, of how many households.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from server.domain.reporting.definition import Definition, Heading, Measure, Words

TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a place, or a group of households by `where`. The total has neither."""

    key: str
    name: Words
    place: str | None = None
    where: Mapping[str, Any] = field(default_factory=dict)
    is_subtotal: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A number: `counted` are (household, how many it counts for), which add up to it;
    of `unknown` it is not known whether they belong.

    `value` is None when the number cannot be given.
    """

    value: int | Decimal | None
    counted: tuple[tuple[str, int], ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact the register does not have: of which column, for which households; or
    (`places`) for which places nobody has entered how many live there."""

    column: str
    name: Words
    households: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """Something that has to hold of a table, and where it does not."""

    code: str  # sum_of_rows | balance | within_total
    broken: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return not self.broken


@dataclass(frozen=True, slots=True)
class Table:
    """A definition filled from a register."""

    definition: Definition
    headings: tuple[Heading, ...]
    rows: tuple[Row, ...]  # the total is the last
    cells: Mapping[tuple[str, str], Cell]
    missing: tuple[Missing, ...]
    checks: tuple[Check, ...]
    overlap: int  # how often households are counted in more than one row
    standard_changed: bool

    @property
    def measures(self) -> tuple[Measure, ...]:
        return tuple(each for top in self.headings for each in top.measures())

    @property
    def is_sound(self) -> bool:
        return all(each.holds for each in self.checks)

    def cell(self, row: str, column: str) -> Cell:
        """Raises KeyError for a row or column that the table does not have."""
        return self.cells[row, column]

    def is_shown(self, measure: Measure) -> bool:
        """Between two yardsticks nothing has moved."""
        return not (measure.is_movement and self.standard_changed)

    def name_of(self, column: str) -> Words:
        """What a column is called, with what stands above it."""
        path = _path(self.headings, column)
        return Words(
            ": ".join(each.name.vi for each in path),
            ": ".join(each.name.en for each in path),
        )


def percent(part: int, whole: int) -> Decimal:
    """Two decimals, halves upwards, as people round."""
    return (Decimal(part) * 100 / Decimal(whole)).quantize(
        Decimal("0.01"), ROUND_HALF_UP
    )


def _path(headings: Sequence[Heading], column: str) -> tuple[Heading, ...]:
    for each in headings:
        if each.measure is not None and each.measure.code == column:
            return (each,)
        if below := _path(each.below, column):
            return (each, *below)
    return ()
