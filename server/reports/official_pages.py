"""The official tables on screen, on paper, in Excel and CSV; and who is behind a number."""

import io
from typing import Any

from flask import abort, render_template, request, send_file
from werkzeug.wrappers import Response

from server import clock
from server.domain.reporting import wording
from server.domain.reporting.definition import Definition, catalogue
from server.domain.reporting.layout import header_grid
from server.domain.reporting.people import COLUMNS, lines_of
from server.domain.reporting.table import TOTAL
from server.registry.queries import households_by_id
from server.reports import official_lists
from server.reports.official import Official
from server.reports.official_asked import Asked, asked, asked_by_key
from server.reports.official_csv import write_csv
from server.reports.official_workbook import write_xlsx
from server.reports.sheet import sheet_of, unfilled
from server.web import exports
from server.web.i18n import language
from server.web.listing import respond
from server.web.security import allow, scope

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_ON_SCREEN = 2000
KINDS = ("counted", "unknown")


@allow("ward", "district")
def official_tables() -> str:
    """All tables, to choose one; the question goes along."""
    return render_template(
        "reports/official_tables.html",
        asked=asked(request.args, scope()),
        catalogue=catalogue(),
    )


@allow("ward", "district")
def official_table(code: str) -> Response | str:
    """One table: numbers that open, checks, and what is missing."""
    definition, wanted = _definition(code), asked(request.args, scope())
    found = wanted.fill(definition)
    kind = request.args.get("format")
    if kind in ("xlsx", "csv"):
        return _download(found, wanted, kind)
    return _page("reports/official_table.html", found, wanted)


@allow("ward", "district")
def official_paper(code: str) -> str:
    """The same on A4, with room for signatures."""
    definition, wanted = _definition(code), asked(request.args, scope())
    found = wanted.fill(definition)
    _tell(found, wanted, exports.PRINT)
    return _page("reports/official_paper.html", found, wanted)


@allow("ward", "district")
def official_households(
    code: str, question: str, row: str, column: str, kind: str
) -> Response:
    """The households that add up to a number, or of which it is not known."""
    definition, wanted = _definition(code), asked_by_key(question, scope())
    found = wanted.fill(definition)
    names = {each.key: each.name for each in found.table.rows}
    place = "" if row == "-" else row
    if (place, column) not in found.table.cells or kind not in KINDS:
        abort(404)
    cell = found.table.cell(place, column)
    weights = dict(cell.counted if kind == "counted" else _each_once(cell.unknown))
    measure = next(each for each in found.table.measures if each.code == column)
    at = str(measure.where.get("at", "end"))
    return respond(
        official_lists.households_behind(weights, found, at, scope()),
        "reports/official_households.html",
        asked=wanted,
        definition=definition,
        row=names[place],
        column=found.table.name_of(column),
        kind=kind,
        total=sum(weights.values()),
        counts=measure.count,
    )


def _each_once(household_ids: tuple[str, ...]) -> list[tuple[str, int]]:
    return [(each, 1) for each in household_ids]


def _definition(code: str) -> Definition:
    found = catalogue().tables.get(code)
    if found is None:
        abort(404)
    return found


def hidden_in(found: Official) -> frozenset[str]:
    """Households of the table that live out of the reader's sight now."""
    rows = households_by_id(found.register.end.keys())
    return frozenset(id_ for id_, row in rows.items() if not scope().holds(row.area_id))


def _download(found: Official, wanted: Asked, kind: str) -> Response:
    sheet = sheet_of(
        found.table, found.register, wanted.about(clock.today()), hidden_in(found)
    )
    content = write_xlsx(sheet) if kind == "xlsx" else write_csv(sheet)
    number = f"{found.definition.number:02}"
    _tell(found, wanted, kind)
    return send_file(
        io.BytesIO(content),
        mimetype=XLSX if kind == "xlsx" else "text/csv; charset=utf-8",
        as_attachment=True,
        download_name=f"bieu-{number}-{wanted.question.end:%Y%m%d}.{kind}",
        max_age=0,
    )


def _tell(found: Official, wanted: Asked, kind: str) -> None:
    name = f"bieu-{found.definition.number:02}"
    exports.tell(name, kind, wanted.args, len(found.register.end))


def _page(template: str, found: Official, wanted: Asked) -> str:
    definition = found.definition
    is_list = definition.rows == "people"
    lines: list[Any] = []
    if is_list:
        lines = list(
            lines_of(found.register, definition.category or "", language(),
                     hidden_in(found))
        )  # fmt: skip
    is_cut = template.endswith("table.html") and len(lines) > LONGEST_ON_SCREEN
    return render_template(
        template,
        asked=wanted,
        found=found,
        definition=definition,
        grid=header_grid(found.table.headings),
        total_key=TOTAL,
        is_list=is_list,
        list_columns=COLUMNS,
        lines=lines[:LONGEST_ON_SCREEN] if is_cut else lines,
        is_cut=is_cut,
        remarks=list(
            wording.remarks(found.table, language(), wanted.question.look_back_years)
        ),
        missing_text=wording.missing_text,
        check_text=wording.check_text,
        term_text=wording.term_text,
        catalogue=catalogue(),
        unfilled=unfilled,
        today=clock.today(),
        seen_key=lambda key: key or "-",
    )
