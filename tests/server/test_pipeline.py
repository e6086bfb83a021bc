"""Submissions become households, whatever the order they come in and however often."""

import json
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from sqlalchemy import func, select

from server import invariants
from server.db import db
from server.dispatch.tables import Publication
from server.inbox import actions as inbox
from server.inbox import queries
from server.invariants.fingerprints import Fingerprints, of_households, of_proposals
from server.jobs.tables import Job
from server.jobs.worker import run_due
from server.pipeline import HANDLERS, bring_up_to_date, match, relink, understand
from server.registry.queries import find_record_of, get_record
from server.registry.tables import HouseholdRow, SurveyRecordRow
from server.status.tables import AssessmentRow
from tests.browsing import signed_in
from tests.domain.survey.submissions import (
    INSTANCE_ID,
    as_odata,
    as_xml,
    person,
    review,
)
from tests.factories import make_area, make_user
from tests.server.inbox.arrivals import PHONE, STAFF, receive, xml
from tests.server.inbox.conftest import november

__all__ = ["november"]

OTHER = "uuid:0d7c7cb6-5d2b-4ad1-9a3f-{:012}"


def work() -> None:
    run_due(HANDLERS)
    states = set(db.session.scalars(select(Job.state)))
    assert states <= {"done"}, [j.error for j in db.session.scalars(select(Job))]


