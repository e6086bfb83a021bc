"""In which ward of a past day households lived whose ward of today did not exist yet."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import cache

from sqlalchemy import select

from server.areas import queries as areas
from server.areas.tables import Area
from server.db import db
from server.domain.households.golden import GoldenHousehold
from server.domain.plain import from_plain
from server.registry.queries import corrected_on, in_chunks
from server.registry.tables import HouseholdRow


def wards_then(
    household_ids: Collection[str],
    changed: Mapping[str, GoldenHousehold | None],
    on: date,
) -> dict[str, int]:
    """The ward of that day, of households whose ward of today did not exist yet."""
    later = {
        area.id: area
        for area in db.session.scalars(select(Area).where(Area.valid_from > on))
    }
    found: dict[str, tuple[Area, GoldenHousehold]] = {}
    for row in _living_in(household_ids, later):
        then = changed.get(row.id) or from_plain(GoldenHousehold, row.content)
        found[row.id] = (later[row.area_id or 0], then)
    given_on = corrected_on(_correction_of(then) for _area, then in found.values())

    @cache
    def ward_of(code: str, day: date) -> int | None:
        wards, _is_certain = areas.areas_then(code, day, on)
        return wards[0].id if wards else None

    wards: dict[str, int] = {}
    for household_id, (area, then) in found.items():
        code, day = then.household.ward_code, then.review_date
        day = given_on.get(_correction_of(then), day)
        ward_id = ward_of(code, day) if code else ward_of(area.code, area.valid_from)
        if ward_id is not None:
            wards[household_id] = ward_id
    return wards


def _correction_of(golden: GoldenHousehold) -> str:
    """The correction that gave the ward, if one did."""
    source = golden.sources.get("ward_code", "")
    return source.removeprefix("correction:") if "correction:" in source else ""


def _living_in(
    household_ids: Collection[str], area_ids: Collection[int]
) -> Iterable[HouseholdRow]:
    if not area_ids:
        return
    for chunk in in_chunks(household_ids):
        yield from db.session.scalars(
            select(HouseholdRow).where(
                HouseholdRow.id.in_(chunk), HouseholdRow.area_id.in_(sorted(area_ids))
            )
        )
