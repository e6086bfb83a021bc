"""What the page of one import shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from server import clock
from server.db import db
from server.domain.poverty.load import all_packs
from server.domain.problems import Problem
from server.domain.register.columns import register_columns
from server.imports import queries
from server.imports.heading import first_rows
from server.imports.rereading import SAYINGS, examples_of, reading_of
from server.imports.tables import ImportRow, RegisterImport
from server.imports.telling import letters_of
from server.status.tables import Recognition
from server.web.i18n import _, day, language

SAMPLES = 3
SEARCHED_FOR_ODD = 300  # rows
LONGEST_CELL, LONGEST_LINE = 40, 240


@dataclass(frozen=True, slots=True)
class ColumnShown:
    """A column of a sheet: how Excel calls it, its heading, some cells, what it is."""

    place: int
    letters: str
    heading: str
    samples: tuple[str, ...]
    key: str
    odd: Mapping[str, tuple[str, ...]]  # "letters", "days": cells that are a question
    said: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SheetShown:
    """A sheet with its columns; none when no heading was found."""

    number: int
    name: str
    heading_row: int
    is_remembered: bool
    is_picked: bool
    heading_rows: int
    columns: tuple[ColumnShown, ...]
    first: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class ImportPage:
    """Everything about one import."""

    counts: dict[str, int]
    sheets: tuple[SheetShown, ...]
    choices: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    documents: list[dict[str, Any]]
    standards: tuple[tuple[str, str], ...]
    twin: RegisterImport | None
    problems: list[Problem]
    recognitions: list[Recognition]
    is_busy: bool
    is_reread: bool
    done: int
    total: int

    @property
    def asks_reading(self) -> bool:
        """Whether a column waits for somebody to say how it is read."""
        return any(
            not column.said[kind]
            for sheet in self.sheets
            for column in sheet.columns
            for kind in column.odd
        )


def page_of(one: RegisterImport) -> ImportPage:
    """Gather it."""
    is_shown = one.state == "preview"
    counts = queries.counts_of(one.id) if one.state not in ("reading", "analysing") else {}  # fmt: skip
    done, total = _progress(one, counts)
    return ImportPage(
        counts=counts,
        sheets=tuple(_sheet(one, sheet) for sheet in one.sheets) if is_shown else (),
        choices=_choices(),
        documents=_documents(one.id) if is_shown else [],
        standards=_standards(),
        twin=queries.twin_of(one) if is_shown else None,
        problems=[Problem(**each) for each in one.problems],
        recognitions=_recognitions(one.id),
        is_busy=one.state in queries.BUSY,
        is_reread=any(s.get(kind) for s in one.sheets for kind in SAYINGS),
        done=done,
        total=total,
    )


def _documents(import_id: int) -> list[dict[str, Any]]:
    """Days as people write them."""
    days = ("decided_on", "valid_from")
    needed = (*days, "document_number", "signer")
    return [
        {
            **each,
            **{name: day(clock.day_of(each[name])) for name in days},
            "is_whole": all(each[name] for name in needed),
        }
        for each in queries.documents_of(import_id)
    ]


def _progress(one: RegisterImport, counts: dict[str, int]) -> tuple[int, int]:
    """How far the job is; 0 of 0 while nobody knows."""
    if one.state == "analysing":
        return one.household_count, 0
    if one.state == "reading":
        return one.row_count, 0
    if one.state in ("importing", "settling"):
        return one.done_count, counts.get("ready", 0) + counts.get("imported", 0)
    if one.state == "undoing":
        return counts.get("undone", 0), counts.get("undone", 0) + counts.get("imported", 0)  # fmt: skip
    return 0, 0


def _sheet(one: RegisterImport, sheet: dict[str, Any]) -> SheetShown:
    samples = _samples(one.id, sheet) if sheet["heading_row"] else []
    odd = _odd_cells(one.id, sheet)
    return SheetShown(
        number=sheet["number"],
        name=sheet["name"],
        heading_row=sheet["heading_row"],
        is_remembered=sheet["is_remembered"],
        is_picked=sheet.get("is_picked", False),
        heading_rows=sheet.get("heading_rows", 1),
        first=tuple(
            (number, _line(cells)) for number, cells in first_rows(one.id, sheet["number"])
        ),
        columns=tuple(
            ColumnShown(
                place=place,
                letters=letters_of(place),
                heading=" ".join(str(text).split()),
                samples=tuple(
                    cells[place] for cells in samples if place < len(cells) and cells[place]
                ),
                key=sheet["columns"].get(str(place), ""),
                odd=odd.get(place, {}),
                said={k: sheet.get(k, {}).get(str(place), "") for k in SAYINGS},
            )
            for place, text in enumerate(sheet["texts"])
        ),
    )  # fmt: skip


def _odd_cells(
    import_id: int, sheet: dict[str, Any]
) -> dict[int, dict[str, tuple[str, ...]]]:
    """By column and kind of saying, some cells that can be read in two ways."""
    reading = reading_of(sheet)
    asking = {
        place: kind
        for place, each in reading.found.items()
        for kind, count in (
            ("days", each.serials),
            ("letters", each.either + sum(each.fonts.values())),
        )
        if count and (kind == "days" or reading.has_old_letters)
    }
    if not asking:
        return {}
    rows = _samples(import_id, sheet, SEARCHED_FOR_ODD)
    return {
        place: {kind: examples_of(rows, reading, place, SAMPLES)}
        for place, kind in asking.items()
        if place in reading.columns
    }


def _line(cells: Sequence[str]) -> str:
    """A row short enough to know it again."""
    said = (" ".join(cell.split())[:LONGEST_CELL] for cell in cells)
    line = " | ".join(each for each in said if each)
    return f"{line[:LONGEST_LINE]}…" if len(line) > LONGEST_LINE else line


def _samples(
    import_id: int, sheet: dict[str, Any], most: int = SAMPLES
) -> list[list[str]]:
    rows = db.session.scalars(
        select(ImportRow.cells)
        .where(
            ImportRow.import_id == import_id,
            ImportRow.sheet == sheet["number"],
            ImportRow.number > sheet["heading_row"],
        )
        .order_by(ImportRow.id)
        .limit(most)
    )
    return [[str(cell)[:60] for cell in cells] for cells in rows]


def _choices() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """What a column can be, by what becomes of its cells."""
    headings = {
        "person": _("Về người"),
        "household": _("Về hộ"),
        "status": _("Về kết quả công nhận"),
        "said": _("Danh sách ghi thêm (chỉ để xem)"),
        "kept": _("Chỉ lưu lại cùng dòng"),
    }
    return tuple(
        (
            heading,
            tuple(
                (column.key, column.label(language()))
                for column in register_columns().values()
                if column.use == use
            ),
        )
        for use, heading in headings.items()
    )


def _standards() -> tuple[tuple[str, str], ...]:
    packs = [pack for pack in all_packs() if not pack.is_draft]
    is_vi = language() == "vi"
    return tuple((pack.id, pack.name_vi if is_vi else pack.name_en) for pack in packs)


def _recognitions(import_id: int) -> list[Recognition]:
    ids = queries.recognitions_of(import_id)
    return [db.session.get_one(Recognition, each) for each in ids]
