"""What the database refuses by itself, on both engines."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, exc, select, update

from server.areas.tables import Area
from server.audit.actions import record
from server.audit.tables import AuditEvent
from server.central.tables import CentralDecision
from server.db import Base, db, transaction
from server.domain.actor import SYSTEM
from server.inbox.tables import Amendment, SubmissionFile, SubmissionNote
from server.mirror.tables import MirroredForm
from server.openrosa.tables import ReleasedForm
from server.registry.tables import HouseholdRow, SurveyRecordRow
from server.status.tables import (
    PastAssessment,
    PovertyStatus,
    RecognisedHousehold,
    Recognition,
)
from tests.factories import make_area
from tests.factories import make_submission as add_submission

AT = datetime(2022, 10, 1, tzinfo=UTC)
DAY = date(2022, 10, 1)
WHO = {"actor_kind": "system", "actor_id": 0, "actor_name": "Hệ thống"}

Refused = (exc.IntegrityError, exc.DatabaseError)


def add(table: type[Base], **values: Any) -> Any:
    with transaction() as session:
        row = table(**values)
        session.add(row)
        session.flush()
    return row


def add_file() -> SubmissionFile:
    return add(
        SubmissionFile, submission_id=add_submission().id, name="a.jpg", sha256="11",
        size=1, media_type="image/jpeg", received_at=AT,
    )  # fmt: skip


def add_amendment() -> Amendment:
    return add(
        Amendment, submission_id=add_submission().id, path="a", value="b",
        reason="c", at=AT, **WHO,
    )  # fmt: skip


def add_submission_note() -> SubmissionNote:
    return add(SubmissionNote, submission_id=add_submission().id, text="a", at=AT)


def add_survey_record() -> SurveyRecordRow:
    return add(
        SurveyRecordRow, id="r", submission_id=add_submission().id, form_id="f",
        form_version="1", instance_id="a", seed_household_id="h", review_date=DAY,
        content={}, warnings=[], received_at=AT,
    )  # fmt: skip


def add_audit_event() -> AuditEvent:
    return record(by=SYSTEM, action="a.b", subject_kind="a", subject_id=1)


def add_released_form() -> ReleasedForm:
    return add(
        ReleasedForm, form_id="f", version="1", title="t", xform=b"x", sha256="00",
        workbook_sha256="11", released_at=AT,
    )  # fmt: skip


def add_household() -> HouseholdRow:
    return add(
        HouseholdRow, id="h", code="c", state="live", needs_area_review=False,
        group_code="", head_name="", head_sort_key="", address_text="", search_text="",
        member_count=0, record_count=0, review_date=DAY, content={}, content_hash="",
    )  # fmt: skip


def add_recognition() -> Recognition:
    return add(
        Recognition, document_number="1/QĐ", decided_on=DAY, valid_from=DAY, signer="s",
        standard="vn-2022", area_id=make_area().id, note="", at=AT, **WHO,
    )  # fmt: skip


def add_past_assessment() -> PastAssessment:
    return add(
        PastAssessment, household_id=add_household().id, standard="vn-2022",
        review_date=DAY, pack_hash="a", trace={}, superseded_at=AT,
    )  # fmt: skip


def add_recognised_household() -> RecognisedHousehold:
    return add(
        RecognisedHousehold, recognition_id=add_recognition().id,
        household_id=add_household().id, category="poor",
    )  # fmt: skip


def add_central_decision() -> CentralDecision:
    form = add(
        MirroredForm, server="s", project=1, form_id="f", created_at=AT, file_paths=[],
    )  # fmt: skip
    return add(
        CentralDecision, kind="losses_allowed", form_id=form.id, reason="a", at=AT, **WHO,
    )  # fmt: skip


APPEND_ONLY = [
    (add_submission, "form_version"),
    (add_file, "name"),
    (add_amendment, "reason"),
    (add_submission_note, "text"),
    (add_survey_record, "form_version"),
    (add_audit_event, "action"),
    (add_released_form, "title"),
    (add_recognised_household, "category"),
    (add_past_assessment, "pack_hash"),
    (add_central_decision, "kind"),
]
TABLES = [
    add.__name__.removeprefix("add_").removeprefix("make_") for add, _ in APPEND_ONLY
]


@pytest.mark.parametrize(("make", "column"), APPEND_ONLY, ids=TABLES)
def test_what_was_said_cannot_be_changed(app: Flask, make: Any, column: str) -> None:
    table = type(make())

    with pytest.raises(Refused, match="append-only"), transaction() as session:
        session.execute(update(table).values({column: "other"}))

    assert db.session.scalar(select(getattr(table, column))) != "other"


@pytest.mark.parametrize(("make", "column"), APPEND_ONLY, ids=TABLES)
def test_what_was_said_cannot_be_deleted(app: Flask, make: Any, column: str) -> None:
    table = type(make())

    with pytest.raises(Refused, match="append-only"), transaction() as session:
        session.execute(delete(table))

    assert db.session.scalar(select(getattr(table, column))) is not None


def test_what_was_said_cannot_be_emptied_at_once(app: Flask) -> None:
    add_audit_event()

    if db.engine.dialect.name == "postgresql":
        with pytest.raises(Refused, match="append-only"), transaction() as session:
            session.connection().exec_driver_sql("TRUNCATE audit_events CASCADE")

    assert db.session.scalar(select(AuditEvent.id)) is not None


@pytest.fixture
def recognition_id(app: Flask) -> int:
    add_household()
    number: int = add_recognition().id
    return number


def add_status(recognition_id: int, start: date, end: date | None, **given: Any) -> Any:
    return add(
        PovertyStatus,
        **{
            "household_id": "h",
            "standard": "vn-2022",
            "category": "poor",
            "valid_from": start,
            "valid_to": end,
            "recorded_at": AT,
            "recognition_id": recognition_id,
            **given,
        },
    )


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2023, 6, 1), date(2023, 7, 1)),
        (date(2022, 6, 1), date(2023, 1, 2)),
        (date(2023, 12, 31), None),
        (date(2020, 1, 1), None),
    ],
)
def test_live_statuses_of_a_household_never_overlap(
    recognition_id: int, start: date, end: date | None
) -> None:
    add_status(recognition_id, date(2023, 1, 1), date(2024, 1, 1))

    with pytest.raises(Refused, match="overlap"):
        add_status(recognition_id, start, end)


def test_a_status_is_not_stretched_over_another(recognition_id: int) -> None:
    add_status(recognition_id, date(2023, 1, 1), date(2024, 1, 1))
    add_status(recognition_id, date(2024, 1, 1), None)

    with pytest.raises(Refused, match="overlap"), transaction() as session:
        session.execute(
            update(PovertyStatus)
            .where(PovertyStatus.valid_from == date(2023, 1, 1))
            .values(valid_to=date(2024, 2, 1))
        )


@pytest.mark.parametrize(
    "given",
    [{"standard": "vn-hanoi-2016"}, {"superseded_at": AT}],
    ids=["another standard", "no longer believed"],
)
def test_what_does_not_count_beside_it_may_overlap(
    recognition_id: int, given: dict[str, Any]
) -> None:
    add_status(recognition_id, date(2023, 1, 1), None)

    assert add_status(recognition_id, date(2023, 6, 1), None, **given).id


def test_a_superseded_status_makes_room(recognition_id: int) -> None:
    first = add_status(recognition_id, date(2023, 1, 1), None)
    with transaction() as session:
        session.merge(first).superseded_at = AT

    assert add_status(recognition_id, date(2023, 1, 1), None).id


def test_an_area_may_be_changed(app: Flask) -> None:
    area = make_area()
    with transaction() as session:
        session.get_one(Area, area.id).name = "Phường Láng"

    assert db.session.scalar(select(Area.name)) == "Phường Láng"
