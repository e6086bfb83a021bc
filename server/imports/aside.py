"""The rows of a list that are not imported, as a workbook to put right."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Response

from server.imports import queries, words
from server.imports.tables import ImportRow, RegisterImport
from server.web.exports import Export
from server.web.i18n import _
from server.web.listing import Column
from server.web.workbook import send_table


@dataclass(frozen=True, slots=True)
class _Aside:
    row: ImportRow
    why: str


def send_aside(one: RegisterImport) -> Response:
    """The rows under the headings they had, so that the same file can be brought again;
    why each was put aside stands behind them."""
    columns = [
        Column(f"c{place}", heading, _cell(place))
        for place, heading in enumerate(_headings(one))
    ]
    columns.append(Column("sheet", _("Trang tính gốc"), lambda each: words.sheet_name(one, each.row.sheet)))  # fmt: skip
    columns.append(Column("row", _("Dòng gốc"), lambda each: str(each.row.number)))
    columns.append(Column("why", _("Vì sao để riêng"), lambda each: each.why))
    export = Export("import-rows-aside", "xlsx", {"import": str(one.id)})
    answer = send_table("dong-de-rieng", "xlsx", columns, export.counted(_rows(one)))
    export.tell()
    return answer


def _headings(one: RegisterImport) -> list[str]:
    sheet = next((s for s in one.sheets if s["heading_row"]), None)
    texts = [] if sheet is None else [" ".join(str(t).split()) for t in sheet["texts"]]
    width = max([len(texts), *(len(s["texts"]) for s in one.sheets)], default=0)
    return texts + [""] * (width - len(texts))


def _cell(place: int) -> Any:
    def value(each: _Aside) -> str:
        cells = each.row.cells
        return str(cells[place]) if place < len(cells) else ""

    return value


def _rows(one: RegisterImport) -> Iterator[_Aside]:
    waiting: list[ImportRow] = []
    for row in queries.rows_aside(one.id):
        waiting.append(row)
        if len(waiting) == 500:
            yield from _with_reasons(one, waiting)
            waiting = []
    yield from _with_reasons(one, waiting)


def _with_reasons(one: RegisterImport, rows: list[ImportRow]) -> Iterator[_Aside]:
    numbers = {row.household_number for row in rows if row.household_number}
    wrong = queries.problems_of(one.id, numbers)
    no_household = _("Dòng không thuộc hộ nào: không có họ tên, hoặc đứng trước hộ đầu tiên.")  # fmt: skip
    for row in rows:
        said = wrong.get(row.household_number, [])
        told = [f"{words.place_label(p, one)}: {words.sentence_of(p)}" for p in said if p.is_blocking]  # fmt: skip
        yield _Aside(row, "\n".join(told) if row.household_number else no_household)
