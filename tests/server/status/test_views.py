"""The pages of lists and decisions, as an officer of a ward sees them."""

import io
from datetime import date

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from server.areas.tables import Area
from server.registry.tables import HouseholdRow
from server.status import actions, queries
from tests.browsing import Browser, signed_in
from tests.domain.poverty.households import household
from tests.factories import make_user
from tests.server.status.households import (
    TODAY,
    at,
    make_household,
    make_ward,
    merge,
    recognise,
)


@pytest.fixture
def ward(app: Flask) -> Area:
    return make_ward(name="Phường Láng")


@pytest.fixture
def officer(app: Flask, ward: Area) -> Browser:
    return signed_in(app, make_user(areas=[ward]))


@pytest.fixture
def poor(ward: Area) -> HouseholdRow:
    found = make_household(ward, head_name="Bùi Thị Lan", address_text="Số 7 ngõ 12")
    actions.assess(household_ids=[found.id])
    return found


def form(
    ward: Area, *items: tuple[HouseholdRow, str], **given: str
) -> dict[str, object]:
    return {
        "document_number": "12/QĐ-UBND",
        "confirmation": "12/QĐ-UBND",
        "signer": "Lê Văn Chủ",
        "decided_on": TODAY.isoformat(),
        "valid_from": TODAY.isoformat(),
        "standard": "vn-2022",
        "area_id": str(ward.id),
        "households": [row.id for row, _ in items],
        **{f"category_{row.id}": category for row, category in items},
        **given,
    }


def test_the_list_opens_on_todays_poor_of_the_own_ward(
    officer: Browser, ward: Area, poor: HouseholdRow
) -> None:
    recognise(ward, [(poor, "POOR")])
    make_household(ward, head_name="Không Có Tên")

    address = officer.get("/lists").location
    page = officer.get(address)

    assert "kind=listed" in address
    assert "standard=vn-2022" in address
    assert "Bùi Thị Lan" in page.text
    assert "Không Có Tên" not in page.text


def test_a_list_says_what_is_not_known_of_its_standard(
    officer: Browser, ward: Area
) -> None:
    page = officer.get(officer.get("/lists").location)

    assert "Chưa biết về chuẩn này:" in page.text
    assert "Chưa có các dòng và mức của Phiếu A" in page.text


def test_a_draft_is_no_standard_to_choose(officer: Browser, ward: Area) -> None:
    page = officer.get(officer.get("/lists").location)

    assert "vn-2016" in page.text
    assert "vn-2027" not in page.text


def test_what_was_assessed_and_not_recognised_has_a_list_of_its_own(
    officer: Browser, ward: Area, poor: HouseholdRow
) -> None:
    address = "/lists?standard=vn-2022&kind=unrecognised"
    assert "Bùi Thị Lan" in officer.get(address).text

    recognise(ward, [(poor, "POOR")])

    assert "Bùi Thị Lan" not in officer.get(address).text


def test_a_list_as_on_and_as_known_on_a_day(
    officer: Browser, ward: Area, poor: HouseholdRow
) -> None:
    recognise(ward, [(poor, "POOR")])

    address = "/lists?standard=vn-2022&kind=listed"
    assert "Bùi Thị Lan" in officer.get(f"{address}&on=2026-11-24").text
    assert "Bùi Thị Lan" not in officer.get(f"{address}&on=2026-11-23").text
    assert "Bùi Thị Lan" not in officer.get(f"{address}&known=2026-11-23").text


def test_an_officer_sees_nobody_of_another_ward(officer: Browser) -> None:
    other = make_ward(name="Phường Cát Linh")
    stranger = make_household(other, head_name="Người Phường Khác")
    made = recognise(other, [(stranger, "POOR")])

    for address in (
        "/lists?standard=vn-2022",
        f"/lists?standard=vn-2022&ward={other.id}",
        "/lists/print?kind=listed",
        "/recognitions",
        f"/recognitions/new?ward={other.id}",
        f"/recognitions/new?add={stranger.code}",
    ):
        assert "Người Phường Khác" not in officer.get(address).text
    assert officer.get(f"/recognitions/{made.id}").status_code == 404
    sheet = f"/households/{stranger.id}/assessment/vn-2022"
    assert officer.get(sheet).status_code == 404
    sent = form(other, (stranger, "POOR"), document_number="1", confirmation="1")
    assert officer.post("/recognitions", data=sent).status_code == 404
    withdrawn = officer.post(f"/recognitions/{made.id}/withdraw", data={"reason": "x"})
    assert withdrawn.status_code == 404


