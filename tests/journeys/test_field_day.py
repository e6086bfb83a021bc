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
from server.imports.tables import RegisterImport
from server.inbox.tables import Reading, Submission
from server.invariants import verify
from server.jobs.tables import Job
from server.registry.tables import HouseholdRow, SurveyRecordRow
from server.reports.tables import FrozenReport
from server.review.tables import MergeProposal
from server.rounds.certificates import certificates
from server.rounds.queries import steps_of_act
from server.rounds.tables import CaseStep, ReviewCase, RoundAct
from server.scenarios.tables import ScenarioRow
from server.status.queries import LISTED
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
    _assert_the_review_came_to_its_papers()
    assert field_day.play(played, "http://127.0.0.1") is None, "a day is played once"


def _assert_the_review_came_to_its_papers() -> None:
    """What a visitor may look at: every page of the menu has something real."""
    decision = db.session.scalars(
        select(RoundAct).where(RoundAct.kind == "decision")
    ).one()
    assert certificates(decision.recognition_id or 0, "http://127.0.0.1")
    outcomes = {row.outcome for row, _ in steps_of_act(decision.id)}
    assert outcomes - set(LISTED), "some leave the list"
    steps = Counter(
        step for step in db.session.scalars(select(CaseStep.step).join(ReviewCase))
    )
    assert (steps["complaint"], steps["rechecked"]) == (2, 1)
    assert count(RoundAct.file_sha256.is_not(None)) == 1, "minutes with their scan"
    waiting = set(db.session.scalars(select(ReviewCase.next_step)))
    assert {"screened", "scored", "meeting", "rechecked", "decided", None} <= waiting
    assert count(RegisterImport.state == "done") == 1
    assert count(ScenarioRow.id.is_not(None)) == 1
    assert count(FrozenReport.id.is_not(None)) == 1


def count(condition: object) -> int:
    return db.session.scalar(select(func.count()).where(condition)) or 0  # type: ignore[arg-type]
