"""The demo's field day: phones post to a running server; the register must come out
whole, on both databases, whatever went wrong on the way."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from server.db import db
from server.demo import field_day
from server.inbox.tables import Reading, Submission
from server.invariants import verify
from server.jobs.tables import Job
from server.registry.tables import HouseholdRow, SurveyRecordRow
from server.review.tables import MergeProposal
from server.status.tables import Recognition
from tests.conftest import make_app
from tests.played import HOUSEHOLDS, PlayedDay, play
from tests.postgresql import empty


@pytest.fixture(params=["sqlite", "postgresql"])
def played(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """On SQLite the day that the browsers of other tests look at, too."""
    if request.param == "sqlite":
        day: PlayedDay = request.getfixturevalue("played_day")
        app = make_app(tmp_path, day.copy_to(tmp_path))
    else:
        address = request.getfixturevalue("migrated_postgresql")
        empty(address)
        app = make_app(tmp_path, address)
        play(app)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.mark.allow_hosts(["127.0.0.1", "localhost"])
def test_a_field_day_leaves_a_whole_register(played: Flask) -> None:
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
    assert field_day.play(played, "http://127.0.0.1") is None, "a day is played once"


def count(condition: object) -> int:
    return db.session.scalar(select(func.count()).where(condition)) or 0  # type: ignore[arg-type]
