"""Files for Excel: typed, whole, harmless."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from server.web.workbook import is_formula, write_csv, write_xlsx

pytestmark = pytest.mark.sqlite_only
DANGEROUS = ["=1+1", "+84 912", "-2+3", "@SUM(A1)", "\t=1", " =1", "|calc", "\r=1"]


def column(kind: str = "text", label: str = "Họ tên") -> Any:
    return SimpleNamespace(label=label, kind=kind, value=lambda row: row)


def sheet(kind: str, *values: Any) -> list[Any]:
    with write_xlsx([column(kind)], values) as file:
        book = openpyxl.load_workbook(file)
    return [row[0] for row in book.active.iter_rows(min_row=2)]


def lines(kind: str, *values: Any) -> list[str]:
    with write_csv([column(kind)], values) as file:
        text = file.read().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    return [row[0] if row else "" for row in rows[1:]]


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_excel_would_run_is_text_in_both_files(screens: Flask, text: str) -> None:
    (cell,) = sheet("text", text)

    assert cell.data_type == "s"
    assert cell.quotePrefix
    assert lines("text", text)[0].startswith("'")


@given(st.text(min_size=1))
def test_no_text_whatever_becomes_a_formula(text: str) -> None:
    (cell,) = lines("text", text) or [""]

    assert not is_formula(cell.lstrip("'")) or cell.startswith("'")


@pytest.mark.parametrize("code", ["00123", "001186000123", "0912345678"])
def test_codes_keep_their_zeros(screens: Flask, code: str) -> None:
    (cell,) = sheet("text", code)

    assert (cell.value, cell.data_type) == (code, "s")
    assert lines("text", code) == [f"\t{code}"]


def test_plain_text_and_short_numbers_are_left_as_they_are(screens: Flask) -> None:
    assert lines("text", "Nguyễn Thị Ánh", "12", "P. 3") == [
        "Nguyễn Thị Ánh", "12", "P. 3"
    ]  # fmt: skip


def test_numbers_days_and_instants_keep_their_kind_in_xlsx(screens: Flask) -> None:
    at = datetime(2026, 11, 24, 18, 5, 7, 9, tzinfo=UTC)

    (amount,) = sheet("money", 1_500_000)
    (share,) = sheet("number", Decimal("0.5"))
    (day,) = sheet("day", date(2026, 11, 24))
    (instant,) = sheet("instant", at)

    assert (amount.value, share.value) == (1_500_000, 0.5)
    assert day.value.isoformat() == "2026-11-24T00:00:00"
    assert instant.value.isoformat() == "2026-11-25T01:05:07"
    assert day.number_format == "dd/mm/yyyy"


def test_numbers_and_days_are_written_as_a_vietnamese_excel_reads_them(
    screens: Flask,
) -> None:
    assert lines("number", 1_500_000, 0.5) == ["1500000", "0,5"]
    assert lines("day", date(2026, 11, 4)) == ["04/11/2026"]
    assert lines("instant", datetime(2026, 11, 24, 18, 5, tzinfo=UTC)) == [
        "25/11/2026 01:05"
    ]


def test_markup_and_categories_are_words(screens: Flask) -> None:
    with screens.test_request_context():
        assert lines("text", Markup("<b>Hộ</b>\n <i>nghèo</i>")) == ["Hộ nghèo"]
        assert lines("category", "NEAR_POOR", None) == ["Hộ cận nghèo", ""]


def test_the_text_file_begins_with_the_mark_that_keeps_the_letters(
    screens: Flask,
) -> None:
    with write_csv([column(label="Họ; tên")], ["Đặng"]) as file:
        raw = file.read()

    assert raw == '\ufeff"Họ; tên"\r\nĐặng\r\n'.encode()


def test_a_list_without_rows_is_a_file_with_its_header(screens: Flask) -> None:
    with write_xlsx([column()], []) as file:
        book = openpyxl.load_workbook(file)

    assert [cell.value for cell in book.active[1]] == ["Họ tên"]
    assert book.active.freeze_panes == "A2"


def test_text_longer_than_a_cell_is_cut_and_not_lost(screens: Flask) -> None:
    (cell,) = sheet("text", "a" * 40_000)

    assert len(cell.value) == 32_767


def test_control_characters_do_not_break_the_file(screens: Flask) -> None:
    (cell,) = sheet("text", "a\x00b\x0bc")

    assert cell.value is not None


def test_an_error_half_way_leaves_no_file_that_looks_whole(screens: Flask) -> None:
    with pytest.raises(ZeroDivisionError):
        write_csv([column()], (1 / each for each in (1, 0)))
