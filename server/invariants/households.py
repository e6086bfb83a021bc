"""I2 and I3: households are what records, judgements and corrections give.

The check recomputes everything with the very code that made it, batch by batch inside
transactions that are rolled back, and compares every row. A second way of computing
would only prove that two programs differ.
"""

from collections.abc import Iterator

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from server.db import db, transaction
from server.invariants.batches import (
    households_about,
    record_batches,
    unmatched_records,
)
from server.invariants.finding import Finding, Progress, finding
from server.invariants.fingerprints import (
    Fingerprints,
    differences,
    of_households,
    of_proposals,
)
from server.registry.tables import HouseholdRecord, HouseholdRow, SurveyRecordRow
from server.review import actions as review
from server.review.queries import closure
from server.review.tables import JudgementRow


def check_households(progress: Progress) -> Iterator[Finding]:
    """Every record has its one household, and every household is as recomputed."""
    unmatched = unmatched_records()
    yield from _check_membership(unmatched)
    waiting, _ = closure(unmatched)
    for batch in record_batches("I2 I3", progress, besides=waiting):
        before, after = _recomputed(batch)
        yield from _explained(before, after, waiting)


def stray_households() -> list[str]:
    """Households without any record that no merge explains."""
    held = exists().where(HouseholdRecord.household_id == HouseholdRow.id)
    return list(
        db.session.scalars(
            select(HouseholdRow.id)
            .where(~held, HouseholdRow.state != "merged")
            .order_by(HouseholdRow.id)
        )
    )


def _check_membership(unmatched: set[str]) -> Iterator[Finding]:
    placed = exists().where(HouseholdRecord.record_id == SurveyRecordRow.id)
    for record_id in db.session.scalars(select(SurveyRecordRow.id).where(~placed)):
        if record_id not in unmatched:
            yield finding("record_without_household", record_id)
    for household_id in stray_households():
        yield finding("household_without_record", household_id)
    left, right = aliased(HouseholdRecord), aliased(HouseholdRecord)
    together = (
        select(
            left.household_id, JudgementRow.left_record_id, JudgementRow.right_record_id
        )
        .join(left, left.record_id == JudgementRow.left_record_id)
        .join(right, right.record_id == JudgementRow.right_record_id)
        .where(
            JudgementRow.superseded_at.is_(None),
            JudgementRow.verdict == "different",
            left.household_id == right.household_id,
        )
    )
    for household_id, one, other in db.session.execute(together):
        yield finding("different_pair_together", household_id, left=one, right=other)


def _recomputed(batch: set[str]) -> tuple[Fingerprints, Fingerprints]:
    with transaction() as session:
        attempt = session.begin_nested()
        about = households_about(batch)
        before = {**of_households(about), **of_proposals(batch)}
        review.rematch(record_ids=batch)
        session.expire_all()
        about |= households_about(batch)
        after = {**of_households(about), **of_proposals(batch)}
        attempt.rollback()
    return before, after


def _explained(
    before: Fingerprints, after: Fingerprints, waiting: set[str]
) -> Iterator[Finding]:
    told = set()
    for key, kind in differences(before, after):
        table, subject = key[0], key[1]
        if table == "merge_proposals":
            if waiting.intersection(key[1:]):
                continue
            found = finding("proposal_differs", " – ".join(key[1:]))
        elif table == "household_records":
            if kind == "added":
                continue  # a record without household, which was already found
            found = finding("record_misplaced", subject)
        else:
            found = finding("household_differs", subject, table=table)
        if found not in told:
            told.add(found)
            yield found