@pytest.mark.parametrize(
    ("role", "status"), [("district", 403), ("enumerator", 403), ("ward", 200)]
)
def test_only_the_commune_enters_decisions(
    app: Flask, ward: Area, role: str, status: int
) -> None:
    browser = signed_in(app, make_user(areas=[ward], role=role))

    assert browser.get("/recognitions/new").status_code == status


def test_the_list_comes_home_as_a_workbook(
    officer: Browser, ward: Area, poor: HouseholdRow
) -> None:
    recognise(ward, [(poor, "NEAR_POOR")], "12/QĐ-UBND")

    sent = officer.get("/lists?standard=vn-2022&kind=listed&format=xlsx")

    rows = CalamineWorkbook.from_filelike(io.BytesIO(sent.data)).get_sheet_by_index(0)
    header, row = rows.to_python()[:2]
    told = dict(zip(header, row, strict=False))
    assert told["Chủ hộ"] == "Bùi Thị Lan"
    assert told["Được công nhận"] == "Hộ cận nghèo"
    assert told["Chấm điểm hiện nay"] == "Hộ nghèo"
    assert told["Khác nhau"] == "Khác"
    assert told["Quyết định"] == "12/QĐ-UBND"


def test_the_notice_board_gets_name_address_and_category_only(
    officer: Browser, ward: Area, poor: HouseholdRow
) -> None:
    recognise(ward, [(poor, "POOR")], "12/QĐ-UBND")

    page = officer.get("/lists/print?posting=1&kind=unrecognised").text

    assert "Bùi Thị Lan" in page
    assert "Số 7 ngõ 12" in page
    assert poor.code not in page
    assert "12/QĐ-UBND" not in page


def test_what_is_not_decided_is_never_on_the_notice_board(
    officer: Browser, poor: HouseholdRow
) -> None:
    page = officer.get("/lists/print?posting=1&kind=unrecognised").text

    assert "Bùi Thị Lan" not in page


def test_a_new_decision_ticks_whom_it_should_name(
    officer: Browser, ward: Area, poor: HouseholdRow
) -> None:
    stays = make_household(ward)
    actions.assess(household_ids=[stays.id])
    recognise(ward, [(stays, "POOR")])

    page = officer.get("/recognitions/new").text

    def tick(row: HouseholdRow) -> str:
        return next(line for line in page.splitlines() if f'value="{row.id}"' in line)

    assert "checked" in tick(poor)
    assert "checked" not in tick(stays)


def test_any_household_can_be_added_by_its_code(officer: Browser, ward: Area) -> None:
    unknown = make_household(ward, "NON_POOR", head_name="Chưa Ai Chấm")

    page = officer.get(f"/recognitions/new?add={unknown.code.lower()}").text

    assert "Chưa Ai Chấm" in page


def test_a_decision_is_previewed_with_its_counts_and_entered(
    officer: Browser, ward: Area, poor: HouseholdRow
) -> None:
    near = make_household(ward, "NEAR_POOR")
    sent = form(ward, (poor, "POOR"), (near, "NEAR_POOR"))

    preview = officer.post("/recognitions/preview", data=sent).text
    assert "Công nhận 2 hộ" in preview
    assert queries.status_map(None, "vn-2022", TODAY) == {}

    done = officer.post("/recognitions", data=sent)
    assert "Quyết định 12/QĐ-UBND" in officer.get(done.location).text
    assert queries.status_map(None, "vn-2022", TODAY) == {
        poor.id: "POOR",
        near.id: "NEAR_POOR",
    }


def test_a_refused_decision_comes_back_with_all_that_was_typed(
    officer: Browser, ward: Area, poor: HouseholdRow
) -> None:
    sent = form(ward, (poor, "POOR"), confirmation="sai", signer="")

    page = officer.post("/recognitions", data=sent)

    assert page.status_code == 422
    assert "Hãy gõ lại đúng số quyết định" in page.text
    assert "Chưa có người ký" in page.text
    assert 'value="12/QĐ-UBND"' in page.text
    assert poor.id in page.text


@pytest.mark.parametrize(
    "given",
    [{"document_number": "x" * 101}, {"signer": "x" * 201}, {"note": "x" * 2001}],
)
def test_a_decision_longer_than_any_paper_is_refused(
    officer: Browser, ward: Area, poor: HouseholdRow, given: dict[str, str]
) -> None:
    answer = officer.post("/recognitions", data=form(ward, (poor, "POOR"), **given))

    assert answer.status_code == 422
    assert "ký tự" in answer.text


def test_a_ward_with_a_number_of_thirty_digits_is_no_choice(
    officer: Browser, ward: Area, poor: HouseholdRow
) -> None:
    sent = form(ward, (poor, "POOR"), area_id="9" * 30)

    answers = [officer.post(f"/recognitions{p}", data=sent) for p in ("", "/preview")]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert "chọn trong danh sách" in answers[0].text


