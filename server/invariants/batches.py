"""Going through all records in batches that can be recomputed on their own."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import select, union

from server.db import GIVEN, db
from server.invariants.finding import Progress
from server.jobs.tables import Job
from server.registry.counting import records_about
from server.registry.queries import in_chunks
from server.registry.tables import HouseholdRecord, HouseholdRow, SurveyRecordRow
from server.review.queries import closure

SIZE = 200
_NAMED = union(
    select(SurveyRecordRow.seed_household_id).where(SurveyRecordRow.id.in_(GIVEN)),
    select(HouseholdRecord.household_id).where(HouseholdRecord.record_id.in_(GIVEN)),
)
_MERGED = select(HouseholdRow.id).where(HouseholdRow.merged_into.in_(GIVEN))


def record_batches(
    what: str, progress: Progress, besides: Collection[str] = ()
) -> Iterator[set[str]]:
    """Every record once, with all that its household may depend on in one batch;
    `besides` are records to leave out, closed in the same way."""
    waiting = sorted(db.session.scalars(select(SurveyRecordRow.id)))
    total, seen = len(waiting), set(besides)
    while waiting:
        batch, waiting = waiting[:SIZE], waiting[SIZE:]
        first = [record_id for record_id in batch if record_id not in seen]
        if first:
            closed, _ = closure(first)
            # A batch and what it drags in belong together, and to no other batch.
            yield closed - seen
            seen |= closed
        progress(what, total - len(waiting), total)


def unmatched_records() -> set[str]:
    """Records that arrived but still wait to be compared, or were withdrawn a moment
    ago: what is computed does not know yet, and that is no fault."""
    added = {str(given["record_id"]) for given in _waiting_for("record_added")}
    changed = _waiting_for("withdrawal_changed")
    return added | records_about(int(given["submission_id"]) for given in changed)


def _waiting_for(kind: str) -> list[dict[str, Any]]:
    statement = select(Job.payload).where(
        Job.kind == kind, Job.state.in_(["waiting", "running"])
    )
    return list(db.session.scalars(statement))


def households_about(record_ids: set[str]) -> set[str]:
    """Households that hold these records, that they propose, or merged into those."""
    found: set[str] = set()
    for chunk in in_chunks(record_ids):
        found.update(db.session.scalars(_NAMED, {"given": chunk}))
    for chunk in in_chunks(sorted(found)):
        found.update(db.session.scalars(_MERGED, {"given": chunk}))
    return found
