"""A sheet as a workbook in the layout of official papers.

The same sheet gives the same bytes: the parts of the file carry a fixed day, and the
document the day it is dated, never the moment of writing.
"""

import io
from datetime import UTC, datetime, time

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from server.domain.reporting import wording
from server.domain.reporting.wording import said
from server.reports.sheet import Line, Sheet

_HEAD_ROWS = 8
LONGEST_CELL = 32_767  # Excel's limit
_LANDSCAPE_FROM = 6


def write_xlsx(sheet: Sheet) -> bytes:
    """The workbook."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    dated = datetime.combine(sheet.about.dated, time(), UTC).replace(tzinfo=None)
    book.set_properties({"title": sheet.title, "created": dated})
    _Writer(book, sheet).write()
    book.close()
    return file.getvalue()


class _Writer:
    """One sheet being written, from above."""

    def __init__(self, book: xlsxwriter.Workbook, sheet: Sheet) -> None:
        self.sheet = sheet
        self.language = sheet.about.language
        self.paper: Worksheet = book.add_worksheet(sheet.form.replace("/", "-")[:31])
        self.formats = _formats(book)
        self.last = max(sheet.width - 1, 3)

    def write(self) -> None:
        """Head, table, foot."""
        self._prepare()
        self._head()
        row = self._header(_HEAD_ROWS + len(self.sheet.warnings))
        for line in self.sheet.lines:
            self._line(row, line)
            row += 1
        self._foot(row + 1)

    def _prepare(self) -> None:
        paper, sheet = self.paper, self.sheet
        if sheet.width > _LANDSCAPE_FROM:
            paper.set_landscape()
        paper.set_paper(9)  # A4
        paper.fit_to_pages(1, 0)
        paper.set_column(0, 0, 6)
        for column in range(1, sheet.width):
            paper.set_column(column, column, 28 if column in sheet.wide else 12)
        top = _HEAD_ROWS + len(sheet.warnings)
        paper.repeat_rows(top, top + len(sheet.header))
        paper.set_footer("&C&P/&N")

    def _head(self) -> None:
        half = max(self.last // 2, 1)
        right = half + 1
        self._across(0, 0, half, wording.COMMITTEE[self.language], "middle")
        self._across(1, 0, half, self.sheet.about.unit_name.upper(), "bold")
        self._across(0, right, self.last, wording.STATE[self.language], "bold")
        self._across(1, right, self.last, wording.MOTTO[self.language], "bold")
        self._across(2, 0, half, self.sheet.form, "italic")
        self._across(4, 0, self.last, self.sheet.title.upper(), "title")
        self.paper.set_row(4, 40)
        for place, text in enumerate(self.sheet.subtitles, start=5):
            self._across(place, 0, self.last, text, "italic")
        for place, text in enumerate(self.sheet.warnings, start=7):
            self._across(place, 0, self.last, text, "warning")

    def _header(self, top: int) -> int:
        depth = len(self.sheet.header)
        for row in self.sheet.header:
            for cell in row:
                first, name = top + cell.row, cell.name[self.language]
                if cell.width == cell.height == 1:
                    self.paper.write_string(
                        first, cell.column, name, self.formats["heading"]
                    )
                    continue
                self.paper.merge_range(
                    first,
                    cell.column,
                    first + cell.height - 1,
                    cell.column + cell.width - 1,
                    name,
                    self.formats["heading"],
                )
        self.paper.set_row(top + depth - 1, 62)
        for column in range(self.sheet.width):  # the columns' numbers, as papers have
            mark = "AB"[column] if column < 2 else str(column - 1)
            self.paper.write_string(
                top + depth, column, mark, self.formats["column_number"]
            )
        return top + depth + 1

    def _line(self, row: int, line: Line) -> None:
        strong = "strong_" if line.is_strong else ""
        for column, value in enumerate(line.values):
            if value is None:
                self.paper.write_blank(row, column, None, self.formats[f"{strong}cell"])
            elif isinstance(value, str):
                text = value[:LONGEST_CELL]
                self.paper.write_string(
                    row, column, text, self.formats[f"{strong}cell"]
                )
            else:
                kind = "rate" if column in self.sheet.rates else "number"
                self.paper.write_number(
                    row, column, float(value), self.formats[f"{strong}{kind}"]
                )

    def _foot(self, row: int) -> None:
        for text in self.sheet.foot:
            self._across(row, 0, self.last, text, "note")
            self.paper.set_row(row, 15 * (1 + len(text) // 110))
            row += 1
        half = max(self.last // 2, 1)
        dated = self.sheet.about.dated
        written = said(
            wording.DATED,
            self.language,
            day=f"{dated.day:02}",
            month=f"{dated.month:02}",
            year=dated.year,
        )
        self._across(row + 1, half + 1, self.last, written, "italic")
        for below, left, right, kind in (
            (2, wording.PREPARED, wording.CHAIRMAN, "bold"),
            (3, wording.SIGN, wording.SEAL, "italic"),
        ):
            self._across(row + below, 0, half, left[self.language], kind)
            self._across(row + below, half + 1, self.last, right[self.language], kind)

    def _across(self, row: int, first: int, last: int, text: str, kind: str) -> None:
        if first >= last:
            self.paper.write_string(row, first, text, self.formats[kind])
        else:
            self.paper.merge_range(row, first, row, last, text, self.formats[kind])


def _formats(book: xlsxwriter.Workbook) -> dict[str, Format]:
    font = {"font_name": "Times New Roman", "font_size": 12}
    centre = {"align": "center", "valign": "vcenter", "text_wrap": True}
    line = {**font, "border": 1, "text_wrap": True, "valign": "vcenter"}
    numbers = {"number": "#,##0", "rate": "#,##0.00"}
    made = {
        "middle": {**font, **centre},
        "bold": {**font, **centre, "bold": True},
        "italic": {**font, **centre, "italic": True},
        "title": {**font, **centre, "bold": True, "font_size": 14},
        "warning": {**font, **centre, "bold": True, "font_color": "#8c1d18"},
        "note": {**font, "font_size": 11, "text_wrap": True, "valign": "top"},
        "heading": {**line, **centre, "bold": True, "font_size": 11},
        "column_number": {**line, **centre, "italic": True, "font_size": 9},
        "cell": line,
        "strong_cell": {**line, "bold": True},
    }
    for kind, pattern in numbers.items():
        made[kind] = {**line, "num_format": pattern}
        made[f"strong_{kind}"] = {**line, "bold": True, "num_format": pattern}
    return {name: book.add_format(each) for name, each in made.items()}
