"""The rows of places of a table: the wards of a day, or the groups of one ward.

A report of a past day has the wards of that day. A household whose ward of today did not
exist then stands where its survey of the time found it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from sqlalchemy import select

from server.areas import queries as areas
from server.areas.tables import Area
from server.db import db, within
from server.domain.actor import Scope
from server.domain.reporting.facts import Facts
from server.status.queries import Listed

SEVERAL = ("district", "province")
TOO_LONG = 10  # digits: such a number may be one that no database holds


@dataclass(frozen=True)
class Unit:
    """What a table is of. `area` None is everything in sight.

    `are_of_today`: on that day none of the areas in sight existed yet, so the rows are
    those of today.
    """

    area: Area | None
    wards: Sequence[Area]
    on: date
    are_of_today: bool = False

    @property
    def is_by_group(self) -> bool:
        return self.area is not None and self.area.level not in SEVERAL


def unit_of(scope: Scope, wanted: str, on: date) -> Unit:
    """The unit an address asks for. One that is out of sight counts as not said."""
    seen = areas.wards(scope, on)
    are_of_today = not seen
    seen = seen or areas.wards(scope)
    is_number = wanted.isdecimal() and len(wanted) < TOO_LONG
    area = areas.find_area(int(wanted)) if is_number else None
    if area is not None and not scope.holds(area.id):
        area = None
    if area is None and len(seen) == 1:
        area = seen[0]
    if area is None:
        return Unit(None, seen, on, are_of_today)
    if area.level in SEVERAL:
        below = areas.descendants([area.id])
        inside = [each for each in seen if each.id in below]
        return Unit(area, inside, on, are_of_today)
    ward = areas.get_area(area.parent_id or 0) if area.level == "group" else area
    return Unit(area, [ward], on, are_of_today)


def districts(scope: Scope, on: date) -> list[Area]:
    """The districts in sight on a day; there are none since July 2025."""
    statement = select(Area).where(Area.level == "district", areas.holds_on(on))
    return list(
        db.session.scalars(within(statement, Area.id, scope).order_by(Area.code))
    )


class Rows:
    """The rows of a unit by their key, and which of them a household stands in."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.names = _names(unit)
        self.areas = _areas(unit)
        self._ward_ids = {each.id for each in unit.wards}
        self.ward_on = cache(self._find_ward)

    def needs_facts(self, listed: Listed) -> bool:
        """Whether only the survey can say where the household stood."""
        area = self._area(listed)
        return area is not None and not self._holds(area)

    def may_hold(self, listed: Listed) -> bool:
        """Whether a household may have lived in one of the wards, in whichever group."""
        ward_id = self.ward_on(listed.area_id, "", None)
        return ward_id in self._ward_ids or self.needs_facts(listed)

    def key_of(self, listed: Listed, facts: Facts | None) -> str | None:
        """The row of a household; None when it stood elsewhere."""
        ward_id = self.ward_on(
            listed.area_id,
            facts.ward_code if facts else "",
            facts.review_date if facts else None,
        )
        if ward_id not in self._ward_ids:
            return None
        if not self.unit.is_by_group:
            return str(ward_id)
        group = listed.group_code
        if self.unit.area is not None and self.unit.area.level == "group":
            return group if group == self.unit.area.code else None
        return group if group in self.names else ""

    def _find_ward(
        self, area_id: int | None, ward_code: str, reviewed: date | None
    ) -> int | None:
        area = _ward_of(area_id)
        if area is None:
            return None
        if self._holds(area):
            return area.id
        known_on = area.valid_from
        if ward_code and reviewed is not None and areas.area_on(ward_code, reviewed):
            found, _ = areas.areas_then(ward_code, reviewed, self.unit.on)
            return found[0].id if found else None
        found, is_certain = areas.areas_then(area.code, known_on, self.unit.on)
        return found[0].id if found and is_certain else None

    def _area(self, listed: Listed) -> Area | None:
        return _ward_of(listed.area_id)

    def _holds(self, area: Area) -> bool:
        on = self.unit.on
        if self.unit.are_of_today:
            return area.valid_to is None
        return area.valid_from <= on and (area.valid_to is None or on < area.valid_to)


def _areas(unit: Unit) -> dict[str, int]:
    """The area of each row that is one."""
    if not unit.is_by_group or unit.area is None:
        return {str(each.id): each.id for each in unit.wards}
    if unit.area.level == "group":
        return {unit.area.code: unit.area.id}
    groups = areas.groups_of(unit.area.id, None if unit.are_of_today else unit.on)
    return {group.code: group.id for group in groups}


def _names(unit: Unit) -> Mapping[str, str]:
    """The rows in their order; "" is for households of a group nobody knows."""
    found = {key: areas.get_area(area_id).name for key, area_id in _areas(unit).items()}
    is_ward = unit.is_by_group and unit.area is not None and unit.area.level != "group"
    return {**found, "": ""} if is_ward else found


def _ward_of(area_id: int | None) -> Area | None:
    area = areas.find_area(area_id) if area_id is not None else None
    if area is not None and area.level == "group":
        return areas.find_area(area.parent_id or 0)
    return area
