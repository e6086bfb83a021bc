"""A sheet as CSV: one line of names, then the rows."""

import csv
import io

from server.reports.sheet import Sheet, Value
from server.web.workbook import is_formula


def write_csv(sheet: Sheet) -> bytes:
    """The header and rows, as a Vietnamese Excel opens them right."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(_flat_header(sheet))
    for line in sheet.lines:
        writer.writerow([_csv(value) for value in line.values])
    return text.getvalue().encode("utf-8-sig")


def _flat_header(sheet: Sheet) -> list[str]:
    """One name for each column, with what stands above it."""
    names: list[list[str]] = [[] for _ in range(sheet.width)]
    for row in sheet.header:
        for cell in row:
            for column in range(cell.column, cell.column + cell.width):
                names[column].append(cell.name[sheet.about.language])
    return [": ".join(each) for each in names]


def _csv(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if is_formula(value) and len(value) > 1 else value
    return str(value).replace(".", ",")