def test_a_decision_is_withdrawn_with_its_reason(
    officer: Browser, ward: Area, poor: HouseholdRow
) -> None:
    made = recognise(ward, [(poor, "POOR")])

    done = officer.post(
        f"/recognitions/{made.id}/withdraw", data={"reason": "Nhập nhầm hộ"}
    )

    assert "Nhập nhầm hộ" in officer.get(done.location).text
    assert queries.status_map(None, "vn-2022", TODAY) == {}


def test_two_statuses_of_one_household_stand_above_the_list(
    officer: Browser, ward: Area, poor: HouseholdRow
) -> None:
    other = make_household(ward, head_name="Hộ Còn Lại")
    recognise(ward, [(poor, "POOR"), (other, "NEAR_POOR")])
    merge(poor, other, at(2026, 11, 24, 10))

    page = officer.get("/lists?standard=vn-2022&kind=listed").text

    assert "Cần phường quyết định" in page
    assert poor.code in page


def test_the_sheet_explains_the_assessment_with_the_names_of_people(
    officer: Browser, poor: HouseholdRow
) -> None:
    page = officer.get(f"/households/{poor.id}/assessment/vn-2022").text

    assert "Hộ nghèo" in page
    assert "Nguyễn Văn An, có bảo hiểm y tế: có" in page
    assert "nhà tiêu: Không có" in page
    assert "175 điểm" in page
    missing = f"/households/{poor.id}/assessment/vn-2016"
    assert officer.get(missing).status_code == 404


def test_the_page_of_a_household_shows_status_assessment_and_history(
    officer: Browser, ward: Area, poor: HouseholdRow
) -> None:
    recognise(ward, [(poor, "NEAR_POOR")], "12/QĐ-UBND")
    recognise(ward, [(poor, "POOR")], "13/QĐ-UBND")

    page = officer.get(f"/households/{poor.id}").text

    assert "quyết định 13/QĐ-UBND" in page
    assert "Lịch sử công nhận (2)" in page
    assert page.count("Từng ghi nhận, nay không còn tính") == 1
    assert "nay hết hiệu lực" not in page
    assert "12 chỉ số và vì sao" in page
    assert "Chuẩn này chưa được đối chiếu" in page


def test_a_status_under_an_old_standard_says_that_it_is_over(
    officer: Browser, ward: Area, poor: HouseholdRow
) -> None:
    day = date(2018, 12, 20)
    recognise(ward, [(poor, "POOR")], standard="vn-2016", valid_from=day)

    assert "nay hết hiệu lực" in officer.get(f"/households/{poor.id}").text


def test_what_is_missing_is_asked_for_on_the_page_of_the_household(
    officer: Browser, ward: Area
) -> None:

    unclear = make_household(ward, content=household(lacks=("WATER",)))
    actions.assess(household_ids=[unclear.id])

    page = officer.get(f"/households/{unclear.id}").text

    assert "Hỏi trước nhất: tổng điểm B1." in page


@pytest.mark.parametrize(
    "address",
    [
        "/lists?standard=nonsense&on=yesterday&known=1&ward=x&kind=y&group=z",
        "/lists/print?kind=x&on=1",
        "/recognitions/new?ward=0&standard=&on=",
        "/recognitions?state=x&number=%25",
    ],
)
def test_a_nonsensical_address_is_answered_with_a_page(
    officer: Browser, address: str
) -> None:
    assert officer.get(address).status_code == 200


def test_the_pages_speak_english(app: Flask, ward: Area, poor: HouseholdRow) -> None:
    made = recognise(ward, [(poor, "POOR")])
    browser = signed_in(app, make_user(areas=[ward], language="en"))

    assert (
        "Poor and near-poor households" in browser.get("/lists?standard=vn-2022").text
    )
    assert "Signed on" in browser.get(f"/recognitions/{made.id}").text
    assert "near-poor" in browser.get("/reports/movement").text


def test_the_list_of_the_unclassified_says_what_to_ask(
    officer: Browser, ward: Area, poor: HouseholdRow
) -> None:
    unclear = make_household(
        ward, content=household(b1_score=None), head_name="Phạm Thị Hỏi"
    )
    actions.assess(household_ids=[unclear.id])

    page = officer.get("/lists?kind=unclear&standard=vn-2022")
    sheet = officer.get("/lists?kind=unclear&standard=vn-2022&format=csv")

    assert "Phạm Thị Hỏi" in page.text
    assert "Bùi Thị Lan" not in page.text
    assert "Cần hỏi trước: tổng điểm B1." in page.text
    assert "Cần hỏi trước: tổng điểm B1." in sheet.text
