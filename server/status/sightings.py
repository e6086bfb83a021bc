"""Which reviews found a household, and where: now, or as known at an instant.

The register only knows whose records they are now. A merge, a parting or a merge undone
hands them to another household, so for an instant they are placed again by the rules of
the register, from the judgements that held then.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select

from server.db import db
from server.inbox.tables import SubmissionWithdrawal
from server.registry import queries as registry
from server.registry.planning import make_plan
from server.registry.queries import in_chunks
from server.registry.tables import HouseholdRecord, HouseholdRow, SurveyRecordRow
from server.review.queries import as_judgement
from server.review.tables import JudgementRow


class Sighting(NamedTuple):
    """Where a review found a household."""

    on: date
    record_id: str
    area_id: int | None


class _Record(NamedTuple):
    seen: Sighting
    owner: str  # the household that has it now
    seed: str


Placed = dict[str, set[str]]  # the households of a record


def placed_at(known_at: datetime | None) -> Placed:
    """The households of every record that was judged, or shares its household with one
    that was, by an instant: who had it, and which merged household had had it.

    Of any other record the household was its seed. Now (None) the register knows.
    """
    if known_at is None:
        return {}
    said = judged_at(known_at)
    judged = {
        each for row in said for each in (row.left_record_id, row.right_record_id)
    }
    known = _received(judged | registry.same_seed(judged), known_at)
    plan = make_plan(registry.seeds_of(known), [as_judgement(row) for row in said])
    found: defaultdict[str, set[str]] = defaultdict(set)
    for household_id, records in plan.households.items():
        for record_id in records:
            found[record_id].add(household_id)
    for household_id, gone in plan.given_up.items():
        for record_id in gone.records:
            found[record_id].add(household_id)
    return dict(found)


def judged_at(known_at: datetime) -> list[JudgementRow]:
    """The judgements that held at an instant, one a pair.

    A judgement that was brought back bears the instant of the original, so it seems to
    have held beside the one that stood in between: the older row is the true one.
    """
    rows = db.session.scalars(
        select(JudgementRow)
        .where(
            JudgementRow.at < known_at,
            or_(
                JudgementRow.superseded_at.is_(None),
                JudgementRow.superseded_at >= known_at,
            ),
        )
        .order_by(JudgementRow.id)
    )
    found: dict[tuple[str, str], JudgementRow] = {}
    for row in rows:
        found.setdefault((row.left_record_id, row.right_record_id), row)
    return list(found.values())


def sightings(
    household_ids: Collection[str], known_at: datetime | None, placed: Placed
) -> dict[str, list[Sighting]]:
    """The reviews that found these households, oldest first; `placed` is `placed_at`
    of the same instant."""
    wanted = set(household_ids)
    records = _records(wanted, known_at, placed)
    merged = _merged(records) if known_at is None else set()
    found: defaultdict[str, list[Sighting]] = defaultdict(list)
    for record_id, each in records.items():
        owners = {each.seed}
        if known_at is None:
            owners = {each.owner} | (owners & merged)
        for household_id in placed.get(record_id, owners) & wanted:
            found[household_id].append(each.seen)
    return {household_id: sorted(known) for household_id, known in found.items()}


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


def _records(
    wanted: set[str], known_at: datetime | None, placed: Placed
) -> dict[str, _Record]:
    """The records that now, by their seed or as placed are of the wanted households."""
    then = {each for each, owners in placed.items() if owners & wanted}
    found: dict[str, _Record] = {}
    for column, ids in (
        (HouseholdRecord.household_id, wanted),
        (SurveyRecordRow.seed_household_id, wanted),
        (SurveyRecordRow.id, then),
    ):
        for chunk in in_chunks(ids):
            found.update(_read(column.in_(chunk), known_at))
    return found


def _read(
    condition: ColumnElement[bool], known_at: datetime | None
) -> Iterable[tuple[str, _Record]]:
    statement = (
        select(
            SurveyRecordRow.review_date,
            SurveyRecordRow.id,
            SurveyRecordRow.area_id,
            HouseholdRecord.household_id,
            SurveyRecordRow.seed_household_id,
        )
        .join(HouseholdRecord, HouseholdRecord.record_id == SurveyRecordRow.id)
        .where(condition, ~was_withdrawn(known_at))
    )
    if known_at is not None:
        statement = statement.where(SurveyRecordRow.received_at < known_at)
    for reviewed, record_id, area_id, owner, seed in db.session.execute(statement):
        yield record_id, _Record(Sighting(reviewed, record_id, area_id), owner, seed)


def _received(record_ids: Collection[str], known_at: datetime) -> set[str]:
    return {
        each
        for chunk in in_chunks(record_ids)
        for each in db.session.scalars(
            select(SurveyRecordRow.id).where(
                SurveyRecordRow.id.in_(chunk), SurveyRecordRow.received_at < known_at
            )
        )
    }


def _merged(records: dict[str, _Record]) -> set[str]:
    """Which seeds of records that went to another household are merged now."""
    given_up = {each.seed for each in records.values() if each.seed != each.owner}
    return {
        each
        for chunk in in_chunks(given_up)
        for each in db.session.scalars(
            select(HouseholdRow.id).where(
                HouseholdRow.id.in_(chunk), HouseholdRow.state == "merged"
            )
        )
    }
