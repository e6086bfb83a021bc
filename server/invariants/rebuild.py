"""Computing everything that can be computed once more, and saying what changed.

On a healthy register nothing changes. After an accident with a computed table it comes
back as it was, from submissions and decisions.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import delete, select

from server.audit import actions as audit
from server.db import db, transaction
from server.dispatch import actions as dispatch
from server.domain.actor import Actor
from server.invariants.batches import SIZE, households_about, record_batches
from server.invariants.finding import Progress, silent
from server.invariants.fingerprints import (
    OF_RESULTS,
    count,
    differences,
    of_households,
    of_proposals,
)
from server.invariants.households import stray_households
from server.matching.keeping import keep_features
from server.registry.queries import get_record
from server.registry.tables import (
    HouseholdEvent,
    HouseholdMemberRow,
    HouseholdRow,
    PersonIdentifier,
    SurveyRecordRow,
)
from server.review import actions as review
from server.status import actions as status
from server.status.tables import AssessmentRow, PovertyStatus, RecognisedHousehold

# (table, "added" | "removed" | "changed") -> how many rows
Changes = Counter[tuple[str, str]]

# A household one of these names is kept, whatever became of its records.
REFERENCES: tuple[Any, ...] = (
    SurveyRecordRow.seed_household_id,
    PovertyStatus.household_id,
    RecognisedHousehold.household_id,
    HouseholdEvent.household_id,
)
COMPUTED_FROM_RECORDS: tuple[tuple[Any, Any], ...] = (
    (PersonIdentifier, PersonIdentifier.household_id),
    (HouseholdMemberRow, HouseholdMemberRow.household_id),
    (AssessmentRow, AssessmentRow.household_id),
    (HouseholdRow, HouseholdRow.id),
)


def rebuild(*, by: Actor, progress: Progress = silent) -> Changes:
    """Recompute households, proposals, assessments and what phones should hold."""
    changes = Changes()
    _read_again(progress)
    for batch in record_batches("households", progress):
        with transaction() as session:
            about = households_about(batch)
            before = {**of_households(about), **of_proposals(batch)}
            review.rematch(record_ids=batch)
            session.expire_all()
            about |= households_about(batch)
            after = {**of_households(about), **of_proposals(batch)}
            changes += count(differences(before, after))
    changes += _remove_strays()
    for ids in _household_batches(progress):
        with transaction() as session:
            before = of_households(ids, OF_RESULTS)
            status.assess(household_ids=ids)
            dispatch.publish(household_ids=ids)
            session.expire_all()
            changes += count(differences(before, of_households(ids, OF_RESULTS)))
    with transaction():
        audit.record(
            by=by,
            action="registry.rebuilt",
            subject_kind="registry",
            subject_id="all",
            details={f"{table}.{kind}": n for (table, kind), n in changes.items()},
        )
    return changes


def _read_again(progress: Progress) -> None:
    """Records as they are compared, with their keys."""
    ids = sorted(db.session.scalars(select(SurveyRecordRow.id)))
    for start in range(0, len(ids), SIZE):
        with transaction():
            for record_id in ids[start : start + SIZE]:
                record = get_record(record_id)
                keep_features(record_id=record_id, record=record)
        progress("records", min(start + SIZE, len(ids)), len(ids))


def _remove_strays() -> Changes:
    """Rows of households that no record stands for and nothing refers to."""
    changes = Changes()
    with transaction() as session:
        strays = set(stray_households())
        for column in REFERENCES:
            strays -= set(session.scalars(select(column).where(column.in_(strays))))
        for table, key in COMPUTED_FROM_RECORDS:
            gone = session.scalars(delete(table).where(key.in_(strays)).returning(key))
            changes[table.__tablename__, "removed"] += len(gone.all())
    return +changes


def _household_batches(progress: Progress) -> Iterator[list[str]]:
    ids: list[str] = sorted(db.session.scalars(select(HouseholdRow.id)))
    for start in range(0, len(ids), SIZE):
        yield ids[start : start + SIZE]
        progress("results", min(start + SIZE, len(ids)), len(ids))