def number(table: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def households() -> list[HouseholdRow]:
    return list(
        db.session.scalars(select(HouseholdRow).where(HouseholdRow.state == "live"))
    )


def everything() -> Fingerprints:
    db.session.rollback()
    ids = list(db.session.scalars(select(HouseholdRow.id)))
    records = list(db.session.scalars(select(SurveyRecordRow.id)))
    return {**of_households(ids), **of_proposals(records)}


def test_a_submission_becomes_an_assessed_household_on_phones(app: Flask) -> None:
    make_area(code="00229", name="Phường Khâm Thiên")
    receipt = receive()

    work()

    (household,) = households()
    assert (household.head_name, household.member_count) == ("Nguyễn Văn Bình", 2)
    assert queries.reading_of(receipt.submission_id).state == "understood"
    assert {row.standard for row in db.session.scalars(select(AssessmentRow))}
    publication = db.session.scalars(select(Publication)).one()
    assert publication.household_id == household.id
    kinds = list(db.session.scalars(select(Job.kind).order_by(Job.id)))
    assert kinds == [
        "submission_received",
        "record_added",
        "households_changed",
        "record_matched",
    ]
    assert invariants.verify() == []


def test_what_cannot_be_read_waits_with_its_reasons_until_it_is_put_right(
    app: Flask,
) -> None:
    receipt = receive(xml(household__dwelling__wall="gold"))
    work()

    assert households() == []
    reading = queries.reading_of(receipt.submission_id)
    assert (reading.state, reading.head_name) == ("quarantined", "Nguyễn Văn Bình")

    inbox.amend_and_retry(
        by=STAFF,
        submission_id=receipt.submission_id,
        changes={"household/dwelling/wall": "brick_stone"},
        reason="Nhìn ảnh.",
    )
    work()

    (household,) = households()
    assert household.content["household"]["dwelling"]["wall"] == "brick_stone"
    assert queries.reading_of(receipt.submission_id).state == "understood"


def test_an_amendment_that_does_not_help_leads_back_to_the_person(app: Flask) -> None:
    receipt = receive(xml(household__dwelling__wall="gold"))
    work()
    inbox.amend_and_retry(
        by=STAFF,
        submission_id=receipt.submission_id,
        changes={"household/dwelling/wall": "silver"},
        reason="Đoán.",
    )

    work()

    reading = queries.reading_of(receipt.submission_id)
    assert reading.state == "quarantined"
    assert "silver" in str(reading.problems)


def test_warnings_about_the_interview_are_kept_with_the_record(app: Flask) -> None:
    receipt = receive(xml(ended_at="2026-11-20T08:00:30.000+07:00"))

    work()

    row = find_record_of(receipt.submission_id)
    assert row is not None
    assert [w["code"] for w in row.warnings] == ["interview_too_short"]
    assert queries.reading_of(receipt.submission_id).problem_codes == (
        "interview_too_short"
    )


def test_every_step_may_be_repeated(app: Flask) -> None:
    receive()
    work()
    before = everything()
    events = len(queries.events_of(1))
    (household,) = households()
    (row,) = db.session.scalars(select(SurveyRecordRow))

    for _ in range(2):
        understand(row.submission_id)
        match(row.id)
        bring_up_to_date([household.id])
        relink([row.id])
        work()

    assert everything() == before
    assert len(queries.events_of(1)) == events
    assert number(SurveyRecordRow) == 1


def test_the_same_answers_from_central_give_the_same_record_and_household(
    app: Flask,
) -> None:
    answers = review()
    direct = receive(ET.tostring(as_xml(answers), encoding="utf-8"))
    pulled = receive(
        json.dumps(as_odata(answers)).encode(), source="central", payload_kind="odata"
    )

    work()

    first, second = (find_record_of(r.submission_id) for r in (direct, pulled))
    assert first is not None
    assert second is not None
    assert get_record(first.id) == get_record(second.id)
    (household,) = households()
    assert household.record_count == 2
    assert number(Publication) == 1


def _sent(instance_id: str, deprecated_id: str = "", **changes: Any) -> bytes:
    create = "" if "visit__review_date" in changes else "1"
    root = as_xml(
        review(**changes),
        instance_id=instance_id,
        deprecated_id=deprecated_id,
        create=create,
        update="" if create else "1",
    )
    return ET.tostring(root, encoding="utf-8")


# A household is surveyed; the survey is edited; a phone that was offline for a year
# sends an older one; a neighbour is surveyed; and two posts are repeated.
ARRIVALS: dict[str, dict[str, Any]] = {
    "survey": {"payload": xml(), "instance_id": INSTANCE_ID},
    "edit": {
        "payload": _sent(
            OTHER.format(2), INSTANCE_ID, household__dwelling__wall="concrete"
        ),
        "instance_id": OTHER.format(2),
        "deprecated_id": INSTANCE_ID,
    },
    "late": {
        "payload": _sent(
            OTHER.format(1),
            visit__review_date="2025-11-20",
            household__dwelling__wall="bamboo_leaf_earth",
        ),
        "instance_id": OTHER.format(1),
    },
    "neighbour": {
        "payload": _sent(
            OTHER.format(3),
            household_id="11111111-8a53-4c6e-9a44-3a1fb4a7c2d1",
            household__contact={"head_name": "Lê Thị Hồng"},
            household__address={"house_number": "40", "street": "Cát Linh"},
            household__roster__member=[person("Lê Thị Hồng", "head")],
        ),
        "instance_id": OTHER.format(3),
    },
}
ORDERS = list(permutations(ARRIVALS))


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    """What the first order led to, for the others to be compared with."""
    return {}


def told() -> dict[str, Any]:
    """Everything households, results and phones say, without numbers of rows."""
    assessed: dict[str, dict[str, str | None]] = {}
    for row in db.session.scalars(select(AssessmentRow)):
        assessed.setdefault(row.household_id, {})[row.standard] = row.category
    phones = {
        row.household_id: (row.version, row.is_listed, row.properties)
        for row in db.session.scalars(select(Publication))
    }
    return {
        row.code: (
            row.state,
            row.content,
            row.record_count,
            assessed.get(row.id),
            phones.get(row.id),
        )
        for row in db.session.scalars(select(HouseholdRow))
    }


@pytest.mark.parametrize("order", ORDERS[::6], ids="-".join)
@pytest.mark.parametrize("is_batch", [False, True], ids=["one by one", "all at once"])
def test_the_order_of_arrival_never_shows(
    app: Flask,
    results: dict[str, Any],
    order: tuple[str, ...],
    is_batch: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = make_area(code="00229", name="Phường Khâm Thiên")
    start = datetime(2026, 11, 24, 3, tzinfo=UTC)
    for minute, name in enumerate((*order, "survey", "neighbour")):
        at = start + timedelta(minutes=minute)
        monkeypatch.setattr("server.clock.now", lambda at=at: at)
        receive(**ARRIVALS[name], area_id=made.id)
        if not is_batch:
            work()
    work()

    assert len(households()) == 2
    walls = {
        h.head_name: h.content["household"]["dwelling"]["wall"] for h in households()
    }
    assert walls["Nguyễn Văn Bình"] == "concrete"
    assert number(SurveyRecordRow) == 4
    assert invariants.verify() == []
    assert told() == results.setdefault("expected", told())


def test_a_version_that_contradicts_another_joins_the_household_when_retried(
    app: Flask,
) -> None:
    receive()
    work()
    other = receive(xml(closing__remarks="Khác."))
    assert other.outcome == "conflict"
    work()
    assert number(SurveyRecordRow) == 1

    inbox.retry(by=STAFF, submission_id=other.submission_id)
    work()

    assert number(SurveyRecordRow) == 2
    (household,) = households()
    assert household.record_count == 2


def test_the_page_of_a_submission_leads_to_its_household(app: Flask) -> None:
    receipt = receive(area_id=make_area(code="00229").id)
    work()

    page = signed_in(app, make_user(role="admin")).get(
        f"/inbox/{receipt.submission_id}"
    )

    (household,) = households()
    assert f'href="/households/{household.id}">Hộ {household.code}' in page.text


def test_who_sent_it_is_known_to_the_inbox(app: Flask) -> None:
    receipt = receive()
    work()

    told = [(e.action, e.actor_kind) for e in queries.events_of(receipt.submission_id)]
    assert told == [
        ("submission.received", PHONE.kind),
        ("submission.understood", "system"),
    ]
