"""How the cells of a list are understood where they can be read two ways.

The rows stay as they were typed. What the columns hold is counted over all of them, said
by a person, and applied each time the list is read.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from server.db import db, transaction
from server.domain.problems import Problem, Refused
from server.domain.register.converting import DAYS, LETTERS, Found, Reading, look_at
from server.domain.register.translating import Line
from server.imports import queries
from server.imports.tables import ImportRow, RegisterImport
from server.imports.telling import Told

AT_ONCE = 1000
# What a person says of a column beside what it is: the kind of saying, and its values.
SAYINGS: Mapping[str, tuple[str, ...]] = {"letters": LETTERS, "days": DAYS}
Said = Mapping[str, Mapping[int, Mapping[int, str]]]  # by kind, sheet and place


def columns_of(sheet: Mapping[str, Any]) -> dict[int, str]:
    """What the columns of a sheet are, by their place."""
    return {int(place): key for place, key in sheet["columns"].items() if key}


def reading_of(sheet: Mapping[str, Any]) -> Reading:
    """How the columns of a sheet are read."""
    return Reading(
        columns_of(sheet),
        letters=_by_place(sheet.get("letters")),
        days=_by_place(sheet.get("days")),
        found={
            place: Found.from_dict(kept)
            for place, kept in _by_place(sheet.get("found")).items()
        },
    )


def look_at_rows(one: RegisterImport) -> None:
    """Count over all rows of a list what its columns hold, without keeping a word."""
    sheets = {sheet["number"]: sheet for sheet in one.sheets}
    found: dict[int, dict[int, Found]] = {number: {} for number in sheets}
    last = 0
    while rows := rows_after(one.id, last):
        for row in rows:
            sheet = sheets[row.sheet]
            if sheet["heading_row"] and row.number > sheet["heading_row"]:
                look_at(found[row.sheet], columns_of(sheet), row.cells)
        last = rows[-1].id
    with transaction():
        locked = queries.locked(one.id, "analysing")
        locked.sheets = [
            {
                **sheet,
                "found": {
                    str(place): each.as_dict()
                    for place, each in found[sheet["number"]].items()
                },
            }
            for sheet in locked.sheets
        ]


def rows_after(import_id: int, last: int) -> list[ImportRow]:
    """The next rows of a list, in the order of the file."""
    return list(
        db.session.scalars(
            select(ImportRow)
            .where(ImportRow.import_id == import_id, ImportRow.id > last)
            .order_by(ImportRow.id)
            .limit(AT_ONCE)
        )
    )


def lines_of(
    rows: Iterable[ImportRow], reading: Reading, sheet: Mapping[str, Any]
) -> tuple[list[Line], list[Told]]:
    """The rows as they are understood, and what is to be asked of their cells."""
    lines, told = [], []
    for row in rows:
        cells, asked = reading.read(row.cells)
        lines.append(Line(row.number, cells))
        told += [
            Told(
                sheet["number"], row.number, each.place, each.code, True,
                {"value": each.value, "read": each.read},
            )
            for each in asked
        ]  # fmt: skip
    return lines, told


def with_sayings(sheet: dict[str, Any], said: Said) -> dict[str, Any]:
    """The sheet with what a person says of its columns; a blank leaves a question."""
    for kind, values in SAYINGS.items():
        given = said.get(kind, {}).get(sheet["number"])
        if given is None:
            continue
        for value in given.values():
            if value and value not in values:
                values_said = {"value": value}
                raise Refused(Problem("import_column_unknown", "columns", values_said))
        kept = {str(place): value for place, value in sorted(given.items()) if value}
        sheet = {**sheet, kind: kept}
    return sheet


def examples_of(
    rows: Sequence[Sequence[str]], reading: Reading, place: int, most: int
) -> tuple[str, ...]:
    """Some cells of a column that are a question while nobody said how to read it."""
    unsaid = Reading(reading.columns, found=reading.found)
    found: list[str] = []
    for cells in rows:
        _read, asked = unsaid.read(cells)
        found += [each.value for each in asked if each.place == place]
        if len(found) >= most:
            break
    return tuple(found[:most])


def _by_place(kept: Mapping[str, Any] | None) -> dict[int, Any]:
    return {int(place): value for place, value in (kept or {}).items()}
