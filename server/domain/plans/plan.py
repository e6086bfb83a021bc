"""A plan of poverty reduction as data: targets, what may not be left, activities.

Of every part it is kept how well it is known. What our source did not say stands under
`unknown` and is shown; it is not filled in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from server.domain.problems import Problem

QUALITIES = ("official", "secondary", "recalled", "unknown")
LISTS = ("POOR", "NEAR_POOR")
STATES = ("planned", "doing", "done", "dropped")
LARGEST_TARGET = 1_000_000


@dataclass(frozen=True, slots=True)
class Target:
    """By how many households a list has to become shorter until the end of the plan.

    `area_code` None is the whole plan. `measure`: "net" compares the list at both ends,
    "exits" counts those who left it by rising.
    """

    category: str
    reduce_by: int
    area_code: str | None = None
    measure: str = "net"
    quality: str = "unknown"


@dataclass(frozen=True, slots=True)
class NoneLeft:
    """At the end no household of a group may be on a list."""

    group: str  # of `reporting.facts.GROUPS`
    category: str
    quality: str = "unknown"


@dataclass(frozen=True, slots=True)
class Activity:
    """Something a unit has to do until a day."""

    key: str
    name: str
    unit: str
    due: date | None
    quality: str = "unknown"


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan. `key` stays when it is edited; `unknown` is what nobody has read."""

    key: str
    number: str
    title: str
    issuer: str
    signed_on: date | None
    area_code: str
    standard: str
    standard_quality: str
    start: date
    end: date
    source: str
    targets: tuple[Target, ...] = ()
    none_left: tuple[NoneLeft, ...] = ()
    activities: tuple[Activity, ...] = ()
    unknown: tuple[str, ...] = ()

    def target_for(self, category: str, area_code: str | None = None) -> Target | None:
        """The target of a list, for the whole plan or for one ward."""
        return next(
            (
                each
                for each in self.targets
                if (each.category, each.area_code) == (category, area_code)
            ),
            None,
        )


def problems_of(plan: Plan) -> tuple[Problem, ...]:
    """What keeps a plan from being entered."""
    needed = ("number", "title", "area_code", "source")
    found = [
        Problem("plan_field_missing", name, {"field": name})
        for name in needed
        if not getattr(plan, name).strip()
    ]
    if plan.end <= plan.start:
        found.append(Problem("plan_days_reversed", "end"))
    if not plan.targets and not plan.none_left:
        found.append(Problem("plan_without_target", "targets"))
    keys = [(each.category, each.area_code) for each in plan.targets]
    if len(set(keys)) < len(keys):
        found.append(Problem("plan_target_twice", "targets"))
    found += [
        Problem("plan_target_size", "targets", {"value": each.reduce_by})
        for each in plan.targets
        if not 0 <= each.reduce_by <= LARGEST_TARGET
    ]
    if any(not each.name.strip() or not each.unit.strip() for each in plan.activities):
        found.append(Problem("plan_activity_incomplete", "activities"))
    return tuple(found)


def allotted(plan: Plan, category: str) -> int | None:
    """What the targets of wards add up to; None when no ward has one."""
    shares = [
        each.reduce_by
        for each in plan.targets
        if each.category == category and each.area_code is not None
    ]
    return sum(shares) if shares else None


def read_plan(kept: Mapping[str, Any]) -> Plan:
    """A plan from its file. Raises KeyError, ValueError or TypeError for one that is
    not understood."""
    return Plan(
        key=str(kept["key"]),
        number=str(kept["number"]),
        title=str(kept["title"]),
        issuer=str(kept.get("issuer", "")),
        signed_on=_day(kept.get("signed_on")),
        area_code=str(kept["area_code"]),
        standard=str(kept["standard"]),
        standard_quality=_quality(kept.get("standard_quality", "unknown")),
        start=_needed_day(kept["start"]),
        end=_needed_day(kept["end"]),
        source=str(kept["source"]),
        targets=tuple(_target(each) for each in kept.get("targets", ())),
        none_left=tuple(_none_left(each) for each in kept.get("none_left", ())),
        activities=tuple(
            _activity(number, each)
            for number, each in enumerate(kept.get("activities", ()), start=1)
        ),
        unknown=tuple(str(each) for each in kept.get("unknown", ())),
    )


def _target(entry: Mapping[str, Any]) -> Target:
    area_code = entry.get("area_code")
    return Target(
        category=_one_of(entry["category"], LISTS),
        reduce_by=int(entry["reduce_by"]),
        area_code=str(area_code) if area_code else None,
        measure=_one_of(entry.get("measure", "net"), ("net", "exits")),
        quality=_quality(entry.get("quality", "unknown")),
    )


def _none_left(entry: Mapping[str, Any]) -> NoneLeft:
    return NoneLeft(
        group=str(entry["group"]),
        category=_one_of(entry["category"], LISTS),
        quality=_quality(entry.get("quality", "unknown")),
    )


def _activity(number: int, entry: Mapping[str, Any]) -> Activity:
    return Activity(
        key=str(entry.get("key", number)),
        name=str(entry["name"]),
        unit=str(entry["unit"]),
        due=_day(entry.get("due")),
        quality=_quality(entry.get("quality", "unknown")),
    )


def _quality(text: object) -> str:
    return _one_of(text, QUALITIES)


def _one_of(text: object, offered: tuple[str, ...]) -> str:
    if text not in offered:
        raise ValueError(f"{text!r} is none of {offered}")
    return str(text)


def _day(value: object) -> date | None:
    if value is None or value == "":
        return None
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _needed_day(value: object) -> date:
    found = _day(value)
    if found is None:
        raise ValueError("a day is missing")
    return found
