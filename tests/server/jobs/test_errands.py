"""What has to be done at ODK Central is done by who goes there, and by nobody else."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from server.db import db, is_writing
from server.domain.problems import Problem, Refused
from server.jobs import actions
from server.jobs.actions import Claim
from server.jobs.errands import Interrupted, run_errand
from server.jobs.tables import Job
from server.jobs.worker import run_due


def job() -> Job:
    db.session.rollback()
    return db.session.scalars(select(Job)).one()


def test_a_worker_leaves_errands_alone(app: Flask) -> None:
    actions.enqueue("central_sync", {})

    assert run_due({"central_sync": lambda _: None}) == 0

    assert job().state == "waiting"


def test_who_goes_to_central_leaves_other_jobs_alone(app: Flask) -> None:
    actions.enqueue("submission_received", {})

    assert not run_errand({"submission_received": lambda _: None})

    assert job().state == "waiting"


def test_an_errand_holds_no_transaction(app: Flask) -> None:
    seen: list[tuple[str, bool]] = []
    actions.enqueue("central_sync", {"n": 1})

    assert run_errand({"central_sync": lambda c: seen.append((c.kind, is_writing()))})

    assert seen == [("central_sync", False)]
    assert job().state == "done"
    assert not run_errand({})


def test_an_interrupted_errand_waits_without_counting(app: Flask) -> None:
    def stop(_held: Claim) -> None:
        raise Interrupted

    actions.enqueue("central_sync", {})

    with pytest.raises(Interrupted):
        run_errand({"central_sync": stop})

    assert (job().state, job().attempts) == ("waiting", 0)


def test_a_refused_errand_is_tried_again_and_says_why(app: Flask) -> None:
    def refuse(_held: Claim) -> None:
        raise Refused(Problem("central_rights_missing", "", {}))

    actions.enqueue("central_sync", {})

    assert run_errand({"central_sync": refuse})

    assert (job().state, job().error) == ("waiting", "central_rights_missing")


def test_an_errand_of_a_kind_nobody_knows_waits_for_a_person(app: Flask) -> None:
    actions.enqueue("central_nonsense", {})

    assert run_errand({})

    assert (job().state, job().error) == ("failed", "job_kind_unknown")


def test_an_errand_under_way_is_put_back_by_its_successor_only(app: Flask) -> None:
    actions.enqueue("central_sync", {})
    held = actions.claim("elsewhere/1/ab/errands", errand=True)
    assert held is not None

    assert actions.release_stale(older_than=timedelta(0)) == 0
    assert actions.release_errands() == 1

    assert job().state == "waiting"
    with pytest.raises(actions.ClaimLost):
        actions.finish(held)
