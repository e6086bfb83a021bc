"""A signed score table from the office to the phone and back, and taken back again.

The table is invented (tests/invented_table.py). The phone is the engine inside ODK
Collect, filling in the very form and lists that the server hands out.
"""

import io
from typing import Any

import pytest
from flask import Flask
from lxml import etree
from sqlalchemy import select

from server import invariants
from server.accounts.sessions import start_session
from server.db import db
from server.inbox.tables import Submission
from server.jobs.worker import run_due
from server.openrosa.queries import newest_forms
from server.pipeline import HANDLERS
from server.registry.tables import HouseholdRow
from server.standards.tables import TableCompletion
from server.status import queries
from server.status.tables import AssessmentRow
from tests.browsing import Browser
from tests.factories import make_area, make_user
from tests.forms.answers import GROUP, WARD
from tests.forms.javarosa import fill, require_java
from tests.forms.scored import answers, typed
from tests.invented_table import ANSWERS, DOCUMENT, ITEMS, TABLE
from tests.journeys.posts import Door, open_door, upload

POOR, OTHER = ANSWERS[1][0], ANSWERS[0][0]  # 110 and 190 points in a ward
WITHDRAWN = {"reason": "chép nhầm cột"}


@pytest.fixture
def door(app: Flask) -> Door:
    require_java()
    ward = make_area(code=WARD, name="Phường của phiếu")
    make_area(code=GROUP, name="Tổ 7", level="group", parent_id=ward.id)
    return open_door(app, ward)


def sign_table(app: Flask, text: str = TABLE) -> TableCompletion:
    """One administrator brings the table, another signs, both through the screens."""
    browser: Browser = app.test_client()
    sent: dict[str, Any] = {
        "file": (io.BytesIO(text.encode()), "b1.csv"), "document": DOCUMENT,
        "article": "Phụ lục bịa", "stated_items": str(ITEMS), "urban": "ThanhThi",
        "rural": "NongThon",
    }  # fmt: skip
    browser.set_cookie("ra_soat_session", start_session(user=make_user(role="admin")))
    assert browser.post("/standards/vn-2022/table", data=sent).status_code == 303
    made = db.session.scalars(
        select(TableCompletion).order_by(TableCompletion.id.desc())
    ).first()
    assert made is not None
    signer = make_user(role="admin", name="Lê Văn Ký")
    browser.set_cookie("ra_soat_session", start_session(user=signer))
    address = f"/standards/table/{made.id}/sign"
    assert browser.post(address, data={"checksum": made.sha256[:8]}).status_code == 303
    assert DOCUMENT in browser.get(f"/standards/table/{made.id}").text
    assert browser.get(f"/standards/table/{made.id}.csv").text == text
    run_due(HANDLERS)
    return made


def handed_out(door: Door) -> tuple[bytes, dict[str, bytes]]:
    """The form a phone is given, with its lists."""
    browser: Browser = door.app.test_client()
    form = newest_forms()[0]
    base = f"/key/{door.token}/forms/{form.form_id}/{form.version}"
    manifest = etree.fromstring(browser.get(f"{base}/manifest").data)
    names = [node.text or "" for node in manifest.iter("{*}filename")]
    lists = {
        name: browser.get(f"/key/{door.token}/lists/{name}").data for name in names
    }
    return browser.get(f"{base}/form.xml").data, lists


def survey(door: Door, items: dict[str, list[str]], **changes: Any) -> str:
    """A survey with the form of the day; the household it became."""
    form, lists = handed_out(door)
    before = set(db.session.scalars(select(HouseholdRow.id)))
    xml = fill(form, lists, answers(items, changes))
    assert door.post(upload(xml)).status_code == 201
    run_due(HANDLERS)
    (made,) = set(db.session.scalars(select(HouseholdRow.id))) - before
    return made


def found(household_id: str) -> AssessmentRow:
    db.session.rollback()
    row = queries.find_assessment(household_id, "vn-2022")
    assert row is not None
    return row


