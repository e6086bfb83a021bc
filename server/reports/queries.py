"""Reading what the tables of reports point at."""

from collections.abc import Collection

from sqlalchemy import select

from server.db import db
from server.registry.queries import in_chunks
from server.registry.tables import HouseholdRow


def households_by_id(household_ids: Collection[str]) -> dict[str, HouseholdRow]:
    """Households wherever they live: the page shows no name of those out of sight."""
    found: dict[str, HouseholdRow] = {}
    for chunk in in_chunks(household_ids):
        rows = db.session.scalars(
            select(HouseholdRow).where(HouseholdRow.id.in_(chunk))
        )
        found.update((row.id, row) for row in rows)
    return found
