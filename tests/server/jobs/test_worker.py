"""Every job that was committed is done, once, whatever happens to the worker."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from server import clock
from server.audit.tables import AuditEvent
from server.db import db, transaction
from server.domain.actor import Actor
from server.domain.problems import Problem, Refused
from server.jobs import actions, holders
from server.jobs.tables import Job
from server.jobs.worker import Handlers, Worker, run_due
from tests.factories import make_area, make_user

STAFF = Actor("user", 3, "Trần Thị Lan")


def job() -> Job:
    db.session.rollback()
    return db.session.scalars(select(Job)).one()


def areas() -> int:
    from server.areas.tables import Area

    return db.session.scalar(select(func.count()).select_from(Area)) or 0


def leave_area(payload: dict[str, Any]) -> None:
    make_area()


def break_down(payload: dict[str, Any]) -> None:
    make_area()
    raise ValueError("Nguyễn Văn An 001080012345")


@contextmanager
def later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> Iterator[None]:
    at = clock.now() + by
    with monkeypatch.context() as patch:
        patch.setattr("server.clock.now", lambda: at)
        yield


def test_jobs_are_done_in_their_order_with_what_follows_from_them(app: Flask) -> None:
    seen: list[int] = []

    def note(payload: dict[str, Any]) -> None:
        seen.append(payload["n"])
        if payload["n"] == 1:
            actions.enqueue("note", {"n": 3})

    actions.enqueue("note", {"n": 1})
    actions.enqueue("note", {"n": 2})

    assert run_due({"note": note}) == 3
    assert seen == [1, 2, 3]
    assert {j.state for j in db.session.scalars(select(Job))} == {"done"}
    assert run_due({"note": note}) == 0


def test_no_more_is_done_than_was_asked_for(app: Flask) -> None:
    for _ in range(3):
        actions.enqueue("leave_area", {})

    assert run_due({"leave_area": leave_area}, limit=2) == 2
    assert areas() == 2


def test_a_failed_attempt_leaves_nothing_behind_and_tells_no_personal_data(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    actions.enqueue("break_down", {})

    run_due({"break_down": break_down})

    assert areas() == 0
    failed = job()
    assert (failed.state, failed.attempts) == ("waiting", 1)
    assert failed.error is not None
    assert failed.error.startswith("ValueError")
    said = failed.error + "".join(capsys.readouterr())
    assert "An" not in said
    assert "001080012345" not in said


def test_pauses_grow_and_after_the_last_attempt_a_person_decides(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.enqueue("break_down", {})
    pauses = []
    for _ in range(actions.MAX_ATTEMPTS):
        with later(monkeypatch, job().run_at - clock.now() + timedelta(seconds=1)):
            run_due({"break_down": break_down})
            pauses.append(round((job().run_at - clock.now()).total_seconds()))

    assert pauses[:4] == [5, 20, 80, 320]
    assert (job().state, job().attempts) == ("failed", 5)

    actions.try_again(by=STAFF, job_id=job().id)

    assert (job().state, job().attempts) == ("waiting", 0)
    assert run_due({"break_down": leave_area}) == 1
    assert (job().state, job().error) == ("done", None)
    event = db.session.scalars(select(AuditEvent)).one()
    assert (event.action, event.actor_name) == ("job.tried_again", STAFF.name)


def test_only_a_failed_job_is_tried_again(app: Flask) -> None:
    actions.enqueue("leave_area", {})

    for number, status in ((job().id, 409), (999_999, 404)):
        with pytest.raises(Refused) as refused:
            actions.try_again(by=STAFF, job_id=number)
        assert refused.value.status == status


def test_a_refusal_is_told_by_its_codes(app: Flask) -> None:
    def refuse(payload: dict[str, Any]) -> None:
        raise Refused(Problem("submission_not_found"))

    actions.enqueue("refuse", {})
    run_due({"refuse": refuse})

    assert job().error == "submission_not_found"


def test_an_unknown_kind_fails_at_once_with_words(app: Flask) -> None:
    actions.enqueue("from_the_future", {})

    assert run_due({}) == 1

    assert (job().state, job().error) == ("failed", "job_kind_unknown")
    assert "cập nhật" in Problem("job_kind_unknown").sentence()


def test_a_job_taken_away_does_not_count(app: Flask) -> None:
    def stolen(payload: dict[str, Any]) -> None:
        make_area()
        db.session.execute(update(Job).values(claimed_by="somebody else"))

    actions.enqueue("stolen", {})
    run_due({"stolen": stolen})

    assert areas() == 0
    assert job().state == "running"


def test_what_a_dead_process_held_is_released_at_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.enqueue("leave_area", {})
    with monkeypatch.context() as patch:
        patch.setattr(holders, "_LIFE", "earlier")
        actions.claim(holders.holder("worker-1"))
    assert run_due({"leave_area": leave_area}) == 0

    assert actions.release_stale() == 1

    assert job().error == "job_worker_killed"
    assert run_due({"leave_area": leave_area}) == 1
    assert job().state == "done"


def test_what_a_living_process_holds_is_left_to_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.enqueue("leave_area", {})
    actions.claim(holders.holder("worker-1"))
    assert actions.release_stale() == 0

    with later(monkeypatch, timedelta(minutes=11)):
        assert actions.release_stale() == 1


def test_a_second_worker_of_a_process_takes_nothing_from_the_first(
    app: Flask,
) -> None:
    actions.enqueue("leave_area", {})
    actions.claim(holders.holder("worker-1"))

    assert actions.release_stale(older_than=timedelta()) == 0


def test_a_job_that_kills_its_worker_each_time_is_left_to_a_person(
    app: Flask,
) -> None:
    actions.enqueue("leave_area", {})
    with transaction():
        db.session.execute(update(Job).values(attempts=4))
    actions.claim("other-machine/1/x/worker-1")

    actions.release_stale(older_than=timedelta())

    assert (job().state, job().error) == ("failed", "job_worker_killed")


@pytest.mark.parametrize(
    ("name", "dead"),
    [
        ("elsewhere/1/x/worker-1", False),
        ("", False),
        ("{host}/999999999/x/worker-1", True),
        ("{host}/1/x/worker-1", False),
    ],
)
def test_the_dead_are_told_from_the_living(name: str, dead: bool) -> None:
    host = holders.holder("t").partition("/")[0]

    assert holders.is_dead(name.format(host=host)) is dead


@contextmanager
def working(app: Flask, handlers: Handlers) -> Iterator[Worker]:
    app.config["WORKER_POLL_SECONDS"] = 60
    worker = Worker(app, handlers)
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()


def test_a_worker_wakes_when_a_job_is_committed(app: Flask) -> None:
    done = threading.Event()
    with working(app, {"ring": lambda payload: done.set()}) as worker:
        assert worker.is_alive()
        time.sleep(0.2)
        actions.enqueue("ring", {})

        assert done.wait(5)

    assert not worker.is_alive()
    assert job().state == "done"


def test_a_worker_sleeps_through_what_was_rolled_back(app: Flask) -> None:
    def leave_and_fail() -> None:
        with transaction():
            actions.enqueue("ring", {})
            raise ValueError

    seen: list[int] = []
    with working(app, {"ring": lambda payload: seen.append(1)}):
        with pytest.raises(ValueError):
            leave_and_fail()
        make_user()
        time.sleep(0.2)

    assert seen == []


def test_a_worker_takes_up_what_was_under_way_when_it_was_killed(app: Flask) -> None:
    done = threading.Event()
    actions.enqueue("ring", {})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(holders, "_LIFE", "earlier")
        actions.claim(holders.holder("worker-1"))

    with working(app, {"ring": lambda payload: done.set()}):
        assert done.wait(5)


def test_two_workers_never_do_the_same_job(app: Flask) -> None:
    seen: list[int] = []
    for number in range(40):
        actions.enqueue("note", {"n": number})

    with (
        working(app, {"note": lambda payload: seen.append(payload["n"])}),
        working(app, {"note": lambda payload: seen.append(payload["n"])}),
    ):
        deadline = time.monotonic() + 20
        while len(seen) < 40 and time.monotonic() < deadline:
            time.sleep(0.05)

    assert sorted(seen) == list(range(40))
