"""A survey on paper is typed in by the rules of the form and goes the way of all."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from server import clock
from server.areas.tables import Area
from server.db import db
from server.demo import interviews
from server.demo.families import Family, families
from server.inbox.tables import Reading, Submission
from server.jobs.worker import run_due
from server.openrosa.typing_in import SOURCE
from server.pipeline import HANDLERS
from server.registry.queries import golden_of
from server.registry.tables import HouseholdRow
from tests.browsing import Browser
from tests.factories import make_area
from tests.journeys.posts import release_real_form
from tests.server.status.households import make_household

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def group(ward: Area) -> Area:
    release_real_form()
    return make_area(level="group", parent_id=ward.id, code="00229-01", name="Tổ 1")


@pytest.fixture
def family() -> Family:
    return families(3, 1, clock.today())[0]


def typed(family: Family, group: Area) -> dict[str, Any]:
    """What the office types of a paper: the fields are called as the form's places."""
    on = clock.today() - timedelta(days=3)
    answers = interviews.visit("Trần Thị Rà", on, "00229", group.code)
    answers |= interviews.new_household(family, on)
    return {**answers, "people": len(family.people)}


def test_a_typed_survey_becomes_a_household(
    app: Flask, officer: Browser, group: Area, family: Family
) -> None:
    answer = officer.post("/paper-form/enter", data=typed(family, group))

    assert answer.status_code == 303
    run_due(HANDLERS)
    submission = db.session.scalars(select(Submission)).one()
    assert submission.source == SOURCE
    assert db.session.scalars(select(Reading)).one().state == "understood"
    row = db.session.scalars(select(HouseholdRow)).one()
    assert (row.head_name, row.group_code) == (family.head.name, group.code)
    assert len(golden_of(row).household.members) == len(family.people)


def test_a_survey_that_is_sent_twice_is_kept_once(
    app: Flask, officer: Browser, group: Area, family: Family
) -> None:
    sent = typed(family, group) | {"once": "word"}

    first, second = (officer.post("/paper-form/enter", data=sent) for _ in range(2))

    assert (second.status_code, second.location) == (303, first.location)
    assert len(db.session.scalars(select(Submission)).all()) == 1


def test_whatever_is_missing_or_wrong_is_said_at_once(
    app: Flask, officer: Browser, group: Area, family: Family
) -> None:
    sent = typed(family, group)
    del sent["/household/roster/member[1]/person/sex"]
    sent["/household/dwelling/area_m2"] = "9000"

    said = unescape(officer.post("/paper-form/enter", data=sent).text)

    assert "Chưa ghi “Giới tính (1)”" in said
    assert "Biểu mẫu không nhận “9000.0” ở “Diện tích ở (m²)”" in said
    assert family.head.name in said  # what was typed is still there
    sent["/household/dwelling/area_m2"] = "hai mươi"
    said = unescape(officer.post("/paper-form/enter", data=sent).text)
    assert "“hai mươi” ở “Diện tích ở (m²)” không phải là số" in said
    sent["/visit/review_date"] = "31/11/2026"
    said = unescape(officer.post("/paper-form/enter", data=sent).text)
    assert "“31/11/2026” ở “Ngày rà soát” không phải là một ngày" in said
    assert db.session.scalars(select(Submission)).all() == []


def test_what_no_file_can_hold_is_left_out(
    app: Flask, officer: Browser, group: Area, family: Family
) -> None:
    sent = typed(family, group) | {"/closing/remarks": "bò\x00 \x1bgà"}

    assert officer.post("/paper-form/enter", data=sent).status_code == 303
    payload = db.session.scalars(select(Submission.payload)).one()
    assert "bò gà".encode() in payload


def test_the_page_of_a_household_knows_its_people_and_its_group(
    officer: Browser, stranger: Browser, ward: Area, group: Area
) -> None:
    row = make_household(ward, group_code=group.code)
    address = f"/households/{row.id}/paper-form/enter"

    page = unescape(officer.get(address).text)

    for each in golden_of(row).household.members:
        assert f'value="{each.full_name}"' in page
    assert f'<option value="{group.code}" selected>' in page
    assert stranger.get(address).status_code == 404
    assert stranger.post(address, data={}).status_code == 404


def test_a_household_that_did_not_change_is_typed_in_with_five_answers(
    officer: Browser, ward: Area, group: Area
) -> None:
    row = make_household(ward, group_code=group.code)
    address = f"/households/{row.id}/paper-form/enter"
    empty = officer.post(address, data={})
    sent = interviews.visit("Trần Thị Rà", clock.today(), "00229", group.code)

    done = officer.post(address, data={**sent, "/confirm/is_unchanged": "yes"})

    assert empty.status_code == 422
    assert "Chưa ghi “Họ tên rà soát viên”" in unescape(empty.text)
    assert done.status_code == 303
