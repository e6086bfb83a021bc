"""Who was there: households that had left a list by a day, and when.

A list of a past day must come out as it was: a household that was merged into another
in March still stood on the list of January. The day of a merge is the day of the
judgement that joined the two; the register itself only knows what is joined now.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, or_, select

from server.clock import VIETNAM
from server.db import db
from server.domain.poverty.transitions import Departure
from server.inbox.tables import SubmissionWithdrawal
from server.registry.queries import in_chunks
from server.registry.tables import (
    HouseholdEvent,
    HouseholdRecord,
    HouseholdRow,
    SurveyRecordRow,
)
from server.review.tables import JudgementRow
from server.status.tables import PovertyStatus

_KINDS = {"moved_out": Departure.OUT_MOVE, "dissolved": Departure.DISSOLVED}


@dataclass(frozen=True, slots=True)
class Merge:
    """A household with statuses whose records went to another. `at` is None when no
    judgement joined them: the two were always one."""

    household_id: str
    into: str
    at: datetime | None

    def is_done(self, on: date, known_at: datetime | None) -> bool:
        """Whether the merge had happened by a day, as known at an instant."""
        if self.at is None:
            return True
        if known_at is not None and known_at < self.at:
            return False
        return self.at.astimezone(VIETNAM).date() <= on


def end_of_day(day: date) -> datetime:
    """The first instant in Vietnam at which all that was recorded on `day` is known."""
    return datetime.combine(day + timedelta(days=1), time(), VIETNAM)


def gone_by(on: date, known_at: datetime | None = None) -> dict[str, Departure]:
    """How households that ever had a status had left the lists by a day."""
    gone = {
        merge.household_id: Departure.MERGE
        for merge in merges()
        if merge.is_done(on, known_at)
    }
    gone.update(_departed_by(on, known_at))
    return gone


def merges() -> list[Merge]:
    """Every merged household that ever had a status of its own."""
    rows = db.session.execute(
        select(HouseholdRow.id, HouseholdRow.merged_into).where(
            HouseholdRow.merged_into.is_not(None),
            select(PovertyStatus.id)
            .where(PovertyStatus.household_id == HouseholdRow.id)
            .exists(),
        )
    )
    into = {household_id: survivor for household_id, survivor in rows if survivor}
    instants = _instants_of_merging(set(into.values()))
    return [Merge(each, into[each], instants.get(each)) for each in sorted(into)]


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
    is_known: ColumnElement[bool] = HouseholdEvent.superseded_at.is_(None)
    if known_at is not None:
        came_back = came_back.where(SurveyRecordRow.received_at < known_at)
        is_known = and_(
            HouseholdEvent.at < known_at,
            or_(is_known, HouseholdEvent.superseded_at >= known_at),
        )
    statement = select(HouseholdEvent.household_id, HouseholdEvent.kind).where(
        HouseholdEvent.on <= on, is_known, ~came_back.exists()
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


def _instants_of_merging(survivors: Collection[str]) -> dict[str, datetime]:
    """For each household id that was given up: the judgement that cost it its records.

    Judgements are replayed in their order over the records of each survivor. Of two
    groups that meet, the one with the earlier record keeps its id.
    """
    seeds: dict[str, str] = {}
    ages: dict[str, tuple[date, str]] = {}
    for chunk in in_chunks(survivors):
        for record_id, seed, reviewed in db.session.execute(
            select(
                SurveyRecordRow.id,
                SurveyRecordRow.seed_household_id,
                SurveyRecordRow.review_date,
            )
            .join(HouseholdRecord, HouseholdRecord.record_id == SurveyRecordRow.id)
            .where(HouseholdRecord.household_id.in_(chunk))
        ):
            seeds[record_id] = seed
            ages[seed] = min(
                ages.get(seed, (reviewed, record_id)), (reviewed, record_id)
            )
    kept = {seed: seed for seed in ages}
    instants: dict[str, datetime] = {}
    for left, right, at in _sames(seeds):
        sides = (_kept(kept, seeds[left]), _kept(kept, seeds[right]))
        elder, younger = sorted(sides, key=ages.__getitem__)
        if elder != younger:
            kept[younger] = elder
            instants[younger] = at
    return instants


def _sames(records: Collection[str]) -> list[tuple[str, str, datetime]]:
    """The live SAME judgements among records, oldest first."""
    found: list[tuple[datetime, int, str, str]] = []
    for chunk in in_chunks(records):
        rows = db.session.execute(
            select(
                JudgementRow.at,
                JudgementRow.id,
                JudgementRow.left_record_id,
                JudgementRow.right_record_id,
            ).where(
                JudgementRow.left_record_id.in_(chunk),
                JudgementRow.verdict == "same",
                JudgementRow.superseded_at.is_(None),
            )
        )
        found += [(at, id_, left, right) for at, id_, left, right in rows]
    return [
        (left, right, at) for at, _, left, right in sorted(found) if right in records
    ]


def _kept(kept: dict[str, str], seed: str) -> str:
    while kept[seed] != seed:
        seed = kept[seed]
    return seed
