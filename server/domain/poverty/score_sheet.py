"""A score table as a file that people type: from CSV to `ScoreTable`.

A line is one option of one item with its points in every region. The headings may be
ours or Vietnamese, the separator that of any spreadsheet; a column that is not known by
its heading is a region. The shipped tables have codes only; a table that phones are to
ask has words, too. Everything wrong is told with its line and its value.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from server.domain.people.names import fold
from server.domain.poverty.pack import ScoreOption, ScoreTable, Source
from server.domain.poverty.reading import PackError
from server.domain.problems import Problem

HEADINGS = {
    "item": "mục",
    "item_vi": "tên mục",
    "item_en": "tên mục tiếng anh",
    "several": "chọn nhiều",
    "option": "mã lựa chọn",
    "option_vi": "lựa chọn",
    "option_en": "lựa chọn tiếng anh",
    "hint_vi": "gợi ý",
    "hint_en": "gợi ý tiếng anh",
}
_COLUMNS = {
    **{key: key for key in HEADINGS},
    **{vi: key for key, vi in HEADINGS.items()},
}
_SEPARATORS = (",", ";", "\t")
_CODE = re.compile(r"[a-z0-9_]{1,64}")
_REGION = re.compile(r"[^\W\d][\w.-]{0,39}")
_RESERVED = frozenset({"none", "unknown"})  # answers of every item on the phone
_FORMULA = ("=", "+", "-", "@")
_POINTS = 1_000  # more than any total of the law
_ITEMS = 99
B2 = "B2"  # in place of an item: the points of each deprived indicator
Names = tuple[tuple[int, str, str], ...]


class ScoreSheetError(PackError):
    """A file that is no score table; `problem` says it to whoever typed it."""

    def __init__(self, place: str, code: str, **values: object) -> None:
        self.problem = Problem(code, "file", dict(values))
        said = ", ".join(f"{key} {value}" for key, value in values.items())
        super().__init__(f"{place}: {code}: {said}")


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    cells: Mapping[str, str]
    points: tuple[tuple[str, int], ...]


def read_score_table(
    content: bytes,
    expected_sha256: str,
    item_names: Names,
    several: tuple[int, ...],
    source: Source,
    place: str,
) -> ScoreTable:
    """The table of a file. `item_names` and `several` are what is known of the items
    beside it; the words of the file go before them.

    Raises PackError when the file is not the one that was signed off (`expected_sha256`)
    or is no table.
    """
    checksum = hashlib.sha256(content).hexdigest()
    if checksum != expected_sha256:
        raise PackError(f"{place}: the checksum is {checksum}, not {expected_sha256}")
    every = list(_lines(content, place))
    lines = [line for line in every if line.cells["item"].upper() != B2]
    names = _item_names(lines, item_names, place)
    options: dict[tuple[int, str], ScoreOption] = {}
    chosen = set(several)
    for line in lines:
        option = _option(line, place)
        if option.item not in {number for number, _, _ in names}:
            raise ScoreSheetError(
                place, "score_sheet_item", line=line.number, value=option.item
            )
        if (option.item, option.option) in options:
            said = f"{option.item} {option.option}"
            raise ScoreSheetError(
                place, "score_sheet_twice", line=line.number, value=said
            )
        options[option.item, option.option] = option
        if line.cells.get("several"):
            chosen.add(option.item)
    if not chosen <= {number for number, _, _ in names}:
        raise PackError(f"{place}: several: an item that is not in the list of items")
    return ScoreTable(
        options=tuple(options.values()),
        item_names=names,
        several=tuple(sorted(chosen)),
        sha256=checksum,
        source=source,
        indicator_points=_indicator_points(every, place),
    )


def _lines(content: bytes, place: str) -> Iterator[_Line]:
    text = content.decode("utf-8")
    first = text.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=first.count)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    rows = [[cell.strip() for cell in row] for row in rows]
    heading = rows[0] if rows else []
    known = [_COLUMNS.get(cell.lower(), "") for cell in heading]
    regions = [cell for cell, key in zip(heading, known, strict=True) if not key]
    used = [key for key in known if key]
    if (
        "item" not in used
        or not {"option", "option_vi"} & set(used)
        or len(set(used)) != len(used)
    ):
        raise ScoreSheetError(
            place, "score_sheet_columns", value=separator.join(heading)
        )
    if not regions or len(set(regions)) != len(regions):
        raise ScoreSheetError(place, "score_sheet_regions", value=", ".join(regions))
    for region in regions:
        if _REGION.fullmatch(region) is None:
            raise ScoreSheetError(place, "score_sheet_region", value=region)
    if not any(any(row) for row in rows[1:]):
        raise ScoreSheetError(place, "score_sheet_empty")
    for number, row in enumerate(rows[1:], start=2):
        if any(row):
            yield _line(number, row, heading, known, place)


def _line(
    number: int, row: list[str], heading: list[str], known: list[str], place: str
) -> _Line:
    if len(row) != len(heading):
        values = {"found": len(row), "wanted": len(heading)}
        raise ScoreSheetError(place, "score_sheet_cells", line=number, **values)
    cells = {key: cell for key, cell in zip(known, row, strict=True) if key}
    for cell in cells.values():
        is_strange = "${" in cell or not cell.replace("\n", " ").isprintable()
        if is_strange or cell.startswith(_FORMULA):  # Excel would compute it
            raise ScoreSheetError(place, "score_sheet_words", line=number, value=cell)
    points = []
    for region, key, cell in zip(heading, known, row, strict=True):
        if not key:
            if not (cell.isascii() and cell.isdecimal() and int(cell) <= _POINTS):
                said = {"line": number, "column": region, "value": cell}
                raise ScoreSheetError(place, "score_sheet_points", **said)
            points.append((region, int(cell)))
    return _Line(number, cells, tuple(points))


def _indicator_points(lines: list[_Line], place: str) -> int | None:
    """What the line of B2 says: the same in every region."""
    found: set[int] = set()
    for line in lines:
        if line.cells["item"].upper() == B2:
            found |= {points for _, points in line.points}
            if len(found) > 1:
                raise ScoreSheetError(place, "score_sheet_b2", line=line.number)
    return next(iter(found), None)


def _item_names(lines: list[_Line], known: Names, place: str) -> Names:
    """The items known beside the file and those it names itself, by number."""
    names = {number: (vi, en) for number, vi, en in known}
    told: dict[int, tuple[str, str]] = {}
    for line in lines:
        said = line.cells.get("item_vi", "")
        if not said:
            continue
        item = _item(line, place)
        words = (said, line.cells.get("item_en", "") or said)
        if told.setdefault(item, words)[0] != said:
            values = {"value": said, "before": told[item][0]}
            raise ScoreSheetError(
                place, "score_sheet_other_name", line=line.number, **values
            )
    names |= told
    return tuple((number, *names[number]) for number in sorted(names))


def _item(line: _Line, place: str) -> int:
    text = line.cells["item"].removesuffix(".")
    if not (text.isascii() and text.isdecimal() and 0 < int(text) <= _ITEMS):
        raise ScoreSheetError(
            place, "score_sheet_item", line=line.number, value=line.cells["item"]
        )
    return int(text)


def _option(line: _Line, place: str) -> ScoreOption:
    vi = line.cells.get("option_vi", "")
    code = line.cells.get("option", "") or code_of(vi)
    if _CODE.fullmatch(code) is None or code in _RESERVED:
        raise ScoreSheetError(
            place, "score_sheet_option", line=line.number, value=code or vi
        )
    hint = line.cells.get("hint_vi", "")
    return ScoreOption(
        item=_item(line, place),
        option=code,
        points=line.points,
        words=(vi, line.cells.get("option_en", "") or vi) if vi else None,
        hint=(hint, line.cells.get("hint_en", "") or hint) if hint else None,
    )


def code_of(words: str) -> str:
    """A code made of an option's words: "Từ 20 m2" -> "tu_20_m2"."""
    return "_".join(re.findall(r"[a-z0-9]+", fold(words)))[:64].strip("_")


def example_of(table: ScoreTable | None) -> bytes:
    """A file to begin with, as Excel opens it: the headings, and what is known of the
    table already. Points that nobody has read are not there."""
    regions = table.regions if table else ("ThanhThi", "NongThon")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    words = ("item", "item_vi", "several", "option", "option_vi", "hint_vi")
    writer.writerow([*(HEADINGS[key] for key in words), *regions])
    for number, vi, _ in table.item_names if table else ():
        several = "x" if table and number in table.several else ""
        for option in table.options_of(number) if table else ():
            said = option.words[0] if option.words else ""
            hint = option.hint[0] if option.hint else ""
            points = dict(option.points)
            row = [number, vi, several, option.option, said, hint]
            writer.writerow([*row, *(points[region] for region in regions)])
    return b"\xef\xbb\xbf" + text.getvalue().encode()
