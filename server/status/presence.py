"""Who was there: households that had left a list by a day, and when.

A list of a past day must come out as it was: a household that was merged into another
in March still stood on the list of January.
"""

from collections import defaultdict
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, or_, select

from server.clock import EARLIEST, VIETNAM
from server.db import db
from server.domain.poverty.chronicle import Absence
from server.domain.poverty.transitions import Departure
from server.inbox.tables import SubmissionWithdrawal
from server.registry.tables import HouseholdEvent, HouseholdRecord, SurveyRecordRow
from server.status.merging import Merge, merges

__all__ = ["Merge", "absences", "end_of_day", "gone_by", "merges", "was_withdrawn"]

_KINDS = {"moved_out": Departure.OUT_MOVE, "dissolved": Departure.DISSOLVED}


def end_of_day(day: date) -> datetime:
    """The first instant in Vietnam at which all that was recorded on `day` is known."""
    return datetime.combine(day + timedelta(days=1), time(), VIETNAM)


def gone_by(on: date, known_at: datetime | None = None) -> dict[str, Departure]:
    """How households that ever had a status had left the lists by a day."""
    gone = {
        merge.household_id: Departure.MERGE
        for merge in merges(known_at)
        if merge.is_done(on, known_at)
    }
    gone.update(_departed_by(on, known_at))
    return gone


def absences(known_at: datetime | None = None) -> dict[str, list[Absence]]:
    """For each household that ever left: the days on which it was away."""
    found: defaultdict[str, list[Absence]] = defaultdict(list)
    for merge in merges(known_at):
        if merge.is_done(date.max, known_at):
            since = merge.at.astimezone(VIETNAM).date() if merge.at else EARLIEST
            found[merge.household_id].append(Absence(since, None, Departure.MERGE))
    reviews = (
        select(SurveyRecordRow.review_date)
        .join(HouseholdRecord, HouseholdRecord.record_id == SurveyRecordRow.id)
        .where(
            HouseholdRecord.household_id == HouseholdEvent.household_id,
            SurveyRecordRow.review_date > HouseholdEvent.on,
            ~was_withdrawn(known_at),
        )
        .order_by(SurveyRecordRow.review_date)
        .limit(1)
    )
    if known_at is not None:
        reviews = reviews.where(SurveyRecordRow.received_at < known_at)
    statement = select(
        HouseholdEvent.household_id,
        HouseholdEvent.on,
        HouseholdEvent.kind,
        reviews.scalar_subquery(),
    ).where(_event_known(known_at))
    for household_id, on, kind, back in db.session.execute(statement):
        found[household_id].append(Absence(on, back, _KINDS[kind]))
    return dict(found)


def _event_known(known_at: datetime | None) -> ColumnElement[bool]:
    if known_at is None:
        return HouseholdEvent.superseded_at.is_(None)
    return and_(
        HouseholdEvent.at < known_at,
        or_(
            HouseholdEvent.superseded_at.is_(None),
            HouseholdEvent.superseded_at >= known_at,
        ),
    )


def _departed_by(on: date, known_at: datetime | None) -> dict[str, Departure]:
    """Who had moved away or was dissolved, and was not reviewed again since."""
    came_back = (
        select(SurveyRecordRow.id)
        .join(HouseholdRecord, HouseholdRecord.record_id == SurveyRecordRow.id)
        .where(
            HouseholdRecord.household_id == HouseholdEvent.household_id,
            SurveyRecordRow.review_date > HouseholdEvent.on,
            SurveyRecordRow.review_date <= on,
            ~was_withdrawn(known_at),
        )
    )
    if known_at is not None:
        came_back = came_back.where(SurveyRecordRow.received_at < known_at)
    statement = select(HouseholdEvent.household_id, HouseholdEvent.kind).where(
        HouseholdEvent.on <= on, _event_known(known_at), ~came_back.exists()
    )
    return {
        household_id: _KINDS[kind]
        for household_id, kind in db.session.execute(statement)
    }


def was_withdrawn(known_at: datetime | None) -> ColumnElement[bool]:
    """Whether a survey had been taken back where it came from: nobody was there then."""
    holds: ColumnElement[bool] = SubmissionWithdrawal.superseded_at.is_(None)
    if known_at is not None:
        holds = and_(
            SubmissionWithdrawal.at < known_at,
            or_(holds, SubmissionWithdrawal.superseded_at >= known_at),
        )
    return (
        select(SubmissionWithdrawal.id)
        .where(
            SubmissionWithdrawal.submission_id == SurveyRecordRow.submission_id, holds
        )
        .exists()
    )
