"""Where a household lived on a past day, for lists and movements of that day.

The register knows where a household lives now. Before its newest review it lived where
the review of that time found it, so moves between wards come from the surveys
themselves. A ward that was closed since is no other place: its people did not move.
"""

from collections import defaultdict
from datetime import date, datetime
from itertools import pairwise
from typing import NamedTuple

from sqlalchemy import Select, select

from server.areas.tables import Area
from server.db import db
from server.domain.poverty.chronicle import Move
from server.registry.tables import HouseholdRecord, HouseholdRow, SurveyRecordRow
from server.status.merging import survivors
from server.status.presence import was_withdrawn
from server.status.tables import PovertyStatus


class _Review(NamedTuple):
    """Where a review found a household."""

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
        if earlier[-1] != newest.get(household_id, known[-1]):
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
    statement = (
        select(
            HouseholdRecord.household_id,
            SurveyRecordRow.seed_household_id,
            SurveyRecordRow.review_date,
            SurveyRecordRow.id,
            Area.id,
        )
        .join(SurveyRecordRow, SurveyRecordRow.id == HouseholdRecord.record_id)
        .join(Area, Area.id == SurveyRecordRow.area_id)
        .where(
            HouseholdRecord.household_id.in_(_movers()),
            Area.valid_to.is_(None),
            ~was_withdrawn(known_at),
        )
    )
    if known_at is not None:
        statement = statement.where(SurveyRecordRow.received_at < known_at)
    reviews: defaultdict[str, list[_Review]] = defaultdict(list)
    then = survivors(known_at) if known_at is not None else {}
    for owner, seed, reviewed, record_id, area_id in db.session.execute(statement):
        household_id = owner if known_at is None else then.get(seed, seed)
        reviews[household_id].append(_Review(reviewed, record_id, area_id))
    return {household_id: sorted(known) for household_id, known in reviews.items()}


def _movers() -> Select[str]:
    """Households with a status that some review found in another area of today."""
    has_status = (
        select(PovertyStatus.id)
        .where(PovertyStatus.household_id == HouseholdRow.id)
        .exists()
    )
    return (
        select(HouseholdRecord.household_id)
        .join(HouseholdRow, HouseholdRow.id == HouseholdRecord.household_id)
        .join(SurveyRecordRow, SurveyRecordRow.id == HouseholdRecord.record_id)
        .join(Area, Area.id == SurveyRecordRow.area_id)
        .where(
            SurveyRecordRow.area_id != HouseholdRow.area_id,
            Area.valid_to.is_(None),
            has_status,
        )
    )
