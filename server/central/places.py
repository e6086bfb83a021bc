"""Which wards and groups people have today, for many people at once.

Asked in every round about every phone, so all areas are read in one go.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from server import clock
from server.accounts.queries import areas_by_user
from server.areas.queries import WARD_LEVELS
from server.areas.tables import Area
from server.db import db

WARD, GROUP = "ward", "group"
Codes = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Places:
    """Codes of whole wards, and of groups whose ward is not given as a whole; `wards`
    are all wards around them."""

    codes: Codes
    wards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """An area, as far as it matters here."""

    parent_id: int | None
    level: str
    code: str
    is_today: bool


def places_of(user_ids: Collection[int]) -> dict[int, Places]:
    """The places of each of these people."""
    areas = _areas(clock.today())
    below: dict[int, list[int]] = defaultdict(list)
    for area_id, area in areas.items():
        if area.parent_id is not None:
            below[area.parent_id].append(area_id)
    given = areas_by_user(sorted(user_ids))
    return {user_id: _places(own, areas, below) for user_id, own in given.items()}


def _places(
    own: Collection[int], areas: dict[int, _Known], below: dict[int, list[int]]
) -> Places:
    reached, coming = set(own), list(own)
    while coming:
        further = [one for one in below[coming.pop()] if one not in reached]
        reached.update(further)
        coming += further
    today = {one for one in reached if areas[one].is_today}
    whole = {one for one in today if areas[one].level in WARD_LEVELS}
    parts = {
        one
        for one in today
        if areas[one].level == GROUP and areas[one].parent_id not in whole
    }
    around = {parent for one in parts if (parent := areas[one].parent_id)}
    codes = {
        WARD: sorted(areas[one].code for one in whole),
        GROUP: sorted(areas[one].code for one in parts),
    }
    wards = {areas[one].code for one in whole | around if areas[one].is_today}
    return Places({k: some for k, some in codes.items() if some}, tuple(sorted(wards)))


def _areas(on: date) -> dict[int, _Known]:
    rows = db.session.execute(
        select(
            Area.id,
            Area.parent_id,
            Area.level,
            Area.code,
            Area.valid_from,
            Area.valid_to,
        )
    )
    return {
        row.id: _Known(
            row.parent_id,
            row.level,
            row.code,
            row.valid_from <= on and (row.valid_to is None or on < row.valid_to),
        )
        for row in rows
    }
