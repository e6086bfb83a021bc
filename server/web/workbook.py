"""Lists as files for Excel.

A file is written completely before its first byte is sent: a list cut short by an error
must not look like a whole one. Rows are read and written one by one, so memory does
not grow with the list.

XLSX keeps types: numbers can be summed, days sorted, and codes such as 00123 keep their
zeros because text is written as text. CSV is for other programs, in the form that a
Vietnamese Excel opens right with a double click: UTF-8 with a byte order mark (without
it the letters break), semicolons (where the comma marks decimals, Excel takes the
semicolon for separator), decimal commas and days as dd/mm/yyyy.

Text that a spreadsheet would run as a formula is disarmed in both.
"""

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO, Protocol

import xlsxwriter
from flask import send_file
from markupsafe import Markup
from werkzeug.wrappers import Response
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from server import clock
from server.clock import VIETNAM
from server.web.page import written

IN_MEMORY = 1_000_000
LONGEST_CELL = 32_767  # Excel's limit
_FORMULA = re.compile(r"^[\s\0]*[=+\-@\t\r|%]")
_DAMAGED_BY_EXCEL = re.compile(r"0\d+|\d{12,}")
_NUMBERS = frozenset({"number", "money"})
_FORMATS = {
    "number": "#,##0.##",
    "money": "#,##0",
    "day": "dd/mm/yyyy",
    "instant": "dd/mm/yyyy hh:mm",
}
_WIDTHS = {"number": 12, "money": 16, "day": 12, "instant": 17}
_MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


class TableColumn(Protocol):
    """What is needed of a column; `server.web.listing.Column` fits."""

    @property
    def label(self) -> str: ...
    @property
    def value(self) -> Callable[[Any], Any]: ...
    @property
    def kind(self) -> str: ...


def send_table(
    name: str, kind: str, columns: Sequence[TableColumn], rows: Iterable[Any]
) -> Response:
    """The rows as a download, called by the list and the day."""
    write = write_xlsx if kind == "xlsx" else write_csv
    return send_file(
        write(columns, rows),
        mimetype=_MEDIA_TYPES[kind],
        as_attachment=True,
        download_name=f"{name}-{clock.today():%Y%m%d}.{kind}",
    )


def write_xlsx(columns: Sequence[TableColumn], rows: Iterable[Any]) -> BinaryIO:
    """A workbook with one sheet, its header in place while scrolling."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with _written_file() as file, xlsxwriter.Workbook(file, options) as book:
        _fill(book, columns, rows)
    return file


def write_csv(columns: Sequence[TableColumn], rows: Iterable[Any]) -> BinaryIO:
    """The same as text."""
    with _written_file() as file:
        text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerow([_csv_text(column.label) for column in columns])
        for row in rows:
            writer.writerow([_csv(_plain(c.kind, c.value(row))) for c in columns])
        text.detach()
    return file


def is_formula(text: str) -> bool:
    """Whether a spreadsheet might run this instead of showing it."""
    return bool(_FORMULA.match(text))


@contextmanager
def _written_file() -> Iterator[BinaryIO]:
    """A file to fill, at its beginning again afterwards; gone when filling it fails."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - sent later
    try:
        yield file  # type: ignore[misc]
    except BaseException:
        file.close()
        raise
    file.seek(0)


def _fill(
    book: xlsxwriter.Workbook, columns: Sequence[TableColumn], rows: Iterable[Any]
) -> None:
    sheet = book.add_worksheet()
    formats = {
        kind: book.add_format({"num_format": pattern})
        for kind, pattern in _FORMATS.items()
    }
    disarmed = book.add_format({"quote_prefix": True})
    header = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    for place, column in enumerate(columns):
        sheet.set_column(place, place, _WIDTHS.get(column.kind, 24))
        sheet.write_string(0, place, column.label, header)
    sheet.freeze_panes(1, 0)
    last = 0
    for last, row in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            value = _plain(column.kind, column.value(row))
            _write(sheet, last, place, value, formats.get(column.kind), disarmed)
    if columns:
        sheet.autofilter(0, 0, last, len(columns) - 1)


def _plain(kind: str, value: Any) -> Any:
    """The value without markup, instants by the clock in Vietnam."""
    if value is None:
        return ""
    if isinstance(value, Markup):
        return " ".join(value.striptags().split())
    if isinstance(value, datetime):
        return value.astimezone(VIETNAM).replace(tzinfo=None, microsecond=0)
    if isinstance(value, date):
        return value
    if kind in _NUMBERS and isinstance(value, int | float | Decimal):
        return value
    return str(written(kind, value))


def _write(
    sheet: Worksheet,
    row: int,
    place: int,
    value: Any,
    shown_as: Format | None,
    disarmed: Format,
) -> None:
    if isinstance(value, datetime | date):
        sheet.write_datetime(row, place, value, shown_as)
    elif isinstance(value, str):
        if value:
            shown_as = disarmed if is_formula(value) else None
            sheet.write_string(row, place, value[:LONGEST_CELL], shown_as)
    else:
        sheet.write_number(row, place, value, shown_as)


def _csv(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, str):
        return _csv_text(value)
    return str(value).replace(".", ",")


def _csv_text(text: str) -> str:
    """Disarmed by an apostrophe; codes that Excel would take for numbers, and cut, by
    a tab, which Excel hides and other programs strip."""
    if is_formula(text):
        return f"'{text}"
    return f"\t{text}" if _DAMAGED_BY_EXCEL.fullmatch(text) else text
