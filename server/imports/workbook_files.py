"""Opening a workbook that somebody brought, without trusting it.

An .xlsx is a zip of XML. Before anything is unpacked its table of contents is read: how
large it says it becomes, how much that is of its own size, and whether it holds programs.
Links to other files are ignored, formulas are not computed: the values that Excel kept
are read, row by row. A workbook that keeps a formula without its value is refused: its
cell would look blank, and what the list says there would be lost without a word.
"""

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, BinaryIO

from server.domain.problems import Problem, Refused
from server.domain.register.cells import text_of

MOST_ROWS = 200_000
MOST_COLUMNS = 200
MOST_PARTS = 2_000
MOST_BYTES = 400_000_000  # unpacked
LARGEST_RATIO = 150
SMALL_PART = (
    5_000_000  # an empty sheet is squeezed more than any bomb, and harms nobody
)
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PROLOG = 65_536
_CHUNK = 1 << 20
_LONGEST_FORMULA = 10_000
# A cell with a formula and nothing behind it; t="str" says that the value is no letter.
_NOT_COMPUTED = re.compile(
    rb'<c r="([A-Z]{1,3}[0-9]{1,7})"(?![^>]*t="str")[^>]*>\s*'
    rb"<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)
# What the reader of workbooks raises when a file is not what it says it is.
BROKEN = (
    ArithmeticError, AttributeError, EOFError, LookupError, OSError,
    RuntimeError, SyntaxError, TypeError, ValueError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


def check_file(path: Path, name: str) -> None:
    """Refuse a file that is no workbook, or one that nobody should unpack."""
    with path.open("rb") as file:
        head = file.read(8)
    values = {"value": name}
    if head.startswith(_OLE):
        is_locked = _ENCRYPTED in path.read_bytes()
        code = "import_file_locked" if is_locked else "import_file_is_xls"
        raise Refused(Problem(code, "file", values))
    if not zipfile.is_zipfile(path):
        raise Refused(Problem("import_file_no_workbook", "file", values))
    try:
        with zipfile.ZipFile(path) as parts:
            _check_parts(parts, values)
    except BROKEN as error:
        raise Refused(Problem("import_file_broken", "file", values)) from error


def rows_of(path: Path) -> Iterator[tuple[int, str, int, tuple[str, ...]]]:
    """Every row that says anything: (sheet from 0, its name, row from 1, cells).

    Raises ValueError for a file that breaks off, and Refused beyond `MOST_ROWS`.
    """
    with warnings.catch_warnings():
        # It warns of drop-down lists and styles, which are none of our business.
        warnings.simplefilter("ignore")
        with path.open("rb") as file:
            yield from _rows(file)


def _rows(file: BinaryIO) -> Iterator[tuple[int, str, int, tuple[str, ...]]]:
    # A fifth of a second to load, in every process; only lists that are brought need it.
    from openpyxl import load_workbook

    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except BROKEN as error:
        raise ValueError(type(error).__name__) from error
    try:
        count = 0
        for number, sheet in enumerate(book.worksheets):
            if getattr(sheet, "sheet_state", "visible") != "visible":
                continue
            sheet.reset_dimensions()
            for row, cells in _said(sheet):
                count += 1
                if count > MOST_ROWS:
                    raise Refused(Problem("import_too_many_rows", "file", {"limit": MOST_ROWS}))  # fmt: skip
                yield number, str(sheet.title), row, cells
    finally:
        book.close()


def _said(sheet: Any) -> Iterator[tuple[int, tuple[str, ...]]]:
    found = sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
    number = 0
    while True:
        try:
            cells = next(found, None)
        except BROKEN as error:
            raise ValueError(type(error).__name__) from error
        if cells is None:
            return
        number += 1
        texts = tuple(map(text_of, cells))
        while texts and not texts[-1]:
            texts = texts[:-1]
        if texts:
            yield number, texts


def _check_parts(parts: zipfile.ZipFile, values: dict[str, Any]) -> None:
    infos = parts.infolist()
    names = {info.filename for info in infos}
    if "xl/workbook.xml" not in names:
        raise Refused(Problem("import_file_no_workbook", "file", values))
    if any("vbaproject" in name.lower() for name in names):
        raise Refused(Problem("import_file_macros", "file", values))
    if any(info.flag_bits & 1 for info in infos):
        raise Refused(Problem("import_file_locked", "file", values))
    unpacked = sum(info.file_size for info in infos)
    is_bomb = any(
        info.file_size > SMALL_PART
        and info.file_size > LARGEST_RATIO * max(info.compress_size, 1)
        for info in infos
    )
    if is_bomb or unpacked > MOST_BYTES or len(infos) > MOST_PARTS:
        raise Refused(Problem("import_file_too_large_unpacked", "file", values))
    _check_content(parts, infos, values)


def _check_content(
    parts: zipfile.ZipFile, infos: list[zipfile.ZipInfo], values: dict[str, Any]
) -> None:
    for info in infos:
        if info.filename.endswith((".xml", ".rels")):
            with parts.open(info) as part:
                prolog = part.read(_PROLOG)
            if b"<!DOCTYPE" in prolog or b"<!ENTITY" in prolog:
                raise Refused(Problem("import_file_broken", "file", values))
        if info.filename.startswith("xl/worksheets/"):
            with parts.open(info) as part:
                cell = _not_computed(part)
            if cell:
                problem = Problem(
                    "import_file_not_computed", "file", {**values, "cell": cell}
                )
                raise Refused(problem)


def _not_computed(sheet: IO[bytes]) -> str:
    """The first cell of a sheet whose formula has no value beside it."""
    before = b""
    while chunk := sheet.read(_CHUNK):
        text = before + chunk
        if found := _NOT_COMPUTED.search(text):
            return found[1].decode()
        before = text[-_LONGEST_FORMULA:]
    return ""
