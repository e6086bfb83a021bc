"""What pages of rounds and of a household's past say beside the journey of a year."""

from datetime import date

import pytest
from flask import Flask, url_for

from server.registry.queries import golden_of
from server.registry.tables import HouseholdRow
from server.rounds import actions
from server.rounds.certificates import certificates
from server.rounds.panel import rounds_panel
from server.status import actions as status
from server.status.panel import status_panel
from tests.browsing import signed_in
from tests.factories import make_user
from tests.server.rounds.reviews import (
    case_of,
    decide,
    listed,
    meet,
    open_round,
    post,
    score,
    surveyed_household,
)
from tests.server.status.households import (
    OFFICER,
    make_household,
    make_ward,
    recognise,
)

pytestmark = pytest.mark.sqlite_only


def test_the_page_of_a_household_names_its_rounds_and_asks_for_a_day(
    app: Flask,
) -> None:
    ward = make_ward()
    row = surveyed_household(ward)
    listed(open_round(ward), row)

    with app.test_request_context("/"):
        rounds, statuses = rounds_panel(row), status_panel(row)

    assert "Rà soát tháng 9" in rounds
    assert "Chờ chốt điểm" in rounds
    assert f"/households/{row.id}/past" in statuses


def test_a_certificate_is_checked_by_anybody_who_has_its_code(app: Flask) -> None:
    ward = make_ward()
    review = open_round(ward)
    (case,) = listed(review, surveyed_household(ward))
    score(review, [case])
    meet(review, {case.id: "POOR"})
    post(review, [case])
    act = decide(review, {case.id: "POOR"})
    (paper,) = certificates(act.recognition_id or 0, "")
    anybody = app.test_client()

    assert "Giấy này còn giá trị" in anybody.get(paper.address).text
    assert anybody.get(paper.address[:-1] + "x").status_code == 404

    status.withdraw(by=OFFICER, recognition_id=act.recognition_id or 0, reason="sai")
    assert "Quyết định đã được rút lại" in anybody.get(paper.address).text
    assert case_of(case).last_step == "decided"


def test_a_certificate_names_the_people_and_who_signed(app: Flask) -> None:
    ward = make_ward()
    review = open_round(ward)
    row = surveyed_household(ward)
    (case,) = listed(review, row)
    score(review, [case])
    meet(review, {case.id: "POOR"})
    post(review, [case])
    act = decide(review, {case.id: "POOR"}, signer="Lê Văn Chủ")

    page = signed_in(app, make_user(role="admin")).get(f"/acts/{act.id}/certificates")

    for each in golden_of(row).household.members:
        assert f"<td>{each.full_name}</td>" in page.text
    assert "Lê Văn Chủ" in page.text
    assert "chưa đọc được nguyên văn" in page.text


def past(app: Flask, row: HouseholdRow, **asked: str) -> str:
    browser = signed_in(app, make_user(role="admin"))
    with app.test_request_context("/"):
        address = url_for("status.past", household_id=row.id, **asked)
    return str(browser.get(address).text)


def test_the_past_of_a_household_is_told_as_it_was_known(app: Flask) -> None:
    ward = make_ward()
    row = make_household(ward)
    recognise(ward, [(row, "POOR")], "7/QĐ", valid_from=date(2024, 12, 20))
    recognise(ward, [(row, "NON_POOR")], "8/QĐ", valid_from=date(2025, 12, 20))

    now = past(app, row)
    then = past(app, row, on="2025-01-15", known="2026-11-23")

    assert "Thoát nghèo" in now
    assert "được tính đến trước ngày 20/12/2028" in now
    assert "7/QĐ" in past(app, row, on="2025-01-15")
    assert "không thuộc diện nào được công nhận" in then


def test_how_a_household_came_is_noted_and_taken_back_on_its_page(app: Flask) -> None:
    ward = make_ward()
    parent, child = make_household(ward), make_household(ward)
    browser = signed_in(app, make_user(areas=[ward]))

    answer = browser.post(
        f"/households/{child.id}/arrival",
        data={
            "kind": "split", "on": "2026-03-01", "from_code": parent.code,
            "reason": "cưới",
        },
    )  # fmt: skip

    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "Tách ra từ hộ khác" in page
    assert browser.post("/households/arrivals/1/take-back").status_code == 303
    assert "đã bỏ" in browser.get(answer.location).text


def test_cases_past_their_term_are_counted_today_and_listed(app: Flask) -> None:
    ward = make_ward()
    late = open_round(ward, ends_on=date(2026, 11, 20))
    row = surveyed_household(ward, head_name="Bùi Thị Lan")
    (case,) = listed(late, row)
    listed(open_round(ward, name="Đợt sau"), surveyed_household(ward))
    elsewhere = make_ward("79")
    officer = signed_in(app, make_user(areas=[ward]))
    stranger = signed_in(app, make_user(areas=[elsewhere]))

    today = officer.get("/").text
    page = officer.get("/cases/late").text

    assert 'href="/cases/late"><strong>1</strong>' in today
    assert f"/cases/{case.id}" in page
    assert "20/11/2026, quá 1 ngày làm việc" in page  # the 24th is a holiday
    assert "Đợt sau" not in page
    assert "/cases/late?" not in stranger.get("/").text
    assert "Bùi Thị Lan" not in stranger.get("/cases/late").text
    assert "Bùi Thị Lan" in officer.get(f"/cases/late?step={case.next_step}").text
    english = signed_in(app, make_user(areas=[ward], language="en"))
    assert "Cases past their term" in english.get("/cases/late").text
    actions.give_up(by=OFFICER, round_id=late.id, reason="nhầm")
    assert "Không có hồ sơ nào quá hạn" in officer.get("/cases/late").text
