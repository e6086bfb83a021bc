"""The movement table on screen, on paper and in Excel."""

import io
import re
from datetime import date

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from server.areas.tables import Area
from server.registry.tables import HouseholdRow
from tests.browsing import Browser, signed_in
from tests.factories import make_user
from tests.server.reports.test_movement import BEFORE, DURING
from tests.server.status.households import (
    make_household,
    make_record,
    make_ward,
    recognise,
)


@pytest.fixture
def ward(app: Flask) -> Area:
    return make_ward(name="Phường Láng")


@pytest.fixture
def officer(app: Flask, ward: Area) -> Browser:
    return signed_in(app, make_user(areas=[ward]))


@pytest.fixture
def risen(ward: Area) -> HouseholdRow:
    found = make_household(ward, head_name="Bùi Thị Lan")
    stays = make_household(ward)
    recognise(ward, [(found, "POOR"), (stays, "POOR")], valid_from=BEFORE)
    recognise(ward, [(found, "NON_POOR")], valid_from=DURING)
    return found


def test_a_number_leads_to_its_households(
    officer: Browser, risen: HouseholdRow
) -> None:
    page = officer.get("/reports/movement").text
    links = {
        link.replace("&amp;", "&")
        for link in re.findall(r'href="([^"]+)"', page)
        if "cell=exited" in link
    }

    shown = officer.get(max(links)).text

    assert "Khớp" in page
    assert "Bùi Thị Lan" in shown
    assert "<strong>1 hộ</strong>" in shown


def test_a_household_that_moved_out_of_sight_is_a_code_without_a_name(
    app: Flask, officer: Browser, ward: Area
) -> None:

    other = make_ward()
    mover = make_household(other, head_name="Người Đã Chuyển Đi")
    make_record(mover, mover.id, date(2025, 10, 1), ward)
    make_record(mover, mover.id, date(2026, 10, 1), other)
    recognise(other, [(mover, "POOR")], valid_from=BEFORE)

    page = officer.get("/reports/movement/households?list=POOR&cell=moved_out").text

    assert mover.code in page
    assert "Người Đã Chuyển Đi" not in page


def test_the_workbook_has_the_layout_of_the_official_report(
    officer: Browser, risen: HouseholdRow
) -> None:
    sent = officer.get("/reports/movement?format=xlsx")

    book = CalamineWorkbook.from_filelike(io.BytesIO(sent.data))
    assert book.sheet_names == ["Diễn biến hộ nghèo", "Diễn biến hộ cận nghèo"]
    rows = book.get_sheet_by_name("Diễn biến hộ nghèo").to_python()
    texts = {str(cell) for row in rows for cell in row}
    assert "TỔNG HỢP DIỄN BIẾN HỘ NGHÈO" in texts
    assert "PHƯỜNG LÁNG" in texts
    assert "Từ ngày 01/01/2026 đến ngày 24/11/2026" in texts
    assert {"NGƯỜI LẬP BIỂU", "CHỦ TỊCH"} <= texts
    total = next(row for row in rows if row[1] == "Cộng")
    assert [int(number) for number in total[2:13]] == [2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1]


def test_between_two_standards_no_movement_is_given_away(
    officer: Browser, risen: HouseholdRow
) -> None:
    address = "/reports/movement?standard=vn-2022&from=2021-12-31&to=2026-11-24"

    assert "không công bố" in officer.get(address).text
    assert "không công bố" in officer.get(address.replace("?", "/print?")).text
    sent = officer.get(f"{address}&format=xlsx")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(sent.data)).get_sheet_by_index(0)
    total = next(row for row in sheet.to_python() if row[1] == "Cộng")
    assert total[2:13] == [0.0, *["x"] * 9, 1.0]


def test_the_paper_has_the_motto_and_room_for_signatures(
    officer: Browser, risen: HouseholdRow
) -> None:
    page = officer.get("/reports/movement/print").text

    assert "Độc lập - Tự do - Hạnh phúc" in page
    assert "NGƯỜI LẬP BIỂU" in page
    assert "Chuẩn chưa được đối chiếu" in page


@pytest.mark.parametrize(
    "address",
    [
        "/reports/movement/households?list=RICH&cell=start",
        "/reports/movement/households?list=POOR&cell=__class__",
        "/reports/movement/households?list=POOR&cell=start&row=nowhere",
        "/reports/movement/households",
    ],
)
def test_a_number_that_is_not_in_the_table_is_not_found(
    officer: Browser, ward: Area, address: str
) -> None:
    assert officer.get(address).status_code == 404


def test_days_in_the_wrong_order_and_nonsense_are_understood_kindly(
    officer: Browser, risen: HouseholdRow
) -> None:
    turned = officer.get("/reports/movement?from=2026-11-24&to=2026-01-01")
    nonsense = officer.get("/reports/movement?from=x&look_back=-1&ward=9&standard=z")

    assert 'value="2026-01-01"' in turned.text
    assert nonsense.status_code == 200


@pytest.mark.parametrize(
    "query", ["from=0001-01-01", "known=0001-01-01", "to=9999-12-31"]
)
def test_the_ends_of_the_calendar_are_no_days_of_a_table(
    officer: Browser, query: str
) -> None:
    assert officer.get(f"/reports/movement?{query}").status_code == 200


def test_an_officer_without_areas_gets_an_empty_table(app: Flask) -> None:
    make_ward()
    browser = signed_in(app, make_user())

    assert browser.get("/reports/movement").status_code == 200
    assert browser.get("/lists?kind=listed").status_code == 200
