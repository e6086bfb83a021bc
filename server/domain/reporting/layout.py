"""The header of a table as a grid: which cells are merged over which columns and rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from server.domain.reporting.definition import Heading, Words


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """A cell of the header, counted from 0; `width` and `height` are what it covers."""

    name: Words
    row: int
    column: int
    width: int
    height: int


def header_grid(headings: Sequence[Heading]) -> tuple[tuple[HeaderCell, ...], ...]:
    """The rows of the header from above; a column without a heading over it is high."""
    depth = max((each.depth for each in headings), default=1)
    grid: list[list[HeaderCell]] = [[] for _ in range(depth)]
    _fill(headings, grid, 0, 0)
    return tuple(map(tuple, grid))


def _fill(
    headings: Sequence[Heading], grid: list[list[HeaderCell]], row: int, column: int
) -> None:
    for each in headings:
        height = 1 if each.below else len(grid) - row
        grid[row].append(HeaderCell(each.name, row, column, each.width, height))
        _fill(each.below, grid, row + 1, column)
        column += each.width
