"""Where a household of a divided ward most likely lives: by what is known of others.

First its neighbours: where the households nearest to it by GPS were placed. Then its old
residential group: where others of that group were placed. Otherwise the successor that
the list of areas names first, which is a guess by area and no law, and is said to be one.
Only households whose ward is certain count, and only within the wards that the old one
became. A code that is used again is another ward: groups are compared among households
that were placed by hand, never with those of a new ward that has the old one's code.
"""

import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, select

from server import clock
from server.areas.queries import areas_then
from server.areas.tables import Area
from server.db import db
from server.domain.households.golden import GoldenHousehold
from server.domain.survey.record import Position
from server.registry import queries as registry
from server.registry.tables import Correction, HouseholdRecord, HouseholdRow

WARD = "ward_code"
NEAR_METRES = 250.0
NEIGHBOURS = 5
ENOUGH = 3
MOST_KNOWN = 3000
_METRES_A_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A ward with the evidence for it: "gps" (of `of` neighbours, the farthest
    `metres` away), "group" (of `of` households of the group), or "default"."""

    area: Area
    basis: str
    of: int = 0
    agreeing: int = 0
    metres: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A household that waits: which wards it may be in, likeliest first, the suggestion,
    and what its ward was called when somebody said it."""

    household: HouseholdRow
    candidates: tuple[Area, ...]
    said_code: str
    suggestion: Suggestion | None


@dataclass
class Known:
    """Households whose ward is certain, for suggesting that of others."""

    positions: list[tuple[float, float, int]] = field(default_factory=list)
    groups: dict[str, Counter[int]] = field(default_factory=dict)


def waiting_of(rows: Sequence[HouseholdRow]) -> list[Waiting]:
    """These households with their suggestions."""
    read = [(row, registry.golden_of(row)) for row in rows]
    possible = {row.id: candidates_of(row, golden) for row, golden in read}
    known = _known({area for found in possible.values() for area in found})
    return [
        Waiting(
            household=row,
            candidates=possible[row.id],
            said_code=golden.household.ward_code or "",
            suggestion=_suggest(row, golden, possible[row.id], known),
        )
        for row, golden in read
    ]


def candidates_of(row: HouseholdRow, golden: GoldenHousehold) -> tuple[Area, ...]:
    """The wards that the ward of a household became; its code means what it meant on
    the day somebody gave it."""
    code = golden.household.ward_code
    if not code:
        return ()
    source = golden.sources.get(WARD, "")
    days = {r.id: r.review_date for r in registry.records_of(row.id)}
    known_on = days.get(source, golden.review_date)
    found, _ = areas_then(code, known_on, clock.today())
    return tuple(found)


def _suggest(
    row: HouseholdRow, golden: GoldenHousehold, candidates: Sequence[Area], known: Known
) -> Suggestion | None:
    by_id = {area.id: area for area in candidates}
    if not by_id:
        return None
    return (
        _by_position(golden.household.position, by_id, known)
        or _by_group(row.group_code, by_id, known)
        or Suggestion(candidates[0], "default")
    )


def _by_position(
    position: Position | None, by_id: dict[int, Area], known: Known
) -> Suggestion | None:
    if position is None:
        return None
    here = position.latitude, position.longitude
    near = sorted(
        (metres_between(here, (lat, lon)), area_id)
        for lat, lon, area_id in known.positions
        if area_id in by_id
    )[:NEIGHBOURS]
    near = [each for each in near if each[0] <= NEAR_METRES]
    if len(near) < ENOUGH:
        return None
    (area_id, agreeing), *_others = Counter(a for _, a in near).most_common()
    if agreeing * 5 < len(near) * 4:
        return None  # on a border neighbours tell nothing
    return Suggestion(by_id[area_id], "gps", len(near), agreeing, round(near[-1][0]))


def _by_group(code: str, by_id: dict[int, Area], known: Known) -> Suggestion | None:
    counted = Counter(
        {a: n for a, n in known.groups.get(code, Counter()).items() if a in by_id}
    )
    if not code or not counted:
        return None
    (area_id, agreeing), *_others = counted.most_common()
    if agreeing < counted.total():
        return None  # the group was divided, too
    return Suggestion(by_id[area_id], "group", counted.total(), agreeing)


def metres_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """How far two places are from each other, as near as a city is flat."""
    north = (one[0] - other[0]) * _METRES_A_DEGREE
    middle = math.radians((one[0] + other[0]) / 2)
    east = (one[1] - other[1]) * _METRES_A_DEGREE * math.cos(middle)
    return math.hypot(north, east)


def _known(areas: Collection[Area]) -> Known:
    """Households of these wards that were placed by hand, and those that a survey found
    in the wards as they are now."""
    found = Known()
    if not areas:
        return found
    certain = (
        select(HouseholdRow)
        .where(
            HouseholdRow.area_id.in_({area.id for area in areas}),
            HouseholdRow.state == "live",
            ~HouseholdRow.needs_area_review,
        )
        .order_by(HouseholdRow.review_date.desc(), HouseholdRow.id)
        .limit(MOST_KNOWN)
    )
    for row in db.session.scalars(certain.where(_is_placed())):
        if row.group_code:
            found.groups.setdefault(row.group_code, Counter())[row.area_id or 0] += 1
        found.positions += _positions(row)
    first = max(area.valid_from for area in areas)
    since = certain.where(HouseholdRow.review_date >= first, ~_is_placed())
    for row in db.session.scalars(since):
        found.positions += _positions(row)
    return found


def _is_placed() -> ColumnElement[bool]:
    """The condition that somebody said the ward of a household."""
    return (
        select(Correction.id)
        .join(HouseholdRecord, HouseholdRecord.record_id == Correction.record_id)
        .where(
            HouseholdRecord.household_id == HouseholdRow.id,
            Correction.path == WARD,
            Correction.superseded_at.is_(None),
        )
        .exists()
    )


def _positions(row: HouseholdRow) -> list[tuple[float, float, int]]:
    position = (row.content.get("household") or {}).get("position")
    if not position or row.area_id is None:
        return []
    return [(position["latitude"], position["longitude"], row.area_id)]
