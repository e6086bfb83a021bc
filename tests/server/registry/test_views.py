"""The list of households, the page of one, and putting things right there."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from markupsafe import Markup
from sqlalchemy import select

from server import clock
from server.areas.tables import Area
from server.audit.tables import AuditEvent
from server.db import db, transaction
from server.domain.actor import SYSTEM
from server.domain.matching.judgement import Verdict
from server.domain.survey.record import Address
from server.registry import actions
from server.registry.tables import Correction, HouseholdEvent, HouseholdRow
from server.web.panels import household_panels
from tests.browsing import Browser
from tests.server.registry.households import (
    NUMBER,
    again,
    catch_up,
    judge,
    make_household,
    member,
)

pytestmark = pytest.mark.usefixtures("ward")


def page_of(browser: Browser, row: HouseholdRow) -> str:
    answer = browser.get(f"/households/{row.id}")
    assert answer.status_code == 200
    return answer.text


def test_the_list_shows_each_household_with_its_head_and_address(
    officer: Browser,
) -> None:
    row = make_household(name="Đặng Thị Mão")

    page = officer.get("/households/").text

    assert "Đặng Thị Mão" in page
    assert row.code in page
    assert "Khâm Thiên" in page
    assert f"/households/{row.id}" in page


def test_a_ward_sees_its_own_households_only(
    officer: Browser, neighbour: Browser
) -> None:
    row = make_household(name="Đặng Thị Mão")

    assert "Đặng Thị Mão" in officer.get("/households/").text
    assert "Đặng Thị Mão" not in neighbour.get("/households/").text
    assert neighbour.get(f"/households/{row.id}").status_code == 404


def test_searching_leads_to_an_address_with_the_words(officer: Browser) -> None:
    make_household(name="Đặng Thị Mão")
    make_household(name="Lê Văn Tám", born="1971")

    found = officer.post("/households/search", data={"q": "mao dang"})

    assert found.location == "/households/?q=mao+dang"
    page = officer.get(found.location).text
    assert "Đặng Thị Mão" in page
    assert "Lê Văn Tám" not in page


def test_a_code_leads_to_the_page_of_its_household(officer: Browser) -> None:
    row = make_household()

    found = officer.post("/households/search", data={"q": row.code.lower()})

    assert found.location == f"/households/{row.id}"


@pytest.mark.parametrize("typed", [NUMBER, "0011 6001 2345", "0912345678"])
def test_a_number_never_stands_in_an_address(officer: Browser, typed: str) -> None:
    make_household(number=NUMBER, phones=("0912345678",), name="Đặng Thị Mão")
    make_household(name="Lê Văn Tám", born="1971")

    found = officer.post("/households/search", data={"q": typed})

    digits = typed.replace(" ", "")
    assert digits not in found.location
    answer = officer.get(found.location)
    assert "Đặng Thị Mão" in answer.text
    assert "Lê Văn Tám" not in answer.text
    assert digits not in answer.text


def test_a_sealed_search_of_somebody_else_is_no_page(officer: Browser) -> None:
    assert officer.get("/households/found/abc").status_code == 404


def test_the_list_can_be_taken_home(officer: Browser) -> None:
    row = make_household(name="Đặng Thị Mão")

    sheet = officer.get("/households/?format=csv").data.decode("utf-8-sig")

    assert "Đặng Thị Mão" in sheet
    assert row.code in sheet


def test_the_page_says_what_is_known_in_words(officer: Browser) -> None:
    row = make_household(
        name="Đặng Thị Mão",
        born="1950-03-02",
        others=(member("b", "Lê Văn Tám", relation_to_head="child", sex="male"),),
    )

    page = page_of(officer, row)

    assert "02/03/1950 (76 tuổi)" in page
    assert "Lê Văn Tám" in page
    assert "Con" in page
    assert "12 ngõ 9 Khâm Thiên" in page or "ngõ 9" in page


def test_identity_numbers_are_masked_until_somebody_asks_and_is_remembered(
    officer: Browser,
) -> None:
    row = make_household(number=NUMBER)
    assert NUMBER not in page_of(officer, row)

    page = officer.post(f"/households/{row.id}/numbers").text

    assert NUMBER in page
    event = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "household.numbers_shown")
    ).one()
    assert (event.subject_id, event.actor_name) == (row.id, "Trần Thị Bình")
    assert NUMBER not in str(event.details)


def test_numbers_of_another_ward_stay_closed(neighbour: Browser) -> None:
    row = make_household(number=NUMBER)

    assert neighbour.post(f"/households/{row.id}/numbers").status_code == 404


def test_a_value_is_put_right_and_taken_back(officer: Browser) -> None:
    row = make_household(address=Address(house_number="12", street="Khâm Thiên"))

    answer = officer.post(
        f"/households/{row.id}/correct",
        data={"path": "address.house_number", "value": "14", "reason": "xem biển số"},
    )
    assert answer.location == f"/households/{row.id}"
    assert "đang được tính lại" in page_of(officer, row)
    catch_up()
    page = page_of(officer, row)
    assert "14" in again(row).address_text
    assert "xem biển số" in page
    assert "đang được tính lại" not in page

    correction = db.session.scalars(select(Correction)).one()
    officer.post(f"/households/corrections/{correction.id}/take-back")
    catch_up()
    assert "12" in again(row).address_text
    page = page_of(officer, row)
    assert "Lấy lại đính chính “Số nhà”" in page
    assert "đang được tính lại" not in page


ANSWERS: list[tuple[str, dict[str, Any], Any]] = [
    ("head_name", {"value": " Đặng  Thị Mão "}, "Đặng Thị Mão"),
    (
        "phones",
        {"value": "0912 345 678; +84 988 777 666"},
        ["0912345678", "0988777666"],
    ),
    ("dwelling.wall", {"value": "concrete"}, "concrete"),
    ("dwelling.area_m2", {"value": "12,5"}, 12.5),
    ("economy.income_per_capita", {"value": "1.500.000 đ"}, 1_500_000),
    ("information.uses_internet", {"value": "no"}, False),
    ("information.uses_internet", {"value": ""}, None),
    ("economy.assets", {"value": ["motorbike", "fridge"]}, ["motorbike", "fridge"]),
    ("economy.assets", {"value": ["none_of_these"]}, []),
    ("economy.assets", {}, None),
    ("members[h].birth", {"value": "3/1950"}, {"year": 1950, "month": 3, "day": None}),
    (
        "members[h].identifiers",
        {"number_cccd12": "001 160 012 345", "number_cmnd9": "012345679"},
        [
            {"kind": "cccd12", "number": NUMBER},
            {"kind": "cmnd9", "number": "012345679"},
        ],
    ),
    ("members[h]", {}, None),
]


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("path", "typed", "kept"), ANSWERS)
def test_each_kind_of_answer_is_typed_its_own_way(
    officer: Browser, path: str, typed: dict[str, Any], kept: Any
) -> None:
    row = make_household(key="h")
    assert officer.get(f"/households/{row.id}/correct?path={path}").status_code == 200

    answer = officer.post(
        f"/households/{row.id}/correct",
        data={"path": path, "reason": "xem giấy tờ", **typed},
    )

    assert answer.status_code == 303, answer.text
    assert db.session.scalars(select(Correction)).one().value == kept
    catch_up()
    page_of(officer, row)


REFUSED = [
    ("dwelling.wall", "gold"),
    ("dwelling.area_m2", "rộng"),
    ("members[h].birth", "31/02/1950"),
    ("members[h].full_name", " "),
    ("phones", "123"),
    ("members[h].key", "x"),
    ("phone_results", "x"),
    ("nothing.at_all", "x"),
]


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("path", "typed"), REFUSED)
def test_what_does_not_fit_is_said_on_the_form(
    officer: Browser, path: str, typed: str
) -> None:
    row = make_household(key="h")

    answer = officer.post(
        f"/households/{row.id}/correct",
        data={"path": path, "value": typed, "reason": "vì"},
    )

    assert answer.status_code == 422
    assert "alert-danger" in answer.text
    assert db.session.scalars(select(Correction)).all() == []


def test_a_correction_needs_a_reason(officer: Browser) -> None:
    row = make_household()

    answer = officer.post(
        f"/households/{row.id}/correct",
        data={"path": "head_name", "value": "Đặng Thị Mão", "reason": " "},
    )

    assert answer.status_code == 422


def test_somebody_who_was_left_out_joins_and_somebody_strange_leaves(
    officer: Browser,
) -> None:
    row = make_household(
        key="h", others=(member("b", "Lê Văn Tám", relation_to_head="child"),)
    )
    form = officer.get(f"/households/{row.id}/correct?path=members[]").text
    path = form.partition('name="path" value="')[2].partition('"')[0]

    for data in (
        {"path": path, "full_name.value": "Lê Thị Chín", "sex.value": "female"},
        {"path": "members[b]"},
    ):
        answer = officer.post(
            f"/households/{row.id}/correct", data={**data, "reason": "hỏi chủ hộ"}
        )
        assert answer.status_code == 303
    catch_up()

    page = page_of(officer, row)
    assert "Lê Thị Chín" in page
    assert again(row).member_count == 2
    assert "không thuộc hộ này" in page


def test_corrections_of_another_ward_cannot_be_touched(
    officer: Browser, neighbour: Browser
) -> None:
    row = make_household()
    data = {"path": "head_name", "value": "Đặng Thị Mão", "reason": "vì"}
    assert neighbour.get(f"/households/{row.id}/correct").status_code == 404
    assert neighbour.post(f"/households/{row.id}/correct", data=data).status_code == 404
    officer.post(f"/households/{row.id}/correct", data=data)
    correction = db.session.scalars(select(Correction)).one()

    answer = neighbour.post(f"/households/corrections/{correction.id}/take-back")

    assert answer.status_code == 404
    assert db.session.get_one(Correction, correction.id).superseded_at is None


def test_a_household_leaves_and_is_taken_back(
    officer: Browser, neighbour: Browser
) -> None:
    row = make_household(review_date=date(2026, 1, 5))
    data = {"kind": "moved_out", "on": "2026-02-01", "reason": "về quê"}
    assert (
        neighbour.post(f"/households/{row.id}/departure", data=data).status_code == 404
    )

    officer.post(f"/households/{row.id}/departure", data=data)
    catch_up()
    assert again(row).state == "departed"
    assert "về quê" in page_of(officer, row)

    event = db.session.scalars(select(HouseholdEvent)).one()
    away = f"/households/departures/{event.id}/take-back"
    assert neighbour.post(away).status_code == 404
    officer.post(away)
    catch_up()
    assert again(row).state == "live"


@pytest.mark.usefixtures("thresholds")
def test_the_page_of_a_merged_household_leads_to_the_other(officer: Browser) -> None:
    first = make_household(born="1960", review_date=date(2026, 1, 5))
    second = make_household(born="1961", review_date=date(2026, 2, 5))
    judge(first, second, Verdict.SAME)

    answer = officer.get(f"/households/{second.id}")
    assert answer.location == f"/households/{first.id}"
    answer = officer.get(answer.location)

    assert first.code in answer.text
    assert f"Hộ {second.code} đã được gộp vào hộ này." in answer.text
    by_code = officer.post("/households/search", data={"q": second.code})
    assert by_code.location == f"/households/{first.id}"
    assert second.code not in officer.get("/households/").text
    assert second.code in officer.get("/households/?state=merged").text
    with transaction():
        again(second).needs_area_review = True
    assert second.code not in officer.get("/households/?state=unclear").text


def test_the_list_is_of_those_who_live_here_until_others_are_asked_for(
    officer: Browser,
) -> None:
    here = make_household(name="Đặng Thị Mão")
    gone = make_household(name="Lê Văn Đi")
    actions.record_departure(
        by=SYSTEM, household_id=gone.id, kind="moved_out", on=clock.today(), reason="đi"
    )
    catch_up()

    page = officer.get("/households/").text
    assert here.code in page
    assert gone.code not in page
    assert '<option value="live" selected>' in page
    assert "Bỏ lọc" not in page
    sheet = officer.get("/households/?format=csv").data.decode("utf-8-sig")
    assert here.code in sheet
    assert gone.code not in sheet
    every = officer.get("/households/?state=all").text
    assert here.code in every
    assert gone.code in every
    assert "/households/?state=all&amp;sort=head&amp;format=xlsx" in every
    nobody = officer.get("/households/?q=le+van+di").text
    assert "?q=le+van+di&amp;" in nobody
    assert gone.code in officer.get("/households/?q=le+van+di&state=all").text


def test_an_unclear_ward_is_asked_about_and_confirmed(
    officer: Browser, ward: Area, app: Flask
) -> None:
    row = make_household()
    with transaction():
        again(row).needs_area_review = True

    page = page_of(officer, row)

    assert "Xác nhận phường" in page
    assert "Cần xác nhận địa bàn" in officer.get("/households/?state=unclear").text


def test_features_above_add_their_own_panels(officer: Browser) -> None:
    row = make_household()

    def panel(household: HouseholdRow) -> Markup:
        return Markup("<section>bảng của {}</section>").format(household.code)

    household_panels.append(panel)
    try:
        page = page_of(officer, row)
    finally:
        household_panels.remove(panel)

    assert f"<section>bảng của {row.code}</section>" in page
