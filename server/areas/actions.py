"""Bringing the areas up to date, and the residential groups of a ward."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server import clock
from server.areas.files import (
    ListedArea,
    ListedSuccession,
    listed_areas,
    listed_successions,
)
from server.areas.group_lists import number_in, read_groups
from server.areas.queries import WARD_LEVELS, get_area
from server.areas.tables import Area, AreaSuccession
from server.audit.actions import record
from server.db import serialise, transaction
from server.domain.actor import Actor
from server.domain.people.names import fold
from server.domain.problems import Problem, Refused

Key = tuple[str, date]


def load_areas(*, by: Actor) -> int:
    """Bring the areas to the state of the files; returns how many rows changed.

    An area is its code and its first day. Nothing is deleted: households point here.
    """
    with transaction() as session:
        serialise("areas")
        known: dict[Key, Area] = {
            (area.code, area.valid_from): area for area in session.scalars(select(Area))
        }
        changed = sum(_write_area(session, one, known) for one in listed_areas())
        changed += sum(
            _write_succession(session, one, known) for one in listed_successions()
        )
        if changed:
            record(
                by=by,
                action="areas.loaded",
                subject_kind="areas",
                subject_id="all",
                details={"changed": changed},
            )
        return changed


def add_groups(*, by: Actor, ward_id: int, names: Sequence[str]) -> list[Area]:
    """Add residential groups to a ward; all of them, or none when one cannot be kept.

    A group's code is its ward's with the number in its name, or the next free one.
    """
    with transaction() as session:
        serialise("areas")
        ward = get_area(ward_id)
        if ward.level not in WARD_LEVELS or ward.valid_to is not None:
            values = {"value": ward.name}
            raise Refused(Problem("groups_need_a_ward_of_today", "", values))
        present = _groups_ever(session, ward)
        live = [group for group in present if group.valid_to is None]
        listed = read_groups("\n".join(names), taken=[group.name for group in live])
        if problems := [one.problem for one in listed if one.problem]:
            raise Refused(*problems)
        new_names = [one.name for one in listed]
        added = [
            _new_group(ward, name, number, present)
            for name, number in zip(new_names, _numbers(new_names, live), strict=True)
        ]
        session.add_all(added)
        session.flush()
        record(
            by=by,
            action="groups.added",
            subject_kind="area",
            subject_id=ward.id,
            details={"codes": [group.code for group in added]},
        )
        return added


def end_group(*, by: Actor, group_id: int, on: date) -> Area:
    """Say that a group is no more from the day `on`: merged, or renumbered."""
    with transaction():
        group = get_area(group_id)
        if group.level != "group" or group.valid_to is not None:
            raise Refused(Problem("group_already_ended", "", {"value": group.name}))
        if not group.valid_from < on <= clock.today():
            raise Refused(Problem("group_end_day", "", {"value": group.name}))
        group.valid_to = on
        record(
            by=by,
            action="group.ended",
            subject_kind="area",
            subject_id=group.id,
            details={"code": group.code, "on": on.isoformat()},
        )
        return group


def _write_area(session: Session, one: ListedArea, known: dict[Key, Area]) -> bool:
    parent = _version(known, one.parent_code, one.valid_from)
    wanted: dict[str, Any] = {
        "name": one.name,
        "name_folded": fold(one.name),
        "level": one.level,
        "parent_id": parent.id if parent else None,
        "valid_to": one.valid_to,
    }
    area = known.get((one.code, one.valid_from))
    if area is None:
        area = Area(code=one.code, valid_from=one.valid_from, **wanted)
        session.add(area)
        session.flush()
        known[one.code, one.valid_from] = area
        return True
    differing = {key for key, value in wanted.items() if getattr(area, key) != value}
    for key in differing:
        setattr(area, key, wanted[key])
    return bool(differing)


def _write_succession(
    session: Session, one: ListedSuccession, known: Mapping[Key, Area]
) -> bool:
    before = next(
        area
        for (code, _), area in known.items()
        if code == one.from_code and area.valid_to == one.on
    )
    after = known[one.to_code, one.on]
    row = session.get(AreaSuccession, (before.id, after.id))
    if row is None:
        session.add(
            AreaSuccession(
                from_area_id=before.id,
                to_area_id=after.id,
                on=one.on,
                is_default=one.is_default,
            )
        )
        return True
    is_changed = row.is_default != one.is_default
    row.is_default = one.is_default
    return is_changed


def _version(known: Mapping[Key, Area], code: str | None, on: date) -> Area | None:
    if code is None:
        return None
    return next(
        area
        for area in known.values()
        if area.code == code
        and area.valid_from <= on
        and (area.valid_to is None or on < area.valid_to)
    )


def _groups_ever(session: Session, ward: Area) -> list[Area]:
    return list(
        session.scalars(
            select(Area).where(Area.parent_id == ward.id, Area.level == "group")
        )
    )


def _numbers(names: Sequence[str], live: Sequence[Area]) -> list[int]:
    """A number for each name: its own where it is free, or else the next free one."""
    taken = {int(group.code.rpartition("-")[2]) for group in live}
    own: dict[int, str] = {}
    for name in names:
        number = number_in(name)
        if number is not None and number not in taken:
            own.setdefault(number, name)
    mine = {name: number for number, name in own.items()}
    spare = (number for number in count(1) if number not in taken | own.keys())
    return [mine[name] if name in mine else next(spare) for name in names]


def _new_group(ward: Area, name: str, number: int, present: Sequence[Area]) -> Area:
    code = f"{ward.code}-{number:02}"
    # Nobody knows since when a group exists, so it is as old as its ward, unless
    # another one had its number before.
    ends = [group.valid_to for group in present if group.code == code]
    return Area(
        code=code,
        name=name,
        name_folded=fold(name),
        level="group",
        parent_id=ward.id,
        valid_from=max([ward.valid_from, *(end for end in ends if end)]),
        valid_to=None,
    )
