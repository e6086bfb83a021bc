"""The heading of a sheet: found by its words, as it was the last time, or pointed at.

Title rows and headings of several merged rows are read wrongly now and then. Whoever
brings the list says then which row it is, and of how many rows; what each column is
is proposed anew from there. The next list with these headings is found by them.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from server.audit import actions as audit
from server.db import db, transaction
from server.domain.actor import Actor
from server.domain.problems import Problem, Refused
from server.domain.register.converting import read_heading
from server.domain.register.grouping import guess_layout
from server.domain.register.headings import (
    SEARCHED_ROWS,
    Heading,
    find_heading,
    heading_at,
    readings,
)
from server.domain.register.old_letters import FONTS
from server.imports import queries
from server.imports.tables import ImportRow
from server.jobs.actions import enqueue

SHOWN_ROWS = 15
Rows = Sequence[tuple[int, tuple[str, ...]]]


def sheet_of(number: int, title: str, rows: Rows) -> dict[str, Any]:
    """What is known of a sheet: its heading, and what its columns are; a mapping that
    somebody saved goes before what is recognised."""
    variants = _variants(rows)
    for each in variants:
        if remembered := _remembered(each):
            return _sheet(number, title, remembered)
    return _sheet(number, title, _most_known(map(find_heading, variants)))


def layout_of(sheets: Sequence[dict[str, Any]]) -> str:
    """What a row of a list is: as it was said of these headings, or as it looks."""
    first = next((sheet for sheet in sheets if sheet["heading_row"]), None)
    if first is None:
        return "household"
    saved = queries.find_mapping(queries.headings_key(first["texts"]))
    if saved is not None:
        return saved.layout
    return guess_layout({int(place): key for place, key in first["columns"].items()})


def first_rows(import_id: int, sheet: int, limit: int = SHOWN_ROWS) -> Rows:
    """The first rows of a sheet that say anything: (number, cells)."""
    found = db.session.execute(
        select(ImportRow.number, ImportRow.cells)
        .where(ImportRow.import_id == import_id, ImportRow.sheet == sheet)
        .order_by(ImportRow.id)
        .limit(limit)
    )
    return [(number, tuple(map(str, cells))) for number, cells in found]


def say_heading(
    *, by: Actor, import_id: int, sheet: int, row: int, deep: int = 1
) -> None:
    """Say which row of a sheet is its heading, and of how many rows it is; the list is
    read again from there."""
    with transaction():
        one = queries.locked(import_id, "preview")
        known = {each["number"]: each for each in one.sheets}
        variants = _variants(first_rows(import_id, sheet))
        heading = _most_known(heading_at(each, row, deep) for each in variants)
        if sheet not in known or heading is None:
            values = {"value": row, "rows": deep}
            raise Refused(Problem("import_heading_not_there", "row", values))
        said = _sheet(sheet, known[sheet]["name"], heading)
        known[sheet] = {**said, "is_picked": True, "heading_rows": deep}
        one.sheets = list(known.values())
        one.layout = layout_of(one.sheets)
        one.state = "analysing"
        audit.record(
            by=by,
            action="import.heading_said",
            subject_kind="import",
            subject_id=one.id,
            details={"sheet": sheet, "row": row, "rows": deep},
        )
        enqueue("long_list_read", {"import_id": one.id})


def _variants(rows: Rows) -> list[Rows]:
    """The rows as they are, and as they read in the fonts of before Unicode: a heading
    is no datum, so which columns it means is proposed by whatever reads best."""
    found = [rows]
    if any(not cell.isascii() for _number, cells in rows for cell in cells):
        found += [
            [(number, read_heading(cells, font)) for number, cells in rows]
            for font in FONTS
        ]
    return found


def _most_known(headings: Iterable[Heading | None]) -> Heading | None:
    """The one in which most columns are known; the first of several."""
    found = [each for each in headings if each is not None]
    return max(found, key=lambda each: len(each.columns), default=None)


def _sheet(number: int, title: str, heading: Heading | None) -> dict[str, Any]:
    if heading is None:
        return {"number": number, "name": title, "heading_row": 0, "texts": [], "columns": {}, "is_remembered": False}  # fmt: skip
    saved = queries.find_mapping(queries.headings_key(heading.texts))
    columns = {str(place): key for place, key in heading.columns.items()}
    return {
        "number": number,
        "name": title,
        "heading_row": heading.row,
        "texts": list(heading.texts),
        "columns": dict(saved.columns) if saved else columns,
        "is_remembered": saved is not None,
    }


def _remembered(rows: Rows) -> Heading | None:
    """The heading under which somebody said the columns before; the latest, if several."""
    found: dict[str, Heading] = {}
    for place, (number, _cells) in enumerate(rows[:SEARCHED_ROWS]):
        for texts in readings(rows, place):
            heading = Heading(number, texts, {})
            found.setdefault(queries.headings_key(texts), heading)
    key = queries.latest_mapping(list(found))
    return found[key] if key else None
