"""The movement table as a workbook in the layout of the official reports.

One sheet for each list: the office at the top left, the state's motto at the top right,
title, period and standard, the table, and room for signatures.
"""

import io
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from server import clock
from server.domain.poverty.pack import PovertyCategory
from server.reports.movement_pages import (
    COLUMNS,
    LISTS,
    MovementPage,
    column_labels,
    list_title,
)
from server.status.lists import standard_name
from server.web.i18n import _, day

LAST = len(COLUMNS) + 1
_FIRST_ROW = 9


def write_workbook(page: MovementPage) -> BinaryIO:
    """The workbook, ready to be sent."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False})
    sheets = _Styles(book)
    for of in LISTS:
        sheet = book.add_worksheet(list_title(of))
        _prepare(sheet)
        _write_head(sheet, sheets, page, of)
        after = _write_table(sheet, sheets, page, of)
        _write_foot(sheet, sheets, page, after)
    book.close()
    file.seek(0)
    return file


class _Styles:
    """The few ways in which cells are written."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        font = {"font_name": "Times New Roman", "font_size": 12}
        line = {**font, "border": 1, "text_wrap": True, "valign": "vcenter"}
        centre = {"align": "center", "valign": "vcenter"}
        self.text: Format = book.add_format(font)
        self.middle: Format = book.add_format({**font, **centre, "text_wrap": True})
        self.bold: Format = book.add_format({**font, **centre, "bold": True})
        self.italic: Format = book.add_format({**font, **centre, "italic": True})
        self.title: Format = book.add_format(
            {**font, **centre, "bold": True, "font_size": 14}
        )
        self.warning: Format = book.add_format(
            {**font, **centre, "bold": True, "font_color": "#8c1d18", "text_wrap": True}
        )
        self.heading: Format = book.add_format({**line, **centre, "bold": True})
        self.cell: Format = book.add_format(line)
        self.number: Format = book.add_format({**line, "num_format": "#,##0"})
        self.total: Format = book.add_format({**line, "bold": True})
        self.total_number: Format = book.add_format(
            {**line, "bold": True, "num_format": "#,##0"}
        )


def _prepare(sheet: Worksheet) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_column(0, 0, 5)
    sheet.set_column(1, 1, 28)
    sheet.set_column(2, LAST, 11)
    sheet.set_row(_FIRST_ROW - 1, 48)
    sheet.repeat_rows(_FIRST_ROW - 2, _FIRST_ROW - 1)


def _write_head(
    sheet: Worksheet, styles: _Styles, page: MovementPage, of: PovertyCategory
) -> None:
    question = page.question
    sheet.merge_range(0, 0, 0, 4, _("UỶ BAN NHÂN DÂN"), styles.middle)
    sheet.merge_range(1, 0, 1, 4, page.unit_name.upper(), styles.bold)
    motto = _("CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    sheet.merge_range(0, 6, 0, LAST, motto, styles.bold)
    sheet.merge_range(1, 6, 1, LAST, _("Độc lập - Tự do - Hạnh phúc"), styles.bold)
    title = _("TỔNG HỢP {title}", title=list_title(of).upper())
    sheet.merge_range(3, 0, 3, LAST, title, styles.title)
    period = _(
        "Từ ngày {start} đến ngày {end}",
        start=day(question.start),
        end=day(question.end),
    )
    sheet.merge_range(4, 0, 4, LAST, period, styles.italic)
    sheet.merge_range(5, 0, 5, LAST, standard_name(question.standard.id), styles.italic)
    remark = _remark(page)
    if remark:
        sheet.set_row(6, 34)
        sheet.merge_range(6, 0, 6, LAST, remark, styles.warning)


def _remark(page: MovementPage) -> str:
    question = page.question
    said = []
    if question.standard_changed:
        said.append(
            _("Chuẩn nghèo thay đổi trong kỳ: không công bố là tăng, giảm thực tế.")
        )
    if not question.standard.verified:
        said.append(_("Chuẩn chưa được đối chiếu với văn bản gốc."))
    if question.known_on is not None:
        said.append(
            _("Theo những gì đã biết đến ngày {day}.", day=day(question.known_on))
        )
    return " ".join(said)


def _write_table(
    sheet: Worksheet, styles: _Styles, page: MovementPage, of: PovertyCategory
) -> int:
    """Returns the first free row below the table."""
    labels = column_labels(of)
    top = _FIRST_ROW - 2
    sheet.merge_range(top, 0, top + 1, 0, _("TT"), styles.heading)
    sheet.merge_range(top, 1, top + 1, 1, _("Địa bàn"), styles.heading)
    sheet.merge_range(top, 2, top + 1, 2, labels["start"], styles.heading)
    sheet.merge_range(top, 3, top, 6, _("Giảm trong kỳ (hộ)"), styles.heading)
    sheet.merge_range(top, 7, top, 11, _("Tăng trong kỳ (hộ)"), styles.heading)
    sheet.merge_range(top, LAST, top + 1, LAST, labels["end"], styles.heading)
    for place, name in enumerate(COLUMNS[1:-1], start=3):
        sheet.write_string(top + 1, place, labels[name], styles.heading)
    row = _FIRST_ROW
    for number, (_key, name, counts) in enumerate(page.rows(of), start=1):
        sheet.write_number(row, 0, number, styles.cell)
        sheet.write_string(row, 1, name, styles.cell)
        _write_counts(sheet, styles.number, page, row, counts)
        row += 1
    sheet.write_blank(row, 0, None, styles.total)
    sheet.write_string(row, 1, _("Cộng"), styles.total)
    _write_counts(sheet, styles.total_number, page, row, page.found.total(of))
    return row + 1


def _write_counts(
    sheet: Worksheet, style: Format, page: MovementPage, row: int, counts: object
) -> None:
    for place, name in enumerate(COLUMNS, start=2):
        if page.is_shown(name):
            sheet.write_number(row, place, getattr(counts, name), style)
        else:
            sheet.write_string(row, place, "x", style)


def _write_foot(
    sheet: Worksheet, styles: _Styles, page: MovementPage, row: int
) -> None:
    check = (
        _("Kiểm tra: đầu kỳ - giảm + tăng = cuối kỳ, khớp ở mọi dòng.")
        if page.found.reconciles
        else _("Kiểm tra: có dòng KHÔNG khớp, không dùng bảng này.")
    )
    sheet.write_string(row, 1, check, styles.text)
    years = page.question.look_back_years
    again = _("Tái nghèo, tái cận nghèo: từng thuộc danh sách trong {years} năm trước kỳ.",
              years=years)  # fmt: skip
    sheet.write_string(row + 1, 1, again, styles.text)
    today = clock.today()
    dated = _(
        "Ngày {day} tháng {month} năm {year}",
        day=f"{today.day:02}",
        month=f"{today.month:02}",
        year=today.year,
    )
    sheet.merge_range(row + 3, 7, row + 3, LAST, dated, styles.italic)
    sheet.merge_range(row + 4, 0, row + 4, 4, _("NGƯỜI LẬP BIỂU"), styles.bold)
    sheet.merge_range(row + 4, 7, row + 4, LAST, _("CHỦ TỊCH"), styles.bold)
    name_it = _("(Ký, ghi rõ họ tên)")
    sheet.merge_range(row + 5, 0, row + 5, 4, name_it, styles.italic)
    seal_it = _("(Ký tên, đóng dấu)")
    sheet.merge_range(row + 5, 7, row + 5, LAST, seal_it, styles.italic)
