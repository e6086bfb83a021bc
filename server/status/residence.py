"""Where a household lived on a past day, for lists and movements of that day.

The register knows where a household lives now. Before its newest review it lived where
the review of that time found it, so moves between wards come from the surveys
themselves. A ward that was closed since is no other place: its people did not move.
"""

from collections import defaultdict
from datetime import date

from sqlalchemy import Select, select

from server.areas.tables import Area
from server.db import db
from server.registry.tables import HouseholdRecord, HouseholdRow, SurveyRecordRow
from server.status.presence import was_withdrawn
from server.status.tables import PovertyStatus


def lived_elsewhere(on: date) -> dict[str, int]:
    """The area on that day of every household with a status that lives elsewhere now."""
    reviews: defaultdict[str, list[tuple[date, str, int]]] = defaultdict(list)
    for household_id, reviewed, record_id, area_id in db.session.execute(
        select(
            HouseholdRecord.household_id,
            SurveyRecordRow.review_date,
            SurveyRecordRow.id,
            SurveyRecordRow.area_id,
        )
        .join(SurveyRecordRow, SurveyRecordRow.id == HouseholdRecord.record_id)
        .where(HouseholdRecord.household_id.in_(_movers()), ~was_withdrawn(None))
    ):
        if area_id is not None:
            reviews[household_id].append((reviewed, record_id, area_id))
    then = {}
    for household_id, known in reviews.items():
        known.sort()
        earlier = [each for each in known if each[0] <= on] or known[:1]
        if earlier[-1] != known[-1]:
            then[household_id] = earlier[-1][2]
    return then


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
