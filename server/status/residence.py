"""Where a household lived on a past day, for lists and movements of that day.

The register knows where a household lives now. Before its newest review it lived where
the review of that time found it, so moves between wards come from the surveys
themselves. A ward that was closed since is no other place: its people did not move.
"""

from collections.abc import Collection
from datetime import date, datetime
from itertools import pairwise
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, select

from server.areas.tables import Area
from server.db import db
from server.domain.poverty.chronicle import Move
from server.registry.tables import HouseholdRecord, HouseholdRow, SurveyRecordRow
from server.status.sightings import placed_at, sightings
from server.status.tables import PovertyStatus


class _Review(NamedTuple):
    """Where a review found a household, in an area of today."""

    on: date
    record_id: str
    area_id: int


def lived_elsewhere(on: date, known_at: datetime | None = None) -> dict[str, int]:
    """The area on that day, as known at an instant, of every household with a status
    that lives elsewhere now."""
    newest = _newest_reviews() if known_at is not None else {}
    then = {}
    for household_id, known in _reviews(known_at).items():
        earlier = [each for each in known if each.on <= on] or known[:1]
        if earlier[-1].area_id != newest.get(household_id, known[-1]).area_id:
            then[household_id] = earlier[-1].area_id
    return then


def moves(known_at: datetime | None = None) -> dict[str, list[Move]]:
    """When households with a status were first found in another area, oldest first."""
    found = {}
    for household_id, known in _reviews(known_at).items():
        steps = [
            Move(now.on, was.area_id, now.area_id)
            for was, now in pairwise(known)
            if was.area_id != now.area_id
        ]
        if steps:
            found[household_id] = steps
    return found


def _newest_reviews() -> dict[str, _Review]:
    """The review that says where each household lives now, whenever it came."""
    return {household_id: known[-1] for household_id, known in _reviews(None).items()}


def _reviews(known_at: datetime | None) -> dict[str, list[_Review]]:
    """Where the reviews found households that have moved, oldest first."""
    placed = placed_at(known_at)
    asked = _movers()
    if placed:
        judged = {each for owners in placed.values() for each in owners}
        asked |= judged & set(db.session.scalars(select(PovertyStatus.household_id)))
    return _in_areas_of_today(asked, known_at, placed)


def _in_areas_of_today(
    asked: Collection[str], known_at: datetime | None, placed: dict[str, set[str]]
) -> dict[str, list[_Review]]:
    today = set(db.session.scalars(select(Area.id).where(Area.valid_to.is_(None))))
    found = {}
    for household_id, seen in sightings(asked, known_at, placed).items():
        known = [
            _Review(on, record_id, area_id)
            for on, record_id, area_id in seen
            if area_id is not None and area_id in today
        ]
        if known:
            found[household_id] = known
    return found


def _movers() -> set[str]:
    """Households with a status that some review found in another area of today.

    A merged household has no records any more: those that it stood for say it.
    """
    by_owner = _found_elsewhere(HouseholdRecord.household_id == HouseholdRow.id)
    by_seed = _found_elsewhere(SurveyRecordRow.seed_household_id == HouseholdRow.id)
    return {*db.session.scalars(by_owner), *db.session.scalars(by_seed)}


def _found_elsewhere(is_its_record: ColumnElement[bool]) -> Select[str]:
    has_status = (
        select(PovertyStatus.id)
        .where(PovertyStatus.household_id == HouseholdRow.id)
        .exists()
    )
    return (
        select(HouseholdRow.id)
        .select_from(SurveyRecordRow)
        .join(HouseholdRecord, HouseholdRecord.record_id == SurveyRecordRow.id)
        .join(HouseholdRow, is_its_record)
        .join(Area, Area.id == SurveyRecordRow.area_id)
        .where(
            SurveyRecordRow.area_id != HouseholdRow.area_id,
            Area.valid_to.is_(None),
            has_status,
        )
    )
