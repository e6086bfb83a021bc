"""What the machine makes of households: computed, and thrown away with them.

An assessment is a pure function of the computed household, its place and the standards
in force on its review date, so writing it again changes nothing. It never touches a
recognised status: only the commune moves those.
"""

from collections.abc import Collection

from sqlalchemy import delete, select

from server.db import db, serialise, transaction
from server.domain.households.golden import GoldenHousehold
from server.domain.poverty.assessment import Assessment
from server.domain.poverty.classify import assess as classify
from server.registry import queries as registry
from server.registry.tables import HouseholdRow
from server.status import queries
from server.status.standards import Place, place_of, standards_on
from server.status.tables import AssessmentRow

CHUNK = 500


def assess(*, household_ids: Collection[str]) -> None:
    """Assess households again under every standard in force on their review date.

    Those that are no longer live lose their assessments.
    """
    with transaction():
        serialise("assessments")
        places: dict[int | None, Place] = {}
        ordered = sorted(set(household_ids))
        for start in range(0, len(ordered), CHUNK):
            _assess(ordered[start : start + CHUNK], places)


def _assess(household_ids: list[str], places: dict[int | None, Place]) -> None:
    existing = queries.assessments_of(household_ids)
    live = {
        row.id: row
        for row in db.session.scalars(
            select(HouseholdRow).where(
                HouseholdRow.id.in_(household_ids), HouseholdRow.state == "live"
            )
        )
    }
    for household_id in household_ids:
        kept = {row.standard: row for row in existing.get(household_id, ())}
        made = {}
        if household_id in live:
            row = live[household_id]
            if row.area_id not in places:
                places[row.area_id] = place_of(row.area_id)
            made = assessments(registry.golden_of(row), places[row.area_id])
            for standard, assessment in made.items():
                _keep(kept.get(standard), assessment, row)
        for standard in kept.keys() - made.keys():
            db.session.execute(
                delete(AssessmentRow).where(
                    AssessmentRow.household_id == household_id,
                    AssessmentRow.standard == standard,
                )
            )
    db.session.flush()


def assessments(golden: GoldenHousehold, place: Place) -> dict[str, Assessment]:
    """A household under every standard in force on the day of its newest review."""
    return {
        pack.id: classify(golden.household, golden.review_date, pack, place.area_type)
        for pack in standards_on(golden.review_date, place)
    }


def _keep(kept: AssessmentRow | None, made: Assessment, row: HouseholdRow) -> None:
    values = {
        "review_date": made.review_date,
        "category": made.category.value if made.category else None,
        "sub": made.sub,
        "is_verified": made.verified,
        "pack_hash": made.pack_hash,
        "content_hash": row.content_hash,
        "trace": made.as_dict(),
    }
    if kept is None:
        db.session.add(
            AssessmentRow(household_id=row.id, standard=made.pack_id, **values)
        )
        return
    for name, value in values.items():
        if getattr(kept, name) != value:  # sealed anew only when it says something new
            setattr(kept, name, value)
