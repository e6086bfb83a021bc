"""Areas as accounts need them: names by number, and what can be assigned."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select

from server import clock
from server.accounts.area_directory import AreaChoice
from server.areas.queries import holds_on
from server.areas.tables import LEVELS, Area
from server.db import db, within
from server.domain.actor import Scope
from server.web.i18n import _


def names(area_ids: Iterable[int]) -> dict[int, str]:
    """The name of each area; a group with its ward, an area of the past marked so."""
    found = db.session.scalars(select(Area).where(Area.id.in_(set(area_ids)))).all()
    wards = _names_of({area.parent_id for area in found if area.level == "group"})
    return {area.id: _name(area, wards) for area in found}


def choices(scope: Scope) -> list[AreaChoice]:
    """The areas of today in sight, larger ones first, groups under their ward."""
    statement = within(select(Area), Area.id, scope).where(holds_on(clock.today()))
    found = db.session.scalars(statement.order_by(Area.name_folded, Area.code)).all()
    parents = _names_of({area.parent_id for area in found})
    groups: defaultdict[int | None, list[Area]] = defaultdict(list)
    for area in found:
        if area.level == "group":
            groups[area.parent_id].append(area)
    larger = [area for area in found if area.level != "group"]
    alone = [
        area
        for area in found
        if area.level == "group" and area.parent_id not in {one.id for one in larger}
    ]
    return [
        AreaChoice(
            area.id,
            _name(area, parents),
            parents.get(area.parent_id or 0, ""),
            tuple(
                AreaChoice(group.id, group.name, area.name)
                for group in sorted(groups.get(area.id, []), key=lambda one: one.code)
            ),
        )
        for area in [*sorted(larger, key=lambda one: LEVELS.index(one.level)), *alone]
    ]


def _names_of(area_ids: Iterable[int | None]) -> dict[int, str]:
    wanted = {area_id for area_id in area_ids if area_id is not None}
    rows = db.session.execute(select(Area.id, Area.name).where(Area.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def _name(area: Area, wards: dict[int, str]) -> str:
    name = area.name
    if area.level == "group" and area.parent_id in wards:
        name = f"{name}, {wards[area.parent_id]}"
    if area.valid_to is not None and area.valid_to <= clock.today():
        return _("{name} (không còn)", name=name)
    return name
