"""The demo's field day: phones post to a running server; the register must come out
whole, on both databases, whatever went wrong on the way."""

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import func, select

from server.db import db
from server.demo import field_day
from server.inbox.tables import Reading, Submission
from server.invariants import verify
from server.jobs.tables import Job
from server.jobs.worker import Worker
from server.pipeline import HANDLERS
from server.registry.tables import HouseholdRow, SurveyRecordRow
from server.review.tables import MergeProposal
from server.status.tables import Recognition

HOUSEHOLDS = 160


@pytest.fixture
def played(app: Flask, base_url: str) -> Flask:
    from server.areas.actions import load_areas
    from server.domain.actor import SYSTEM
    from server.openrosa.actions import release_forms

    load_areas(by=SYSTEM)
    release_forms(by=SYSTEM)
    db.session.remove()
    worker = Worker(app, HANDLERS)
    worker.start()
    try:
        field_day.play(app, base_url, households=HOUSEHOLDS)
    finally:
        worker.stop()
    return app


def test_a_field_day_leaves_a_whole_register(played: Flask, base_url: str) -> None:
    """One test, because playing the day is what costs time."""
    states = Counter(db.session.scalars(select(Reading.state)))
    live = count(HouseholdRow.state == "live")

    assert verify() == []
    assert states["quarantined"] == 5, "the broken ones wait for a person"
    assert states["understood"] == count(SurveyRecordRow.id.is_not(None))
    assert sum(states.values()) == count(Submission.id.is_not(None))
    assert count(Job.state != "done") == 0, "nothing is left lying"
    assert HOUSEHOLDS <= live < HOUSEHOLDS + 16, "doubles were found or proposed"
    assert count(MergeProposal.state == "open") > 0, "some wait for a person"
    assert count(Recognition.id.is_not(None)) == 2
    assert field_day.play(played, base_url) is None, "a day is played once"


def count(condition: object) -> int:
    return db.session.scalar(select(func.count()).where(condition)) or 0  # type: ignore[arg-type]
