"""The page of background work."""

import pytest
from flask import Flask
from sqlalchemy import select

from server.db import db
from server.jobs import actions
from server.jobs.tables import Job
from server.jobs.worker import run_due
from tests.browsing import Browser, signed_in
from tests.factories import make_user


@pytest.fixture
def administrator(app: Flask) -> Browser:
    return signed_in(app, make_user(role="admin"))


def job() -> Job:
    db.session.rollback()
    return db.session.scalars(select(Job)).one()


def test_a_failed_job_is_explained_and_tried_again(administrator: Browser) -> None:
    actions.enqueue("from_the_future", {})
    run_due({})

    text = administrator.get("/jobs/").text
    assert "không biết loại việc này" in text
    assert "from_the_future" in text

    assert administrator.post(f"/jobs/{job().id}/retry").status_code == 303

    assert "Việc sẽ được làm lại ngay." in administrator.get("/jobs/").text
    assert (job().state, job().attempts) == ("waiting", 0)


def test_a_technical_error_is_told_by_kind_and_place(administrator: Browser) -> None:
    actions.enqueue("record_added", {})
    run_due({"record_added": lambda payload: payload["record_id"]})

    text = administrator.get("/jobs/").text

    assert "Lỗi kỹ thuật: KeyError" in text
    assert "thử lại lúc" in text
    assert "Tìm hộ của phiếu" in text


def test_a_long_job_tells_how_far_it_is(administrator: Browser) -> None:
    actions.enqueue("long", {})
    actions.claim("elsewhere/1/x/worker-1")
    actions.report_progress(job_id=job().id, done=1200, total=3000)

    assert "Đang làm, 1.200 trên 3.000" in administrator.get("/jobs/").text


@pytest.mark.parametrize(("query", "seen"), [("state=waiting", 1), ("state=done", 0)])
def test_jobs_are_filtered_by_state(
    administrator: Browser, query: str, seen: int
) -> None:
    actions.enqueue("submission_received", {})

    text = administrator.get(f"/jobs/?{query}&kind=submission_received").text

    assert f"{seen} dòng" in text


@pytest.mark.parametrize("role", ["district", "ward", "enumerator"])
def test_background_work_is_for_administrators(app: Flask, role: str) -> None:
    browser = signed_in(app, make_user(role=role))

    assert browser.get("/jobs/").status_code == 403
    assert browser.post("/jobs/1/retry").status_code == 403
