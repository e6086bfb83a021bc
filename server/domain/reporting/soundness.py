"""What must hold of a table before anybody signs it."""

from collections.abc import Iterator

from server.domain.reporting.definition import Balance
from server.domain.reporting.table import TOTAL, Check, Row, Table


def checks_of(table: Table) -> Iterator[Check]:
    """Rows of places add up to the total, which is counted by itself; a movement comes
    out even on every row; no group is larger than all together."""
    if table.definition.is_of_places:
        yield Check("sum_of_rows", tuple(_uneven_sums(table, _lines(table))))
    elif table.definition.rows == "ethnicities":
        rows = [each for each in _lines(table) if not each.is_subtotal]
        yield Check("sum_of_rows", tuple(_uneven_sums(table, rows)))
    if not table.definition.is_of_places:
        yield Check("within_total", tuple(_beyond_total(table)))
    balance = table.definition.balance
    if balance is not None and not table.standard_changed:
        broken = (r.key for r in table.rows if not _is_even(table, r, balance))
        yield Check("balance", tuple(broken))


def overlap_of(table: Table) -> int:
    """How many more there are in the rows than households: they stand in several."""
    if table.definition.rows not in ("groups", "causes"):
        return 0
    once, in_rows = 0, 0
    for measure in table.measures:
        if measure.count == "households" and "." not in measure.code:
            here = [table.cells[r.key, measure.code].counted for r in _lines(table)]
            in_rows += sum(map(len, here))
            once += len({household for cell in here for household, _ in cell})
    return in_rows - once


def _lines(table: Table) -> list[Row]:
    return [each for each in table.rows if each.key != TOTAL]


def _uneven_sums(table: Table, rows: list[Row]) -> Iterator[str]:
    for measure in table.measures:
        if measure.is_rate:
            continue
        parts = [table.cells[each.key, measure.code].value for each in rows]
        total = table.cells[TOTAL, measure.code].value
        if None in parts or total is None:
            continue
        if sum(part for part in parts if part is not None) != total:
            yield measure.code


def _beyond_total(table: Table) -> Iterator[str]:
    for measure in table.measures:
        total = table.cells[TOTAL, measure.code].value
        for row in _lines(table):
            value = table.cells[row.key, measure.code].value
            if None not in (value, total) and value > total:  # type: ignore[operator]
                yield f"{row.key}:{measure.code}"


def _is_even(table: Table, row: Row, balance: Balance) -> bool:
    def value(column: str) -> int:
        found = table.cells[row.key, column].value
        return int(found) if found is not None else 0

    left = sum(map(value, balance.decreases))
    joined = sum(map(value, balance.increases))
    return value(balance.end) == value(balance.start) - left + joined
