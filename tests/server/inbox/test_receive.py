"""Whatever is sent is kept once, and nothing that was sent is lost."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from server.audit.tables import AuditEvent
from server.db import db
from server.domain.problems import Problem
from server.inbox import queries
from server.inbox.actions import Receipt
from server.inbox.file_store import ReceivedFile
from server.inbox.tables import Reading, Submission, SubmissionFile
from server.jobs.tables import Job
from tests.server.inbox.arrivals import PHONE, receive, xml

PHOTO = ReceivedFile("nha.jpg", "a" * 64, 200_000, "image/jpeg")
SKETCH = ReceivedFile("so-do.png", "b" * 64, 3_000, "image/png")


def count(table: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_submission_is_kept_with_a_job_and_an_event_in_one_go(app: Flask) -> None:
    receipt = receive(files=[PHOTO], device_id="collect:1")

    assert receipt.outcome == "new"
    submission = queries.get_submission(receipt.submission_id)
    assert submission.payload == xml()
    assert (submission.version, submission.device_id) == (1, "collect:1")
    assert submission.actor_name == PHONE.name
    assert queries.reading_of(submission.id).state == "waiting"
    job = db.session.scalars(select(Job)).one()
    assert (job.kind, job.payload) == (
        "submission_received",
        {"submission_id": submission.id},
    )
    assert [e.action for e in queries.events_of(submission.id)] == [
        "submission.received"
    ]


def test_the_payload_lies_sealed_in_the_database(app: Flask) -> None:
    receive()

    raw = db.session.connection().exec_driver_sql("SELECT payload FROM submissions")
    assert b"Nguy" not in bytes(raw.scalar_one())


def test_the_same_bytes_again_are_a_repeat_and_leave_nothing_new(app: Flask) -> None:
    first = receive(files=[PHOTO])
    again = receive(files=[PHOTO])

    assert again == Receipt(first.submission_id, "repeat")
    for table in (Submission, Reading, SubmissionFile, Job, AuditEvent):
        assert count(table) == 1


def test_files_of_a_split_upload_come_together(app: Flask) -> None:
    first = receive(files=[PHOTO], expected_files=["nha.jpg", "so-do.png"])
    submission = queries.get_submission(first.submission_id)
    assert queries.missing_files(submission) == ["so-do.png"]

    receive(files=[SKETCH])

    assert [f.name for f in queries.files_of(submission.id)] == ["nha.jpg", "so-do.png"]
    assert queries.missing_files(submission) == []
    assert queries.events_of(submission.id)[-1].action == "submission.files_added"


def test_another_photo_of_the_same_name_is_kept_beside_the_first(app: Flask) -> None:
    other = ReceivedFile("nha.jpg", "c" * 64, 1, "image/jpeg")
    receipt = receive(files=[PHOTO])
    receive(files=[other])

    assert count(SubmissionFile) == 2
    shown = queries.find_file(receipt.submission_id, "nha.jpg")
    assert shown is not None
    assert shown.sha256 == other.sha256


def test_other_bytes_under_the_same_id_are_kept_and_wait_for_a_person(
    app: Flask,
) -> None:
    first = receive()
    other = receive(xml(closing__remarks="Khác."))

    assert other.outcome == "conflict"
    assert queries.get_submission(other.submission_id).version == 2
    reading = queries.reading_of(other.submission_id)
    assert reading.state == "quarantined"
    assert reading.problem_codes == "instance_conflict"
    assert "bản thứ 2" in Problem(**reading.problems[0]).sentence()
    assert queries.reading_of(first.submission_id).state == "waiting"
    assert count(Job) == 1
    assert receive(xml(closing__remarks="Khác.")) == Receipt(
        other.submission_id, "repeat"
    )


def test_the_same_id_from_another_door_is_another_submission(app: Flask) -> None:
    receive()

    assert receive(source="central").outcome == "new"


def test_eight_equal_posts_at_once_are_one_submission(app: Flask) -> None:
    payload = xml()

    def post(_: int) -> Receipt:
        with app.app_context():
            return receive(payload, files=[PHOTO])

    with ThreadPoolExecutor(8) as phones:
        receipts = list(phones.map(post, range(8)))

    assert len({receipt.submission_id for receipt in receipts}) == 1
    assert sorted(receipt.outcome for receipt in receipts) == ["new", *["repeat"] * 7]
    for table in (Submission, Reading, SubmissionFile, Job, AuditEvent):
        assert count(table) == 1


def test_eight_different_posts_of_one_id_are_eight_versions(app: Flask) -> None:
    def post(number: int) -> Receipt:
        with app.app_context():
            return receive(xml(closing__remarks=f"Lần {number}"))

    with ThreadPoolExecutor(8) as phones:
        outcomes = sorted(r.outcome for r in phones.map(post, range(8)))

    assert outcomes == [*["conflict"] * 7, "new"]
    versions = db.session.scalars(select(Submission.version)).all()
    assert sorted(versions) == list(range(1, 9))


def test_nothing_is_kept_when_the_transaction_fails(app: Flask) -> None:
    broken = ReceivedFile(None, "d" * 64, 1, "x")  # type: ignore[arg-type]
    with pytest.raises(IntegrityError):
        receive(files=[broken])

    for table in (Submission, Reading, SubmissionFile, Job, AuditEvent):
        assert count(table) == 0
