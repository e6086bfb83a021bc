"""What an enumerator is to ask at a door, as their phone gets it."""

from collections.abc import Collection

from server.areas.queries import find_area
from server.db import db
from server.dispatch.projections import label_of
from server.registry.queries import golden_of, household_of
from server.registry.tables import HouseholdRow
from server.review.field_checks import open_checks


def checks_of(household_ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """The number of the question for each household that is to be asked one, and the
    other household it is about, with its ward where that is another one."""
    found = {}
    for household_id, check in open_checks(household_ids).items():
        asked = db.session.get_one(HouseholdRow, household_id)
        other = household_of(check.about_record_id)
        about = label_of(other, golden_of(other))
        if other.area_id is not None and other.area_id != asked.area_id:
            area = find_area(other.area_id)
            about += f" ({area.name})" if area is not None else ""
        found[household_id] = (str(check.id), about)
    return found
