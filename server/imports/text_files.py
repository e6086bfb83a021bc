"""Opening a list kept as text, a line for each row (.csv): what many programs hand out.

Nothing in such a file says in which alphabet it is written or what stands between its
columns. A mark at its beginning says the alphabet; without one it is UTF-8 if it can be,
or else the Vietnamese alphabet of older Windows (1258). Letters of fonts from before
Unicode (TCVN3, VNI) look like text and mean another: a list in them is read sign by sign,
and what its columns say is asked, not guessed.
"""

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from server.domain.problems import Problem, Refused
from server.domain.register.cells import text_of
from server.domain.register.old_letters import PLAIN, fonts_of, is_right
from server.imports.workbook_files import MOST_COLUMNS, MOST_ROWS

TITLE = "CSV"
SEPARATORS = ";,\t|"
LOOKED_AT = 40
_HEAD = 65_536
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), *((mark, "utf-16") for mark in _WIDE))
_OLDER = "cp1258"
_BY_SIGN = "latin-1"
SAMPLED = 2000  # lines that say which
_CELL = re.compile(r'[^;,\t|"\r\n]+')
_SAID = re.compile(r"sep=(.)\s*", re.IGNORECASE)
# Signs that stand inside words only where a font of TCVN3 makes letters of them.
_OTHER_FONT = re.compile(r"[A-Za-z][¡¢¤¦§¨©ª«¬®°±²³µ¶·¸¹»¼½¾¿]")
Row = tuple[int, str, int, tuple[str, ...]]


def is_text(path: Path) -> bool:
    """Whether a file is lines of columns, as far as its beginning tells."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    is_wide = head.startswith(_WIDE)
    if (b"\0" in head and not is_wide) or head.lstrip().startswith(b"<"):
        return False  # "<": a page of the web that calls itself a workbook
    lines = head.decode(_alphabet(path, head), "ignore").splitlines()[:LOOKED_AT]
    return any(separator in line for line in lines for separator in SEPARATORS)


def rows_of(path: Path, name: str) -> Iterator[Row]:
    """Every row that says anything, as `workbook_files.rows_of` gives them.

    Raises ValueError for a file that breaks off, and Refused for one in an alphabet
    nobody knows or beyond `MOST_ROWS`.
    """
    with path.open("rb") as file:
        alphabet = _alphabet(path, file.read(_HEAD))
    try:
        with path.open(encoding=alphabet, newline="") as file:
            yield from _rows(file, alphabet == _OLDER, name)
    except csv.Error as error:
        raise ValueError(str(error)) from error
    except UnicodeDecodeError as error:
        raise _unknown_alphabet(name) from error


def _rows(file: Iterator[str], is_older: bool, name: str) -> Iterator[Row]:
    first = list(islice(file, LOOKED_AT))
    said = _SAID.fullmatch(first[0]) if first else None
    separator = said[1] if said else _separator(first)
    lines = iter(_chained(first[1:] if said else first, file))
    number = count = 0
    for cells in csv.reader(lines, delimiter=separator):
        number += 1
        if is_older and any(map(_OTHER_FONT.search, cells)):
            raise _unknown_alphabet(name)
        texts = tuple(text_of(unicodedata.normalize("NFC", cell)) for cell in cells)
        while texts and not texts[-1]:
            texts = texts[:-1]
        if not texts:
            continue
        count += 1
        if count > MOST_ROWS:
            raise Refused(Problem("import_too_many_rows", "file", {"limit": MOST_ROWS}))
        yield 0, TITLE, number, texts[:MOST_COLUMNS]


def _chained(first: list[str], rest: Iterator[str]) -> Iterator[str]:
    yield from first
    yield from rest


def _separator(lines: list[str]) -> str:
    """What divides most rows into equally many columns, and into the most of them."""

    def agreement(separator: str) -> tuple[int, int]:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=separator))
        del widths[0]
        width, times = max(widths.items(), key=lambda item: (item[1], item[0]))
        return (times, width) if width > 1 else (0, 0)

    return max(SEPARATORS, key=agreement)


def _alphabet(path: Path, head: bytes) -> str:
    for mark, alphabet in _MARKS:
        if head.startswith(mark):
            return alphabet
    try:
        with path.open(encoding="utf-8") as file:
            while file.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return _older(path)
    return "utf-8"


def _older(path: Path) -> str:
    """Of Windows, or sign by sign where more cells are words in a font of before."""
    with path.open(encoding=_BY_SIGN, newline="") as file:
        lines = islice(file, SAMPLED)
        cells = [cell for line in lines for cell in _CELL.findall(line)]
    old = right = 0
    for cell in cells:
        if cell.isascii():
            continue
        old += PLAIN not in (fonts_of(cell) or (PLAIN,))
        of_windows = cell.encode(_BY_SIGN).decode(_OLDER, "replace")
        right += is_right(unicodedata.normalize("NFC", of_windows))
    return _BY_SIGN if old > right else _OLDER


def _unknown_alphabet(name: str) -> Refused:
    return Refused(Problem("import_text_unreadable", "file", {"value": name}))
