"""From ODK Central to the register: households follow what happens there."""

import pytest
from flask import Flask
from sqlalchemy import select

from server import invariants
from server.areas.tables import Area
from server.db import db
from server.inbox.tables import Submission
from server.jobs.tables import Job
from server.jobs.worker import run_due
from server.pipeline import HANDLERS
from server.registry.tables import HouseholdRow
from tests.factories import make_area
from tests.fakes.central import FakeCentral
from tests.sync.surveys import SurveyOffice


@pytest.fixture
def office(app: Flask, fake: FakeCentral) -> SurveyOffice:
    make_area(code="00229", name="Phường Khâm Thiên")
    office = SurveyOffice(app, fake)
    office.publish()
    return office


def work(office: SurveyOffice) -> None:
    office.pull()
    run_due(HANDLERS)
    assert set(db.session.scalars(select(Job.state))) == {"done"}
    assert invariants.verify() == []


def household() -> HouseholdRow:
    db.session.rollback()
    return db.session.scalars(select(HouseholdRow)).one()


def test_an_edit_at_central_is_the_household_now(office: SurveyOffice) -> None:
    office.create("uuid:a", code="4")
    work(office)
    before = household().review_date
    office.edit("uuid:a", "uuid:a", "uuid:a2", code="8")
    work(office)
    assert household().review_date > before
    office.edit("uuid:a", "uuid:a2", "uuid:a3", code="0")

    work(office)

    assert household().review_date < before


def test_a_deleted_submission_leaves_and_comes_back(office: SurveyOffice) -> None:
    office.create("uuid:a", code="4")
    office.edit("uuid:a", "uuid:a", "uuid:a2", code="8")
    work(office)
    before = household().content_hash
    office.delete("uuid:a")
    work(office)
    assert (household().state, household().record_count) == ("departed", 0)
    office.restore("uuid:a")

    work(office)

    assert (household().state, household().content_hash) == ("live", before)


def test_a_race_of_edits_changes_no_household(office: SurveyOffice) -> None:
    office.create("uuid:a", code="4")
    work(office)
    before = household().content_hash
    office.race("uuid:a", "uuid:a", "uuid:x", "uuid:y")
    work(office)
    assert household().content_hash == before
    office.edit("uuid:a", "uuid:x", "uuid:z", code="8")

    work(office)

    assert household().content_hash != before
    assert {office.state("uuid:x"), office.state("uuid:y")} == {"withdrawn"}


def test_it_is_in_the_inbox_of_the_ward_that_it_names(office: SurveyOffice) -> None:
    office.create("uuid:a", code="4")
    office.race("uuid:a", "uuid:a", "uuid:x", "uuid:y")

    work(office)

    ward = db.session.scalars(select(Area).where(Area.code == "00229")).one()
    kept = db.session.scalars(select(Submission)).all()
    assert {each.instance_id: each.area_id for each in kept} == {
        "uuid:x": ward.id,
        "uuid:y": ward.id,
    }
