"""All that households are computed from, read at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, select

from server.areas.queries import current_area
from server.db import GIVEN, db
from server.domain.households.sources import CorrectionView, RecordView
from server.registry import queries
from server.registry.computing import (
    Computed,
    CurrentArea,
    compute,
    compute_withdrawn,
)
from server.registry.counting import withdrawn_among
from server.registry.planning import Plan
from server.registry.tables import Correction, HouseholdEvent


@dataclass(frozen=True, slots=True)
class Material:
    """All that households are computed from."""

    views: dict[str, RecordView]
    corrections: dict[str, list[CorrectionView]]
    departures: dict[str, list[HouseholdEvent]]
    withdrawn: set[str]
    area_of: CurrentArea

    def of(
        self, record_ids: Iterable[str]
    ) -> tuple[list[RecordView], list[CorrectionView]]:
        """Records that count, with the corrections anchored at any of them.

        Where none counts, all of them tell what the household looked like.
        """
        ids = list(record_ids)
        corrections = [each for one in ids for each in self.corrections.get(one, ())]
        counting = [one for one in ids if one not in self.withdrawn]
        return [self.views[one] for one in counting or ids], corrections

    def compute(
        self, household_id: str, code: str, record_ids: Collection[str]
    ) -> Computed:
        """What a household with these records is."""
        given, corrections = self.of(record_ids)
        if self.withdrawn.issuperset(record_ids):
            return compute_withdrawn(code, given, corrections, self.area_of)
        gone = self.departures.get(household_id, ())
        return compute(code, given, corrections, gone, self.area_of)

    @classmethod
    def load(
        cls,
        views: dict[str, RecordView],
        plan: Plan,
        household_ids: Collection[str],
        supposed: Iterable[CorrectionView] = (),
    ) -> "Material":
        """All that is kept about the records and about households that are stored;
        `supposed` are corrections that nobody has made yet."""
        corrections = _corrections(views)
        for each in supposed:
            corrections[each.record_id].append(each)
        return cls(
            views=views,
            corrections=corrections,
            departures=_departures(plan, household_ids),
            withdrawn=withdrawn_among(views),
            area_of=cache(current_area),
        )


def rows_of(table: Any, column: Any, ids: Collection[str]) -> list[Any]:
    """The rows of a table that have one of the ids in a column."""
    found: list[Any] = []
    for chunk in queries.in_chunks(ids):
        found += db.session.scalars(_with(table, column), {"given": chunk})
    return found


@cache
def _with(table: Any, column: Any) -> Select[Any]:
    return select(table).where(column.in_(GIVEN))


def _corrections(record_ids: Collection[str]) -> defaultdict[str, list[CorrectionView]]:
    found: defaultdict[str, list[CorrectionView]] = defaultdict(list)
    for row in rows_of(Correction, Correction.record_id, record_ids):
        if row.superseded_at is None:
            found[row.record_id].append(
                CorrectionView(
                    str(row.known_as), row.record_id, row.path, row.value, row.at
                )
            )
    return found


def _departures(
    plan: Plan, households: Collection[str]
) -> dict[str, list[HouseholdEvent]]:
    """Departures by the household that each is about now."""
    found: defaultdict[str, list[HouseholdEvent]] = defaultdict(list)
    for event in queries.live_events_of(households):
        found[plan.kept_by(event.household_id)].append(event)
    return found
