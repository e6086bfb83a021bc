"""One household, filled in by the engine inside ODK Collect, through either door."""

import json
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from lxml import etree
from sqlalchemy import select

from server import invariants
from server.db import db
from server.domain.survey.record import SurveyRecord
from server.inbox import queries
from server.inbox.tables import Submission
from server.jobs.worker import run_due
from server.pipeline import HANDLERS
from server.registry.queries import find_record_of, get_record
from server.registry.tables import HouseholdRow
from server.status.tables import AssessmentRow
from tests.factories import make_area
from tests.forms.answers import (
    CHILD,
    WARD,
    Answers,
    known_household,
    member,
    new_household,
)
from tests.forms.javarosa import require_java
from tests.forms.review import NGA, listed, send, xform
from tests.journeys.central import odata_row
from tests.journeys.posts import open_door, upload
from tests.server.inbox.arrivals import receive

OVERRIDE = "/household/standard_2022/override_2022[1]/override_page_2022"
HOUSEHOLDS: dict[str, Answers] = {
    "a family": new_household(member(1), member(2, CHILD)),
    "an elder who knows the year only": new_household(
        member(
            1,
            birth_precision="year_only",
            birth_date=None,
            birth_year_stated="1941",
            identity_kinds=["cccd12", "cmnd9"],
            cccd12_number="001041012345",
            cmnd9_number="012345678",
        )
    ),
    "none of these and not known": new_household(
        changes={
            "/household/information/devices": ["none"],
            "/household/information/uses_internet": "unknown",
            "/household/water_power/toilet": "none",
        }
    ),
    "an overruled indicator": new_household(
        changes={
            "/household/standard_2022/results_2022/overruled_2022": ["WATER"],
            f"{OVERRIDE}/override_deprived_2022": "yes",
            f"{OVERRIDE}/override_reason_2022": "Mất nước sáu tháng",
        }
    ),
    "unchanged since last year": known_household("nga", NGA),
}


@pytest.fixture(autouse=True)
def engine() -> None:
    require_java()


def filled(name: str) -> bytes:
    """The instance as Collect would send it."""
    rows = (listed(),) if name.startswith("unchanged") else ()
    return etree.tostring(send(HOUSEHOLDS[name], *rows).root)


def record_of(submission_id: int) -> SurveyRecord:
    row = find_record_of(submission_id)
    assert row is not None, queries.reading_of(submission_id).problems
    return get_record(row.id)


def comparable(record: SurveyRecord) -> SurveyRecord:
    """Central does not tell which version of an entity a phone had seen."""
    if record.entity is None:
        return record
    untold: dict[str, Any] = {
        "base_version": None,
        "trunk_version": None,
        "branch_id": None,
    }
    return replace(record, entity=replace(record.entity, **untold))


@pytest.mark.parametrize("name", HOUSEHOLDS)
def test_both_doors_lead_to_the_same_record_and_household(
    app: Flask, name: str
) -> None:
    ward = make_area(code=WARD, name="Phường của phiếu")
    sent = filled(name)
    assert open_door(app, ward).post(upload(sent)).status_code == 201
    direct = db.session.scalars(select(Submission)).one()
    version = {"form_version": direct.form_version, "instance_id": direct.instance_id}
    row = odata_row(sent, xform())
    pulled = receive(
        json.dumps(row).encode(), source="central", payload_kind="odata", **version
    )

    run_due(HANDLERS)

    records = [record_of(direct.id), record_of(pulled.submission_id)]
    assert comparable(records[0]) == comparable(records[1])
    (household,) = db.session.scalars(select(HouseholdRow))
    assert household.record_count == 2
    assert invariants.verify() == []


def test_what_collect_sends_is_understood_field_by_field(app: Flask) -> None:
    ward = make_area(code=WARD, name="Phường của phiếu")
    open_door(app, ward).post(upload(filled("a family")))

    run_due(HANDLERS)

    submission = db.session.scalars(select(Submission)).one()
    # The engine answers in no time, and by the clock of this machine.
    codes = set(queries.reading_of(submission.id).problem_codes.split())
    assert codes <= {"interview_too_short", "phone_clock_wrong"}
    (household,) = db.session.scalars(select(HouseholdRow))
    assert (household.head_name, household.member_count) == ("Nguyễn Văn An", 2)
    categories = {
        row.standard: row.category for row in db.session.scalars(select(AssessmentRow))
    }
    assert categories
    assert set(categories.values()) <= {"NON_POOR", "AVERAGE", None}
