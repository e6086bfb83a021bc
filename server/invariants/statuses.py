"""I4: what was recognised never contradicts itself, and has its decision; where a case
of a review stands is what its steps say."""

from collections.abc import Iterator

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import aliased

from server.db import db
from server.invariants.finding import Finding, Progress, finding
from server.rounds.queries import live_steps
from server.rounds.standing import computed
from server.rounds.tables import ReviewCase, ReviewRound
from server.status.tables import PovertyStatus, RecognisedHousehold


def check_statuses(progress: Progress) -> Iterator[Finding]:
    """Live periods do not overlap, and each is in the recognition it names."""
    progress("I4", 0, 2)
    other = aliased(PovertyStatus)
    overlaps = (
        select(PovertyStatus.household_id, PovertyStatus.standard)
        .join(
            other,
            and_(
                other.household_id == PovertyStatus.household_id,
                other.standard == PovertyStatus.standard,
                other.id > PovertyStatus.id,
            ),
        )
        .where(
            PovertyStatus.superseded_at.is_(None),
            other.superseded_at.is_(None),
            or_(other.valid_to.is_(None), PovertyStatus.valid_from < other.valid_to),
            or_(
                PovertyStatus.valid_to.is_(None),
                other.valid_from < PovertyStatus.valid_to,
            ),
        )
        .distinct()
    )
    for household_id, standard in db.session.execute(overlaps):
        yield finding("statuses_overlap", household_id, standard=standard)
    progress("I4", 1, 2)
    recognised = exists().where(
        RecognisedHousehold.recognition_id == PovertyStatus.recognition_id,
        RecognisedHousehold.household_id == PovertyStatus.household_id,
    )
    for status_id in db.session.scalars(select(PovertyStatus.id).where(~recognised)):
        yield finding("status_without_recognition", status_id)
    progress("I4", 2, 2)
    yield from _cases()


def _cases() -> Iterator[Finding]:
    for review in db.session.scalars(select(ReviewRound).order_by(ReviewRound.id)):
        cases = db.session.scalars(
            select(ReviewCase).where(ReviewCase.round_id == review.id)
        ).all()
        steps = live_steps([case.id for case in cases])
        for case in cases:
            expected = computed(case, review, steps.get(case.id, []))
            if any(getattr(case, key) != value for key, value in expected.items()):
                yield finding("case_differs_from_steps", case.id)
