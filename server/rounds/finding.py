"""Finding a household by what is printed on its papers."""

from sqlalchemy import select

from server.db import db, within
from server.domain.actor import Scope
from server.registry.tables import HouseholdRow


def find_household(code: str, scope: Scope) -> str | None:
    """The id of a household in sight, by its printed code."""
    statement = select(HouseholdRow.id).where(HouseholdRow.code == code)
    return db.session.scalar(within(statement, HouseholdRow.area_id, scope))
