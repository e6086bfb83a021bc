"""Finding survey records and the households computed from them."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from server.clock import VIETNAM
from server.db import GIVEN, db, within
from server.domain.actor import Scope
from server.domain.households.codes import Seed, fallback_identities
from server.domain.households.golden import GoldenHousehold
from server.domain.households.sources import RecordView, newest_first
from server.domain.plain import from_plain
from server.domain.problems import Problem, Refused
from server.domain.survey.record import SurveyRecord
from server.inbox.tables import Submission
from server.registry.search import search
from server.registry.tables import (
    Correction,
    HouseholdEvent,
    HouseholdRecord,
    HouseholdRow,
    SurveyRecordRow,
)

__all__ = ["search"]

# A statement takes so many values at most on both engines, with room to spare.
CHUNK = 5000

_VIEWED = select(
    SurveyRecordRow.id,
    SurveyRecordRow.content,
    SurveyRecordRow.received_at,
    SurveyRecordRow.seed_household_id,
).where(SurveyRecordRow.id.in_(GIVEN))
_SEEDS = select(
    SurveyRecordRow.id, SurveyRecordRow.seed_household_id, SurveyRecordRow.review_date
).where(SurveyRecordRow.id.in_(GIVEN))
_SEEDED = select(SurveyRecordRow.id).where(SurveyRecordRow.seed_household_id.in_(GIVEN))
_RECORDS = select(HouseholdRecord.record_id).where(
    HouseholdRecord.household_id.in_(GIVEN)
)
_OF_IDS = select(HouseholdRow).where(HouseholdRow.id.in_(GIVEN))
_EVENTS = select(HouseholdEvent).where(HouseholdEvent.household_id.in_(GIVEN))


def get_record(record_id: str) -> SurveyRecord:
    """One survey record as it was understood."""
    row = db.session.get_one(SurveyRecordRow, record_id)
    return from_plain(SurveyRecord, row.content)


def find_record_of(submission_id: int) -> SurveyRecordRow | None:
    """The record made of a submission, once it was understood."""
    return db.session.scalar(
        select(SurveyRecordRow).where(SurveyRecordRow.submission_id == submission_id)
    )


def record_views(record_ids: Collection[str]) -> list[RecordView]:
    """The records as the domain sees them, by id."""
    found = []
    for chunk in in_chunks(record_ids):
        rows = db.session.execute(_VIEWED, {"given": chunk})
        found += [_view(*row) for row in rows]
    return sorted(found, key=lambda view: view.id)


def seeds_of(record_ids: Collection[str]) -> dict[str, Seed]:
    """The household id that each record proposes."""
    found: dict[str, Seed] = {}
    for chunk in in_chunks(record_ids):
        rows = db.session.execute(_SEEDS, {"given": chunk})
        found.update(
            (record_id, Seed(UUID(seed), reviewed))
            for record_id, seed, reviewed in rows
        )
    return found


def same_seed(record_ids: Collection[str]) -> set[str]:
    """Every record that competes with one of these for a household id.

    Records of one seed do; so does a record whose phone knew a household under an id
    that was derived for want of a seed (`fallback_identities`).
    """
    claimed = {str(seed.household_id) for seed in seeds_of(record_ids).values()}
    fallbacks = {
        str(identity)
        for record_id in record_ids
        for identity in fallback_identities(record_id)
    }
    found: set[str] = set()
    for chunk in in_chunks(claimed | fallbacks):
        found |= set(db.session.scalars(_SEEDED, {"given": chunk}))
    return found | record_ids_among(claimed)


def find_household_of(record_id: str) -> HouseholdRow | None:
    """The household a record belongs to now; None until it was compared."""
    return db.session.scalar(
        select(HouseholdRow)
        .join(HouseholdRecord, HouseholdRecord.household_id == HouseholdRow.id)
        .where(HouseholdRecord.record_id == record_id)
    )


def household_of(record_id: str) -> HouseholdRow:
    """The household a record belongs to now. Refuses while it has none."""
    found = find_household_of(record_id)
    if found is None:
        raise Refused(Problem("household_not_found"), status=404)
    return found


def get_household(household_id: str, scope: Scope) -> HouseholdRow:
    """A household in the areas of `scope`; refused as absent otherwise."""
    wanted = select(HouseholdRow).where(HouseholdRow.id == household_id)
    found = db.session.scalar(within(wanted, HouseholdRow.area_id, scope))
    if found is None:
        raise Refused(Problem("household_not_found"), status=404)
    return found


def get_corrected_household(correction_id: int, scope: Scope) -> HouseholdRow:
    """The household in sight that a correction belongs to; refused as absent."""
    wanted = (
        select(HouseholdRow)
        .join(HouseholdRecord, HouseholdRecord.household_id == HouseholdRow.id)
        .join(Correction, Correction.record_id == HouseholdRecord.record_id)
        .where(Correction.id == correction_id)
    )
    found = db.session.scalar(within(wanted, HouseholdRow.area_id, scope))
    if found is None:
        raise Refused(Problem("correction_not_found"), status=404)
    return found


def get_departed_household(event_id: int, scope: Scope) -> HouseholdRow:
    """The household in sight that a departure is about now; refused as absent."""
    wanted = (
        select(HouseholdRow)
        .join(HouseholdEvent, HouseholdEvent.household_id == HouseholdRow.id)
        .where(HouseholdEvent.id == event_id)
    )
    found = db.session.scalar(wanted)
    survivor = survivor_of(found) if found is not None else None
    if survivor is None or not scope.holds(survivor.area_id):
        raise Refused(Problem("departure_not_found"), status=404)
    return survivor


def survivor_of(row: HouseholdRow) -> HouseholdRow:
    """The household itself, or the one its records went to."""
    seen = {row.id}
    while row.merged_into is not None:
        row = db.session.get_one(HouseholdRow, row.merged_into)
        if row.id in seen:
            raise LookupError(f"households {sorted(seen)} merged into each other")
        seen.add(row.id)
    return row


def households_by_id(household_ids: Iterable[str]) -> dict[str, HouseholdRow]:
    """Households wherever they live and whatever became of them."""
    return {
        row.id: row
        for chunk in in_chunks(household_ids)
        for row in db.session.scalars(_OF_IDS, {"given": chunk})
    }


def golden_of(row: HouseholdRow) -> GoldenHousehold:
    """The computed household with the origin of each value."""
    return from_plain(GoldenHousehold, row.content)


def records_of(household_id: str) -> list[SurveyRecordRow]:
    """The records of a household, newest review first; replaced versions too."""
    return list(
        db.session.scalars(
            select(SurveyRecordRow)
            .join(HouseholdRecord, HouseholdRecord.record_id == SurveyRecordRow.id)
            .where(HouseholdRecord.household_id == household_id)
            .order_by(SurveyRecordRow.review_date.desc(), SurveyRecordRow.id)
        )
    )


def record_ids_of(household_id: str) -> list[str]:
    """The ids of the records of a household."""
    return list(
        db.session.scalars(
            select(HouseholdRecord.record_id).where(
                HouseholdRecord.household_id == household_id
            )
        )
    )


def record_ids_among(household_ids: Collection[str]) -> set[str]:
    """The ids of the records of some households."""
    found: set[str] = set()
    for chunk in in_chunks(household_ids):
        found |= set(db.session.scalars(_RECORDS, {"given": chunk}))
    return found


def as_view(row: SurveyRecordRow) -> RecordView:
    """The row as the domain sees it."""
    return _view(row.id, row.content, row.received_at, row.seed_household_id)


def _view(
    record_id: str, content: dict[str, Any], received_at: datetime, stands_for: str
) -> RecordView:
    record = from_plain(SurveyRecord, content)
    return RecordView(record_id, record, received_at, stands_for)


def senders_of(submission_ids: Iterable[int]) -> dict[int, str]:
    """Who sent each submission."""
    rows = db.session.execute(
        select(Submission.id, Submission.actor_name).where(
            Submission.id.in_(sorted(submission_ids))
        )
    )
    return dict(rows.all())


def newest_record_of(household_id: str) -> RecordView:
    """The record that says how the household is now."""
    return newest_first([as_view(row) for row in records_of(household_id)])[0]


def households_merged_into(household_id: str) -> list[HouseholdRow]:
    """The households whose records this one has now, by code."""
    return list(
        db.session.scalars(
            select(HouseholdRow)
            .where(HouseholdRow.merged_into == household_id)
            .order_by(HouseholdRow.code)
        )
    )


def corrections_of(household_id: str) -> list[Correction]:
    """Every correction of a household, also those taken back, newest first."""
    return list(
        db.session.scalars(
            select(Correction)
            .join(HouseholdRecord, HouseholdRecord.record_id == Correction.record_id)
            .where(HouseholdRecord.household_id == household_id)
            .order_by(Correction.at.desc(), Correction.id.desc())
        )
    )


def corrected_on(known_as: Iterable[str]) -> dict[str, date]:
    """The day on which each correction was made, by how households name it."""
    ids = sorted({int(each) for each in known_as if each})
    rows = db.session.execute(
        select(Correction.id, Correction.at).where(Correction.id.in_(ids))
    )
    return {str(each): at.astimezone(VIETNAM).date() for each, at in rows}


def events_of(household_ids: Collection[str]) -> list[HouseholdEvent]:
    """What happened to these households outside any survey, newest first."""
    found: list[HouseholdEvent] = []
    for chunk in in_chunks(household_ids):
        found += db.session.scalars(_EVENTS, {"given": chunk})
    return sorted(found, key=lambda event: (event.on, event.id), reverse=True)


def live_events_of(household_ids: Collection[str]) -> list[HouseholdEvent]:
    """The same without those that were taken back."""
    return [each for each in events_of(household_ids) if each.superseded_at is None]


def households_in_sight(scope: Scope) -> Select[HouseholdRow]:
    """Households that may be seen, for lists."""
    return within(select(HouseholdRow), HouseholdRow.area_id, scope)


def in_chunks(values: Iterable[str]) -> Iterator[list[str]]:
    """The values in order, as many at a time as a statement takes."""
    ordered = sorted(values)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]
