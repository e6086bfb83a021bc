"""The sheets of a result, for the family and for officers."""

import re
from datetime import date
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from server.audit.tables import AuditEvent
from server.db import db, transaction
from server.domain.survey.record import Household
from server.registry.tables import HouseholdRow
from server.rounds.result_sheets import family_sheet
from server.rounds.tables import ReviewCase
from server.status import actions as status
from server.status.queries import find_assessment
from tests.browsing import Browser, signed_in
from tests.domain.poverty.households import household
from tests.factories import make_user
from tests.server.rounds.reviews import (
    listed,
    meet,
    open_round,
    post,
    score,
    surveyed_household,
)
from tests.server.status.households import make_household, make_ward

pytestmark = pytest.mark.sqlite_only


def posted_case() -> tuple[HouseholdRow, ReviewCase]:
    ward = make_ward(name="Phường Láng")
    row = surveyed_household(ward, head_name="Bùi Thị Lan", address_text="Số 7 ngõ 12")
    review = open_round(ward)
    (case,) = listed(review, row)
    score(review, [case])
    meet(review, {case.id: "NEAR_POOR"})
    post(review, [case])
    return row, case


def text_of(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def test_a_family_reads_result_reasons_document_and_how_to_complain(
    app: Flask,
) -> None:
    row, case = posted_case()
    browser = signed_in(app, make_user(role="admin", language="en"))

    said = text_of(browser, f"/households/{row.id}/assessment/vn-2022")

    assert "Phiếu kết quả rà soát cho gia đình" in said  # whoever prints it
    assert "Bùi Thị Lan" in said
    assert "Kết quả chấm điểm: Hộ nghèo" in said
    assert "Nghị định 351/2025/NĐ-CP" in said
    assert "Chuẩn chưa được đối chiếu với văn bản gốc" in said
    assert "nhà tiêu: Không có" in said
    assert "tới Phường Láng" in said
    assert "Thời hạn niêm yết đã hết ngày 25/09/2026" in said
    assert browser.get(f"/households/{row.id}/assessment/vn-2016").status_code == 404
    assert f"/households/{row.id}/assessments" in browser.get(f"/cases/{case.id}").text


def test_a_sheet_without_a_result_says_why_and_what_to_ask(app: Flask) -> None:
    found = household(lacks=("WATER",), b1_score=None)
    row = make_household(make_ward(), content=found)
    status.assess(household_ids=[row.id])

    said = text_of(
        signed_in(app, make_user(role="admin")),
        f"/households/{row.id}/assessment/vn-2022",
    )

    assert "Chưa phân loại được vì" in said
    assert "Cần hỏi trước nhất: tổng điểm B1" in said
    assert "chậm nhất khi hết niêm yết" in said


def test_ten_unknown_indicators_are_one_sentence(app: Flask) -> None:
    nothing = Household(members=household().members[:1])
    row = make_household(make_ward(), content=nothing)
    status.assess(household_ids=[row.id])

    said = text_of(
        signed_in(app, make_user(role="admin")),
        f"/households/{row.id}/assessment/vn-2022",
    )

    assert said.count("Chưa phân loại được vì") == 2  # the points, and the indicators
    assert re.search(r"chưa rõ \d+ chỉ số: .+; ", said)


def test_the_code_of_a_sheet_says_whether_it_is_the_latest(app: Flask) -> None:
    row, _case = posted_case()
    address = family_sheet(row, "vn-2022", "").address
    anybody = app.test_client()

    said = text_of(anybody, address)
    assert "Phiếu này là kết quả mới nhất" in said
    assert "Số 7 ngõ 12" not in said
    assert anybody.get(address[:-1] + "x").status_code == 404

    found = find_assessment(row.id, "vn-2022")
    assert found is not None
    with transaction():
        found.trace = {**found.trace, "measured": 60}
    said = text_of(anybody, address)
    assert "không còn là kết quả mới nhất" in said
    assert "Bùi Thị Lan" not in said


def test_an_officer_reads_hash_rules_meeting_and_each_standard_apart(
    app: Flask,
) -> None:
    row, _case = posted_case()
    found = find_assessment(row.id, "vn-2022")
    assert found is not None

    said = text_of(
        signed_in(app, make_user(role="admin")), f"/households/{row.id}/assessments"
    )

    assert f"vn-2022 {found.pack_hash}" in said
    assert "Quy tắc" in said
    assert "Họp dân: Hộ cận nghèo" in said  # beside what was computed
    assert "Kết quả chấm điểm Hộ nghèo" in said


def test_whoever_lays_out_a_sheet_is_written_down(app: Flask) -> None:
    row, _case = posted_case()
    browser = signed_in(app, make_user(role="admin"))

    browser.get(f"/households/{row.id}/assessment/vn-2022")
    browser.get(f"/households/{row.id}/assessment/vn-2016")  # there is none
    browser.get(f"/households/{row.id}/assessments")

    wanted = select(AuditEvent).where(AuditEvent.action == "list.exported")
    family, officer = db.session.scalars(wanted.order_by(AuditEvent.id))
    assert (family.subject_id, family.details["format"]) == ("phieu-gia-dinh", "print")
    assert family.details["filters"] == {"household": row.id, "standard": "vn-2022"}
    assert officer.subject_id == "phieu-can-bo"
    assert row.head_name not in str([family.details, officer.details])


def test_sheet_a_is_entered_line_by_line_and_its_rule_decides(app: Flask) -> None:
    ward = make_ward(name="Phường Láng")
    days = {"begins_on": date(2018, 9, 1), "ends_on": date(2018, 12, 14)}
    review = open_round(ward, standard="vn-2016", **days)
    first, second = listed(
        review, make_household(ward), make_household(ward),
        origin="requested", on=date(2018, 9, 1),
    )  # fmt: skip
    officer = signed_in(app, make_user(areas=[ward]))
    lines = {"line-vehicle": "yes", "line-cooling": "yes", "line-washing_machine": "no"}
    sent = {**lines, "line-rent": "yes", "on": "2018-09-05"}

    assert "Có tủ lạnh hoặc máy điều hoà" in officer.get(f"/cases/{first.id}").text
    work = officer.get(f"/rounds/{review.id}/work/screened").text
    assert f"/rounds/{review.id}/sheet-a" in work
    officer.post(f"/cases/{first.id}/sheet-a", data=sent)
    officer.post(
        f"/cases/{second.id}/sheet-a", data={**sent, "kept_because": "nhà tạm"}
    )

    said = text_of(officer, f"/cases/{first.id}")
    assert "05/09/2018 · Phiếu A (nhận dạng nhanh) : Không có khả năng nghèo" in said
    assert "Có máy giặt: Không" in said
    kept = text_of(officer, f"/cases/{second.id}")
    assert "Phiếu A (nhận dạng nhanh) : Cần khảo sát bằng Phiếu B" in kept
    assert "nhà tạm" in kept
    other = {"line-nothing": "yes", "on": "2018-09-05"}
    assert officer.post(f"/cases/{first.id}/sheet-a", data=other).status_code == 422

    blank = text_of(officer, f"/rounds/{review.id}/sheet-a")
    assert "Có tủ lạnh hoặc máy điều hoà" in blank
    assert "Phiếu gốc có 1 dòng mà hệ thống chưa đọc được" in blank
    unread = open_round(ward)
    assert "chưa có trong hệ thống" in officer.get(f"/rounds/{unread.id}/sheet-a").text
