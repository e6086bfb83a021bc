"""What households would be under other judgements or corrections; nothing is written.

The same plan and the same computation as in `server.registry.rebuilding`, so that what
people see before they decide is what they get.
"""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from sqlalchemy import select

from server.db import GIVEN, db
from server.domain.households.codes import household_code
from server.domain.households.sources import CorrectionView
from server.domain.matching.judgement import Judgement
from server.registry import queries
from server.registry.computing import Computed
from server.registry.material import Material
from server.registry.planning import make_plan
from server.registry.tables import HouseholdRow

_CODES = select(HouseholdRow.id, HouseholdRow.code).where(HouseholdRow.id.in_(GIVEN))


def preview(
    record_ids: Collection[str],
    judgements: Sequence[Judgement],
    supposed: Iterable[CorrectionView] = (),
) -> dict[str, tuple[Computed, tuple[str, ...]]]:
    """The households of these records, which must be closed, with their records."""
    views = {view.id: view for view in queries.record_views(record_ids)}
    plan = make_plan(queries.seeds_of(views), judgements)
    rows = db.session.execute(_CODES, {"given": sorted(plan.households)})
    codes: dict[str, str] = dict(map(tuple, rows))
    material = Material.load(views, plan, {*plan.households, *plan.given_up}, supposed)
    return {
        household_id: (
            material.compute(
                household_id,
                codes.get(household_id) or household_code(UUID(household_id)),
                records,
            ),
            records,
        )
        for household_id, records in plan.households.items()
    }
