"""YAML rows to an Excel workbook whose bytes depend on nothing but the rows."""

import io
import zipfile
from datetime import datetime
from pathlib import Path

import xlsxwriter

from forms.definition import FORMS, SHEET_NAMES, Sheets, columns, load
from forms.paths import table

DIST = FORMS / "dist"
WRITTEN_ON = datetime(2020, 1, 1)  # noqa: DTZ001 - Excel knows no time zones
ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def workbook(sheets: Sheets) -> bytes:
    """The rows as .xlsx; the same rows give the same bytes on every machine."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": False})
    book.set_properties({"title": sheets["settings"][0]["form_title"]})
    book.set_properties({"created": WRITTEN_ON})
    heading = book.add_format({"bold": True, "bottom": 1})
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    for name in SHEET_NAMES:
        rows = sheets.get(name, [])
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for at, column in enumerate(columns(rows)):
            sheet.set_column(at, at, 40 if "::" in column else 18)
            sheet.write_string(0, at, column, heading)
            for line, row in enumerate(rows, start=1):
                if column in row:
                    sheet.write_string(line, at, row[column], text)
    book.close()
    return _without_compression(buffer.getvalue())


def build(folder: Path) -> list[Path]:
    """Compiles one form folder into `dist/<form_id>.xlsx` and its PATHS.md."""
    sheets = load(folder / "form.yaml")
    DIST.mkdir(exist_ok=True)
    compiled = DIST / f"{sheets['settings'][0]['form_id']}.xlsx"
    compiled.write_bytes(workbook(sheets))
    paths = folder / "PATHS.md"
    paths.write_text(table(sheets), encoding="utf-8", newline="\n")
    return [compiled, paths]


def form_folders() -> list[Path]:
    """Every folder of `forms/` that defines a form."""
    return sorted(path.parent for path in FORMS.glob("*/form.yaml"))


def _without_compression(archive: bytes) -> bytes:
    """Stores instead of deflating: zlib versions compress to different bytes."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as target,
    ):
        for entry in source.infolist():
            plain = zipfile.ZipInfo(entry.filename, ZIP_TIME)
            plain.create_system = 3
            plain.external_attr = 0o600 << 16
            target.writestr(plain, source.read(entry.filename))
    return buffer.getvalue()
