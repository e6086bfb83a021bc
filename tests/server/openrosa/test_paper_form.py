"""The survey on paper asks what phones ask, and knows who lives there."""

from html import unescape

import pytest
from flask import Flask
from lxml import etree
from sqlalchemy import select

from server.areas.tables import Area
from server.audit.tables import AuditEvent
from server.db import db
from server.inbox.questions import XFORMS
from server.openrosa.paper_form import PHONE_ONLY, sections_of
from server.registry.queries import golden_of
from tests.browsing import Browser
from tests.journeys.posts import real_form, release_real_form
from tests.server.status.households import make_household

pytestmark = pytest.mark.sqlite_only


@pytest.fixture(scope="module")
def xform() -> bytes:
    return real_form()[0].xform


@pytest.fixture
def released(app: Flask) -> None:
    release_real_form()


def test_every_question_is_on_paper_or_named_as_the_phones_own(
    app: Flask, xform: bytes
) -> None:
    with app.test_request_context("/"):
        found = sections_of(xform, "vi")
    on_paper = {each.path for section in found for each in section.questions}

    root = etree.fromstring(xform)
    notes = {
        each.get("nodeset")
        for each in root.iter(f"{XFORMS}bind")
        if each.get("readonly")
    }
    asked = {
        node.get("ref").removeprefix("/data/")
        for tag in ("input", "select1", "select", "upload")
        for node in root.iter(XFORMS + tag)
        if node.get("ref") not in notes
    }
    left = {
        path
        for path in asked - on_paper
        if not any(path == each or path.startswith(f"{each}/") for each in PHONE_ONLY)
    }
    assert not left
    assert on_paper <= asked


def test_of_whom_a_question_is_asked_is_said_in_words(app: Flask, xform: bytes) -> None:
    with app.test_request_context("/"):
        found = sections_of(xform, "vi")
    only_if = {
        each.path.rsplit("/", 1)[-1]: each.only_if
        for section in found
        for each in section.questions
    }

    assert only_if["attending"] == "từ 3 tuổi"
    assert only_if["trained_on_job"] == "từ 16 tuổi, đến 30 tuổi"
    assert only_if["cccd12_number"] == "“Có giấy tờ nào?” là “Căn cước / CCCD (12 số)”"
    assert only_if["phone_2"] == "có “Số điện thoại”"
    assert {each.only_if for each in found if each.title == "Việc làm"} == {
        "từ 15 tuổi"
    }


def test_a_form_names_the_household_and_its_people_and_is_written_down(
    released: None, officer: Browser, stranger: Browser, ward: Area
) -> None:
    row = make_household(ward)

    page = officer.get(f"/households/{row.id}/paper-form")

    said = unescape(page.text)
    for each in golden_of(row).household.members:
        assert f"1. {each.full_name}" in said
    assert f"{row.head_name}, {row.code}" in said
    assert "chưa đọc được nguyên văn" in said
    assert stranger.get(f"/households/{row.id}/paper-form").status_code == 404
    (event,) = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "list.exported")
    )
    assert event.details["filters"] == {"household": row.id}


def test_an_empty_form_names_nobody_and_leaves_no_trail(
    released: None, officer: Browser
) -> None:
    page = officer.get("/paper-form")

    assert "……………………" in page.text
    assert "is_unchanged" not in page.text
    assert "không đổi?" not in unescape(page.text)  # nobody was there before
    wanted = select(AuditEvent).where(AuditEvent.action == "list.exported")
    assert db.session.scalar(wanted) is None
