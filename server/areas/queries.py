"""Areas on a day, what lies below them, and what a code of another day means now."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Protocol

from sqlalchemy import BindParameter, ColumnElement, bindparam, or_, select
from sqlalchemy.orm import aliased

from server import clock
from server.accounts.queries import areas_of
from server.areas.tables import Area, AreaSuccession
from server.db import db, within
from server.domain.actor import EVERYWHERE, Scope
from server.domain.places.areas import Succession, codes_on
from server.domain.problems import Problem, Refused

WARD_LEVELS = ("ward", "commune", "township")


class Responsible(Protocol):
    """What decides how far somebody sees."""

    @property
    def id(self) -> int: ...
    @property
    def role(self) -> str: ...


def scope_of(user: Responsible) -> Scope:
    """Own areas with everything below them; an administrator sees everything."""
    if user.role == "admin":
        return EVERYWHERE
    own = set(areas_of(user.id))
    return Scope(frozenset(own | descendants(own)))


def find_area(area_id: int) -> Area | None:
    """One area."""
    return db.session.get(Area, area_id)


def get_area(area_id: int) -> Area:
    """One area. Raises Refused when there is none."""
    area = find_area(area_id)
    if area is None:
        raise Refused(Problem("area_unknown", "", {"value": area_id}), status=404)
    return area


def area_on(code: str, on: date) -> Area | None:
    """What a code means on a day; None when it means nothing."""
    return db.session.scalar(_MEANT, {"code": code, "on": on})


def current_area(code: str, known_on: date) -> tuple[Area | None, bool]:
    """What a code that somebody used on `known_on` means today, and whether that is
    certain.

    A ward that was divided leads to its likeliest successor, uncertainly. So does a code
    that was already gone on `known_on`: the list it was chosen from was out of date.
    """
    found, is_certain = areas_then(code, known_on, clock.today())
    return (found[0] if found else None), is_certain


def areas_then(code: str, known_on: date, on: date) -> tuple[list[Area], bool]:
    """What a code that somebody used on one day is, was or became on another, likeliest
    first, and whether that is certain.

    For a report about a past day, ask with the ward of the survey and the day of its
    review: a code alone means nothing, since codes are re-used.
    """
    area = area_on(code, known_on)
    is_certain = area is not None
    if area is None:
        area = _last_version(code, known_on)
        if area is None or area.valid_to is None:
            return [], False
        known_on = area.valid_from
    if area.valid_from <= on and (area.valid_to is None or on < area.valid_to):
        return [area], is_certain
    if area.level == "group":
        # Groups have no successors: the household is somewhere in what the ward became.
        ward = get_area(area.parent_id or 0)
        return areas_then(ward.code, known_on, on)[0], False
    first, last = sorted((known_on, on))
    codes = codes_on(_successions(first, last), code, known_on, on)
    found = [area_on(each.code, on) for each in codes]
    return [each for each in found if each], is_certain and codes[0].is_certain


def wards_then(on: date) -> dict[int, list[Area]]:
    """For every ward there ever was, by its id: the wards of a day it is, was or became,
    likeliest first; more than one where nothing but looking tells."""
    every = db.session.scalars(select(Area).where(Area.level.in_(WARD_LEVELS)))
    return {area.id: areas_then(area.code, _day_of(area, on), on)[0] for area in every}


def wards(scope: Scope, on: date | None = None) -> list[Area]:
    """Wards, communes and townships in sight, as they are on a day (today)."""
    statement = select(Area).where(
        Area.level.in_(WARD_LEVELS), holds_on(on or clock.today())
    )
    return list(
        db.session.scalars(
            within(statement, Area.id, scope).order_by(Area.name_folded, Area.code)
        )
    )


def groups_of(ward_id: int, on: date | None = None) -> list[Area]:
    """The residential groups of a ward on a day (today), by number."""
    return list(
        db.session.scalars(
            select(Area)
            .where(
                Area.level == "group",
                Area.parent_id == ward_id,
                holds_on(on or clock.today()),
            )
            .order_by(Area.code)
        )
    )


def groups_by_code(on: date) -> dict[tuple[int | None, str], int]:
    """Every residential group of a day, by its ward and code."""
    rows = db.session.execute(
        select(Area.parent_id, Area.code, Area.id).where(
            Area.level == "group", holds_on(on)
        )
    )
    return {(ward_id, code): id_ for ward_id, code, id_ in rows}


def children_of(area_id: int, on: date) -> list[Area]:
    """What lies directly below an area on a day."""
    statement = select(Area).where(Area.parent_id == area_id, holds_on(on))
    return list(db.session.scalars(statement.order_by(Area.code)))


def descendants(ids: Iterable[int]) -> set[int]:
    """The ids of everything that lies, or ever lay, below these areas."""
    roots = set(ids)
    if not roots:
        return set()
    below = select(Area.id).where(Area.parent_id.in_(roots)).cte(recursive=True)
    child = aliased(Area)
    below = below.union(select(child.id).join(below, child.parent_id == below.c.id))
    return set(db.session.scalars(select(below.c.id)))


def without_groups(scope: Scope) -> Scope:
    """The same sight without residential groups, for what lies in wards: a list of one
    ward is then read in order instead of being sorted."""
    if scope.area_ids is None:
        return scope
    wide = select(Area.id).where(Area.id.in_(scope.area_ids), Area.level != "group")
    return Scope(frozenset(db.session.scalars(wide)))


def path_of(area: Area) -> list[Area]:
    """From the province down to the area itself."""
    path = [area]
    while path[0].parent_id is not None:
        path.insert(0, get_area(path[0].parent_id))
    return path


def successors_of(area_id: int) -> list[tuple[Area, AreaSuccession]]:
    """What an area became, likeliest first."""
    return _related(AreaSuccession.to_area_id, AreaSuccession.from_area_id == area_id)


def predecessors_of(area_id: int) -> list[tuple[Area, AreaSuccession]]:
    """What an area was made of, whole areas first."""
    return _related(AreaSuccession.from_area_id, AreaSuccession.to_area_id == area_id)


def holds_on(on: date | BindParameter[Any]) -> ColumnElement[bool]:
    """The condition that an area is in force on a day."""
    return (Area.valid_from <= on) & or_(Area.valid_to.is_(None), Area.valid_to > on)


_MEANT = select(Area).where(Area.code == bindparam("code"), holds_on(bindparam("on")))


def _related(
    other: Any, condition: ColumnElement[bool]
) -> list[tuple[Area, AreaSuccession]]:
    statement = (
        select(Area, AreaSuccession)
        .join(AreaSuccession, other == Area.id)
        .where(condition)
        .order_by(AreaSuccession.is_default.desc(), Area.name_folded)
    )
    return [(area, row) for area, row in db.session.execute(statement)]


def _day_of(area: Area, on: date) -> date:
    """A day on which an area was in force, as near to `on` as can be."""
    if on < area.valid_from:
        return area.valid_from
    if area.valid_to is not None and on >= area.valid_to:
        return area.valid_to - date.resolution
    return on


def _last_version(code: str, before: date) -> Area | None:
    return db.session.scalar(
        select(Area)
        .where(Area.code == code, Area.valid_from <= before)
        .order_by(Area.valid_from.desc())
        .limit(1)
    )


def _successions(after: date, until: date) -> list[Succession]:
    source, target = aliased(Area), aliased(Area)
    rows = db.session.execute(
        select(source.code, target.code, AreaSuccession.on, AreaSuccession.is_default)
        .join(source, source.id == AreaSuccession.from_area_id)
        .join(target, target.id == AreaSuccession.to_area_id)
        .where(AreaSuccession.on > after, AreaSuccession.on <= until)
    )
    return [Succession(*row) for row in rows]
