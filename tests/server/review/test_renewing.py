"""Everything read, counted and compared once more, in the background."""

import pytest
from sqlalchemy import delete, select

from server.db import db, transaction
from server.domain.actor import SYSTEM
from server.invariants import verify
from server.jobs.tables import Job
from server.jobs.worker import run_due
from server.matching.tables import MatchingKey, NameFrequencies, RecordFeatures
from server.pipeline import HANDLERS
from server.review import renewing
from server.review.tables import MergeProposal
from tests.browsing import Browser
from tests.server.review.surveys import arrive, survey

pytestmark = pytest.mark.usefixtures("ward")


def rounds() -> list[tuple[str, int, int]]:
    db.session.rollback()
    jobs = db.session.scalars(
        select(Job).where(Job.kind == renewing.KIND).order_by(Job.id)
    )
    return [
        (job.payload["round"], job.progress_done, job.progress_total) for job in jobs
    ]


def test_an_old_register_is_read_counted_and_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for _ in range(3):
        arrive(survey())
    with transaction() as session:
        for table in (MatchingKey, RecordFeatures, MergeProposal):
            session.execute(delete(table))
    monkeypatch.setattr(renewing, "BATCH", 2)
    monkeypatch.setattr(renewing, "FEWEST_COUNTED", 1)

    assert renewing.begin_when_due() is not None
    run_due(HANDLERS)

    assert rounds() == [
        ("read", 0, 3),
        ("read", 2, 3),
        ("count", 0, 3),
        ("compare", 0, 3),
        ("compare", 2, 3),
    ]
    assert len(db.session.scalars(select(MergeProposal)).all()) == 3
    assert db.session.scalars(select(NameFrequencies.persons)).all() == [3]
    assert renewing.begin_when_due() is None
    assert verify() == []


def test_it_is_not_begun_twice_and_tells_how_far_it_is(officer: Browser) -> None:
    arrive(survey())

    first = renewing.begin(by=SYSTEM)
    second = renewing.begin(by=SYSTEM)

    assert first is not None
    assert second is None
    assert renewing.begin(by=SYSTEM, first="read") is not None
