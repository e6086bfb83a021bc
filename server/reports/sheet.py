"""An official table as a sheet: the same cells for Excel, for CSV and for checking.

Whatever is on the sheet follows from the table, what was asked and the language, and
from nothing of the moment it is written: a signed report must come out the same again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from server.clock import VIETNAM
from server.domain.reporting import wording
from server.domain.reporting.definition import Definition
from server.domain.reporting.layout import HeaderCell, header_grid
from server.domain.reporting.people import COLUMNS, lines_of
from server.domain.reporting.register import Register
from server.domain.reporting.table import Measure, Table
from server.domain.reporting.wording import said

Value = str | int | Decimal | None


@dataclass(frozen=True, slots=True)
class About:
    """What is said around a table. `known_at` None is as known now, and not told."""

    unit_name: str
    start: date
    end: date
    known_at: datetime | None
    look_back_years: int
    dated: date
    language: str = "vi"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of values."""

    values: tuple[Value, ...]
    is_strong: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that is on the paper, from above."""

    about: About
    form: str
    title: str
    subtitles: tuple[str, ...]
    warnings: tuple[str, ...]
    header: tuple[tuple[HeaderCell, ...], ...]
    lines: tuple[Line, ...]
    rates: frozenset[int]  # columns with two decimals
    wide: frozenset[int]  # columns of text
    foot: tuple[str, ...]

    @property
    def width(self) -> int:
        return max(each.column + each.width for row in self.header for each in row)


def sheet_of(
    table: Table,
    register: Register,
    about: About,
    hidden: frozenset[str] = frozenset(),
) -> Sheet:
    """The sheet of a table; of households in `hidden` a list tells the code only."""
    definition = table.definition
    is_list = definition.rows == "people"
    header, lines = (
        _people(register, definition, about.language, hidden)
        if is_list
        else _numbers(table, about.language)
    )
    measures = table.measures
    return Sheet(
        about=about,
        form=said(wording.FORM, about.language, number=f"{definition.number:02}"),
        title=definition.title[about.language],
        subtitles=tuple(_subtitles(table, register, about)),
        warnings=tuple(_warnings(table, register, about)),
        header=header,
        lines=lines,
        rates=frozenset()
        if is_list
        else frozenset(n for n, each in enumerate(measures, start=2) if each.is_rate),
        wide=frozenset({2, 8, 12, 13}) if is_list else frozenset({1}),
        foot=tuple(wording.remarks(table, about.language, about.look_back_years)),
    )


def unfilled(measure: Measure, table: Table) -> str:
    """What stands where no number can be given."""
    return wording.NOT_KNOWN if table.is_shown(measure) else wording.NOT_MEANT


def _subtitles(table: Table, register: Register, about: About) -> Sequence[str]:
    language = about.language
    name = register.pack.name_en if language == "en" else register.pack.name_vi
    period = said(
        wording.PERIOD,
        language,
        start=wording.day(about.start),
        end=wording.day(about.end),
    )
    return (period, said(wording.STANDARD, language, name=name))


def _warnings(table: Table, register: Register, about: About) -> list[str]:
    found = []
    if not register.pack.verified:
        found.append(wording.UNVERIFIED[about.language])
    if table.standard_changed:
        found.append(wording.CHANGED[about.language])
    if about.known_at is not None:
        local = about.known_at.astimezone(VIETNAM)
        instant = f"{local:%d/%m/%Y %H:%M}"
        found.append(said(wording.KNOWN, about.language, instant=instant))
    return found


def _numbers(
    table: Table, language: str
) -> tuple[tuple[tuple[HeaderCell, ...], ...], tuple[Line, ...]]:
    grid = header_grid(table.headings)
    moved = [
        [
            HeaderCell(each.name, each.row, each.column + 2, each.width, each.height)
            for each in row
        ]
        for row in grid
    ]
    first = wording.PLACE if table.definition.is_of_places else wording.GROUP
    corner = [
        HeaderCell(wording.ORDER, 0, 0, 1, len(grid)),
        HeaderCell(first, 0, 1, 1, len(grid)),
    ]
    moved[0] = corner + moved[0]
    lines = []
    for number, row in enumerate(table.rows, start=1):
        is_total = row is table.rows[-1]
        values: list[Value] = [None if is_total else number, row.name[language]]
        for measure in table.measures:
            value = table.cell(row.key, measure.code).value
            values.append(unfilled(measure, table) if value is None else value)
        lines.append(Line(tuple(values), is_total or row.is_subtotal))
    return tuple(map(tuple, moved)), tuple(lines)


def _people(
    register: Register, definition: Definition, language: str, hidden: frozenset[str]
) -> tuple[tuple[tuple[HeaderCell, ...], ...], tuple[Line, ...]]:
    header = tuple(
        HeaderCell(name, 0, place, 1, 1) for place, name in enumerate(COLUMNS.values())
    )
    found = lines_of(register, definition.category or "", language, hidden)
    lines = tuple(Line(each.values, each.household_id is not None) for each in found)
    return (header,), lines
