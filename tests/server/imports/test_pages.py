"""The pages of imports, as a browser meets them."""

import io
import re
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select

from server.accounts.sessions import start_session
from server.db import db
from server.imports.panel import said_of
from server.registry.queries import get_record
from server.registry.tables import HouseholdRow, SurveyRecordRow
from tests.browsing import Browser, rows
from tests.factories import make_user
from tests.server.imports.books import book, family, person, someone, worked

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def admin(app: Flask, client: Browser) -> Browser:
    user, _ = someone()
    client.set_cookie("ra_soat_session", start_session(user=user))
    return client


def bring(client: Browser, content: bytes, name: str = "ho-ngheo.xlsx") -> Any:
    return client.post("/imports/", data={"file": (io.BytesIO(content), name)})


def test_a_list_is_brought_looked_at_imported_and_taken_back(admin: Browser) -> None:
    bad = person("H9", "Lê Văn Sai", "Chủ hộ", "mùa xuân")
    answer = bring(admin, book([*family(1), *family(2), bad]))
    assert answer.status_code == 303
    assert "data-refresh" in admin.get("/imports/1").text
    worked(1)

    page = admin.get("/imports/1").text
    assert "Nhập 2 hộ" in page
    (problem,) = rows(admin.get("/imports/1/problems?format=csv&blocking=yes"))
    assert problem["Ô"] == "E8 (Ngày sinh)"
    assert problem["Đang ghi"] == "mùa xuân"
    found = rows(admin.get("/imports/1/households?format=csv&q=nguyen+van+ho+b"))
    assert [row["Chủ hộ"] for row in found] == ["Nguyễn Văn Hộ B"]

    assert admin.post("/imports/1/start", data={}).status_code == 303
    worked(1)
    assert "Huỷ cả lần nhập này" in admin.get("/imports/1").text
    assert len(rows(admin.get("/imports/1/households?format=csv&state=imported"))) == 2

    refused = admin.post("/imports/1/undo", data={"reason": ""})
    assert refused.status_code == 422
    assert "Huỷ cả lần nhập này" in refused.text
    assert admin.post("/imports/1/undo", data={"reason": "nhầm"}).status_code == 303
    worked(1)
    assert "Đã huỷ" in admin.get("/imports/1").text


def test_rows_put_aside_are_taken_home_and_brought_again(admin: Browser) -> None:
    bring(admin, book([person("H9", "Lê Văn Sai", "Chủ hộ", "mùa xuân")]))
    worked(1)

    answer = admin.get("/imports/1/aside.xlsx")

    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    headings = [cell.value for cell in sheet[1]]
    assert headings[:2] == ["Mã hộ", "Họ và tên"]
    assert headings[-1] == "Vì sao để riêng"
    assert "mùa xuân" in sheet.cell(2, len(headings)).value
    sheet.cell(2, 5).value = "1950"
    mended = io.BytesIO()
    sheet.parent.save(mended)
    bring(admin, mended.getvalue(), "da-sua.xlsx")
    assert worked(2).household_count == 1
    assert "Nhập 1 hộ" in admin.get("/imports/2").text


def test_columns_are_chosen_on_the_page(admin: Browser) -> None:
    bring(
        admin, book([["Đỗ Thị Hạnh", "x", "1950"]], ("Họ và tên", "Cột lạ", "Năm sinh"))
    )
    worked(1)
    assert "Nhập 1 hộ" not in admin.get("/imports/1").text

    sent = {
        "column_0_0": "full_name",
        "column_0_1": "",
        "column_0_2": "birth",
        "layout": "household",
    }
    answer = admin.post(
        "/imports/1/columns",
        data={**sent, "ward": "00229", "review_date": "2026-01-15", "junk_0_1": "a",
              "names_everybody": "yes"},
    )  # fmt: skip

    assert answer.status_code == 303
    worked(1)
    page = admin.get("/imports/1").text
    assert "Nhập 1 hộ" in page
    assert re.search('id="names_everybody"[^>]* checked', page)
    admin.post("/imports/1/start", data={})
    worked(1)
    (row,) = db.session.scalars(select(SurveyRecordRow))
    assert get_record(row.id).names_everybody is True


