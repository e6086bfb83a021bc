"""One family registered by two phones: an officer joins the two households, sees that it
was a mistake, and everything is as if nothing had been done."""

from typing import Any
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from sqlalchemy import select

from server import invariants
from server.areas.tables import Area
from server.db import db
from server.dispatch.queries import entity_list
from server.domain.actor import EVERYWHERE, SYSTEM
from server.invariants.fingerprints import (
    OF_HOUSEHOLDS,
    Fingerprints,
    of_households,
    of_proposals,
)
from server.invariants.rebuild import rebuild
from server.jobs.tables import Job
from server.jobs.worker import run_due
from server.pipeline import HANDLERS
from server.registry.tables import HouseholdRow, SurveyRecordRow
from server.review.tables import JudgementRow, MergeProposal
from server.status.tables import AssessmentRow
from tests.browsing import Browser, signed_in
from tests.domain.survey.submissions import as_xml, person, review
from tests.factories import make_area, make_user
from tests.server.inbox.arrivals import receive
from tests.server.review.surveys import ask_about_everything

SECOND = "uuid:0d7c7cb6-5d2b-4ad1-9a3f-000000000002"
SECOND_HOUSEHOLD = "7a6b5c4d-0000-4000-8000-000000000002"


@pytest.fixture
def ward() -> Area:
    return make_area(code="00229", name="Phường Khâm Thiên")


@pytest.fixture
def officer(app: Flask, ward: Area) -> Browser:
    return signed_in(app, make_user(areas=[ward], name="Trần Thị Bình"))


@pytest.fixture
def proposal(ward: Area) -> MergeProposal:
    """Two phones registered the family; one of them without papers."""
    ask_about_everything()
    receive()
    answers = review(
        household_id=SECOND_HOUSEHOLD,
        household__contact__head_name="Nguyen Van Binh",
        household__roster__member=[
            person("Nguyen Van Binh", "head", birth_month="3", birth_day="2")
        ],
    )
    receive(
        ET.tostring(as_xml(answers, instance_id=SECOND), encoding="utf-8"),
        instance_id=SECOND,
    )
    work()
    return db.session.scalars(select(MergeProposal)).one()


def work() -> None:
    db.session.rollback()
    run_due(HANDLERS)
    assert set(db.session.scalars(select(Job.state))) == {"done"}
    assert invariants.verify() == []


def live_households() -> list[HouseholdRow]:
    return list(
        db.session.scalars(select(HouseholdRow).where(HouseholdRow.state == "live"))
    )


def everything() -> Fingerprints:
    """All that is computed of households, pairs and classes, row by row."""
    ids = set(db.session.scalars(select(HouseholdRow.id)))
    records = set(db.session.scalars(select(SurveyRecordRow.id)))
    return {
        **of_households(ids, (*OF_HOUSEHOLDS, AssessmentRow)),
        **of_proposals(records),
    }


def on_phones() -> list[dict[str, Any]]:
    """What phones show of each household; versions may only rise."""
    return [{**row, "__version": ""} for row in entity_list(EVERYWHERE)]


def the_judgement() -> JudgementRow:
    return db.session.scalars(
        select(JudgementRow).where(JudgementRow.superseded_at.is_(None))
    ).one()


def test_a_merge_that_is_taken_back_leaves_no_trace(
    officer: Browser, proposal: MergeProposal
) -> None:
    before, shown = everything(), on_phones()
    assert (len(live_households()), len(shown)) == (2, 2)

    officer.post(f"/review/{proposal.id}/decide", data={"verdict": "same"})
    work()
    (household,) = live_households()
    assert (household.record_count, len(on_phones())) == (2, 1)
    assert everything() != before

    page = officer.get(f"/households/{household.id}").text
    assert f"/review/judgements/{the_judgement().id}/undo" in page
    officer.post(f"/review/judgements/{the_judgement().id}/undo")
    work()

    assert everything() == before
    assert on_phones() == shown


def test_what_was_told_apart_stays_apart_when_the_surveys_come_again(
    officer: Browser, proposal: MergeProposal
) -> None:
    officer.post(f"/review/{proposal.id}/decide", data={"verdict": "different"})
    work()
    before = everything()

    edited = review(household_id=SECOND_HOUSEHOLD, closing__remarks="Đã sửa mái.")
    root = as_xml(edited, instance_id="uuid:third", deprecated_id=SECOND)
    receive(
        ET.tostring(root, encoding="utf-8"),
        instance_id="uuid:third",
        deprecated_id=SECOND,
    )
    work()

    assert len(live_households()) == 2
    assert everything() != before


def test_rebuilding_after_a_merge_and_its_undo_changes_nothing(
    officer: Browser, proposal: MergeProposal
) -> None:
    for verdict in ("same", "different", "same"):
        officer.post(f"/review/{proposal.id}/decide", data={"verdict": verdict})
        work()
        assert rebuild(by=SYSTEM) == {}
        officer.post(f"/review/judgements/{the_judgement().id}/undo")
        work()
        assert rebuild(by=SYSTEM) == {}
