"""What the machine makes of households: computed, and thrown away with them.

An assessment is a pure function of the computed household, its place and the standards
in force on its review date, so writing it again changes nothing. It never touches a
recognised status: only the commune moves those.
"""

from collections.abc import Callable, Collection
from datetime import date
from functools import cache

from sqlalchemy import delete, select

from server import clock
from server.db import db, serialise, transaction
from server.domain.households.golden import GoldenHousehold
from server.domain.poverty.assessment import Assessment
from server.domain.poverty.classify import assess as classify
from server.domain.poverty.pack import Pack
from server.registry import queries as registry
from server.registry.tables import HouseholdRow
from server.status import queries
from server.status.standards import Place, place_of, standards_on
from server.status.tables import AssessmentRow, PastAssessment

CHUNK = 500
# What an assessment says of a household, beside the hash of its law.
_SAID = ("category", "sub", "possible", "measure", "measured", "b1")


def assess(*, household_ids: Collection[str]) -> None:
    """Assess households again under every standard in force on their review date.

    Those that are no longer live lose their assessments.
    """
    with transaction():
        serialise("assessments")
        places: dict[int | None, Place] = {}
        in_force = cache(standards_on)  # nobody signs a table meanwhile
        ordered = sorted(set(household_ids))
        for start in range(0, len(ordered), CHUNK):
            _assess(ordered[start : start + CHUNK], places, in_force)


def _assess(
    household_ids: list[str],
    places: dict[int | None, Place],
    in_force: Callable[[date, Place], tuple[Pack, ...]],
) -> None:
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
            golden = registry.golden_of(row)
            made = assessments(golden, places[row.area_id], in_force)
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


def assessments(
    golden: GoldenHousehold,
    place: Place,
    in_force: Callable[[date, Place], tuple[Pack, ...]] = standards_on,
) -> dict[str, Assessment]:
    """A household under every standard in force on the day of its newest review."""
    return {
        pack.id: classify(golden.household, golden.review_date, pack, place.area_type)
        for pack in in_force(golden.review_date, place)
    }


def _keep(kept: AssessmentRow | None, made: Assessment, row: HouseholdRow) -> None:
    if kept is not None and _is_other_law(kept, made):
        _keep_as_past(kept)
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


def _is_other_law(kept: AssessmentRow, made: Assessment) -> bool:
    """Whether the standard itself changed, and with it what is said of the household."""
    if kept.pack_hash == made.pack_hash:
        return False
    said = made.as_dict()
    return any(kept.trace.get(name) != said.get(name) for name in _SAID)


def _keep_as_past(kept: AssessmentRow) -> None:
    """What was believed under the law of before, which no survey could tell again."""
    db.session.add(
        PastAssessment(
            household_id=kept.household_id,
            standard=kept.standard,
            review_date=kept.review_date,
            category=kept.category,
            sub=kept.sub,
            pack_hash=kept.pack_hash,
            trace=kept.trace,
            superseded_at=clock.now(),
        )
    )