def test_the_heading_is_pointed_at_and_found_again_the_next_time(
    admin: Browser,
) -> None:
    above = ("Thông tin", "", "Nơi ở")
    names = ("Người đứng tên", "Sinh", "Thuộc")
    people = [names, ["Đỗ Thị Hạnh", "1950", "Kim Liên"]]
    bring(admin, book(people, above))
    worked(1)
    page = admin.get("/imports/1").text
    assert "chưa thấy hàng tiêu đề, hãy chọn" in page
    assert "Người đứng tên | Sinh | Thuộc" in page

    wrong = admin.post("/imports/1/heading", data={"sheet": 0, "row": 3, "deep": 2})
    assert wrong.status_code == 422
    assert "Không lấy được dòng 3" in wrong.text
    answer = admin.post("/imports/1/heading", data={"sheet": 0, "row": 4, "deep": 2})
    assert answer.status_code == 303
    worked(1)
    assert "Thông tin Người đứng tên" in admin.get("/imports/1").text
    said = {"column_0_0": "head_name", "column_0_1": "birth", "column_0_2": "ward"}
    admin.post(
        "/imports/1/columns",
        data={**said, "layout": "household", "review_date": "2026-01-15"},
    )
    worked(1)
    assert "Nhập 1 hộ" in admin.get("/imports/1").text

    people[1][0] = "Đỗ Thị Phúc"
    bring(admin, book([names, *people[1:]], above))
    assert worked(2).sheets[0]["heading_row"] == 4
    assert "các cột như lần trước" in admin.get("/imports/2").text


@pytest.mark.parametrize(
    ("content", "said"), [(b"abc", "không phải là tệp Excel"), (b"", "không phải")]
)
def test_a_file_that_cannot_be_read_says_what_to_do(
    admin: Browser, content: bytes, said: str
) -> None:
    bring(admin, content)
    worked(1)

    assert said in admin.get("/imports/1").text


def test_no_file_is_said(admin: Browser) -> None:
    assert admin.post("/imports/", data={}).status_code == 422


def test_what_somebody_else_brought_looks_absent(admin: Browser, app: Flask) -> None:
    bring(admin, book(family(1)))
    worked(1)
    other = app.test_client()
    token = start_session(user=make_user(role="ward"))
    db.session.commit()
    other.set_cookie("ra_soat_session", token)

    assert other.get("/imports/1").status_code == 404
    assert rows(other.get("/imports/?format=csv")) == []
    assert len(rows(admin.get("/imports/?format=csv"))) == 1


def test_a_household_shows_what_a_list_said_besides(admin: Browser) -> None:
    headings = ("Họ tên chủ hộ", "Năm sinh", "Phường", "Ngày rà soát", "Biến động",
                "deprivation.water")  # fmt: skip
    row = ["Đỗ Thị Hạnh", "1950", "Kim Liên", "15/12/2019", "Thoát nghèo", "x"]
    bring(admin, book([row], headings))
    worked(1)
    admin.post("/imports/1/start", data={})
    worked(1)
    household = db.session.scalars(select(HouseholdRow)).one()

    page = admin.get(f"/households/{household.id}").text

    assert "Danh sách đã nhập ghi thêm" in page
    assert "Thoát nghèo" in page
    assert "Có đánh dấu" in page
    admin.post("/imports/1/undo", data={"reason": "nhầm"})
    worked(1)
    assert said_of(household.id) == []


def test_the_sample_list_is_read_as_it_is_and_imported(admin: Browser) -> None:
    content = admin.get("/imports/sample.xlsx").data
    bring(admin, content, "danh-sach-mau.xlsx")
    one = worked(1)

    (sheet,) = one.sheets
    assert len(sheet["columns"]) == len(sheet["texts"])
    assert "Nhập 2 hộ" in admin.get("/imports/1").text
    problems = rows(admin.get("/imports/1/problems?format=csv"))
    assert [row["Vấn đề"] for row in problems] == []

    admin.post("/imports/1/start", data={})
    worked(1)
    heads = db.session.scalars(
        select(HouseholdRow.head_name).order_by(HouseholdRow.head_name)
    )
    assert list(heads) == ["Lê Thị Thử", "Nguyễn Văn Mẫu"]