@pytest.mark.sqlite_only
def test_a_signed_table_reaches_phones_and_places_households(
    app: Flask, door: Door
) -> None:
    shipped = newest_forms()[0]
    made = sign_table(app)

    assert newest_forms()[0].version == f"{shipped.version}-001"
    household_id = survey(door, POOR)
    row = found(household_id)
    assert (row.category, row.trace["measured"]) == ("NEAR_POOR", 110)
    b1 = row.trace["b1"]
    assert b1["table"]["sha256"] == made.sha256
    assert (b1["table"]["number"], b1["table"]["signed_by"]) == (made.id, "Lê Văn Ký")
    assert (b1["region"], b1["computed"], b1["phone"], b1["typed"]) == (
        "ThanhThi", 110, 110, None,
    )  # fmt: skip
    browser = officer(app)
    for address in ("", "/assessment/vn-2022", "/assessments"):
        page = browser.get(f"/households/{household_id}{address}").text
        assert made.sha256[:16] in page, address
        assert "Lê Văn Ký" in page, address
    submission = db.session.scalars(select(Submission.id)).one()
    page = browser.get(f"/inbox/{submission}").text
    assert "Số người (bịa)" in page
    assert "Hai người" in page
    assert invariants.verify() == []


@pytest.mark.sqlite_only
def test_what_the_items_leave_open_is_asked_and_put_right(
    app: Flask, door: Door
) -> None:
    sign_table(app)
    household_id = survey(door, {**OTHER, "4": ["unknown"]}, **typed(120))
    row = found(household_id)
    assert (row.category, row.trace["measured"]) == ("NEAR_POOR", 120)
    assert [each["code"] for each in row.trace["warnings"]] == [
        "assessment_items_missing"
    ]

    correct(app, household_id, "economy.b1_score", "")
    row = found(household_id)
    (why,) = row.trace["missing"]
    assert why["code"] == "assessment_needs_item"
    assert why["values"]["items_vi"] == "4 (Điện (bịa))"
    assert row.trace["ask"]["words"][0] == "4. Điện (bịa)"

    correct(app, household_id, "scores.vn_2022_item_4", "much")
    assert found(household_id).trace["measured"] == 190
    correct(app, household_id, "economy.b1_score", "120")
    (why,) = found(household_id).trace["missing"]
    assert why["code"] == "assessment_needs_one_total"
    assert why["values"] == {"typed": 120, "computed": 190}
    assert (
        "đã gọi điện hỏi chủ hộ" in officer(app).get(f"/households/{household_id}").text
    )
    assert invariants.verify() == []


def correct(app: Flask, household_id: str, path: str, value: str) -> None:
    """An officer puts one answer right, on the page that asks it."""
    browser, page = officer(app), f"/households/{household_id}/correct"
    assert "Ghi đính chính" in browser.get(page, query_string={"path": path}).text
    sent = {"path": path, "value": value, "reason": "đã gọi điện hỏi chủ hộ"}
    assert browser.post(page, data=sent).status_code == 303
    run_due(HANDLERS)


@pytest.mark.sqlite_only
def test_what_was_assessed_by_a_table_stays_when_the_table_changes(
    app: Flask, door: Door
) -> None:
    first = sign_table(app)
    household_id = survey(door, POOR)

    second = sign_table(app, TABLE.replace("Hai người,,55,60", "Hai người,,255,60"))
    assert (found(household_id).category, found(household_id).trace["measured"]) == (
        "NON_POOR", 310,
    )  # fmt: skip
    browser: Browser = app.test_client()
    browser.set_cookie("ra_soat_session", start_session(user=make_user(role="admin")))
    for completion in (second, first):
        sent = browser.post(
            f"/standards/table/{completion.id}/withdraw", data=WITHDRAWN
        )
        assert sent.status_code == 303
        run_due(HANDLERS)

    row = found(household_id)
    assert row.category is None
    assert [each["code"] for each in row.trace["missing"]] == ["assessment_needs_table"]
    past = queries.past_assessments_of(household_id)["vn-2022"]
    assert [(each.category, each.trace["b1"]["computed"]) for each in past] == [
        ("NEAR_POOR", 110), ("NON_POOR", 310), ("NEAR_POOR", 110),
    ]  # fmt: skip
    page = browser.get(f"/households/{household_id}").text
    assert "Kết quả chấm trước đây (3)" in page
    assert "Lê Văn Ký" in page
    assert newest_forms()[0].version.endswith("-004")
    assert b"vn_2022_item_1" not in newest_forms()[0].xform
    assert invariants.verify() == []


def officer(app: Flask) -> Browser:
    """A browser of somebody who may correct."""
    browser: Browser = app.test_client()
    browser.set_cookie("ra_soat_session", start_session(user=make_user(role="admin")))
    return browser
