"""Households whose ward of today nobody has said, and what was said."""

from typing import Any

from sqlalchemy import Select, func, select

from server.areas.queries import without_groups
from server.db import db, within
from server.domain.actor import Scope
from server.domain.problems import Problem, Refused
from server.placing.tables import Placement, PlacementPart
from server.registry.tables import HouseholdRow


def waiting(scope: Scope) -> Select[HouseholdRow]:
    """Live households of wards that were divided, or whose ward is not known."""
    statement = select(HouseholdRow).where(
        HouseholdRow.state == "live", HouseholdRow.needs_area_review
    )
    return within(statement, HouseholdRow.area_id, without_groups(scope))


def count_waiting(scope: Scope) -> int:
    """How many wait."""
    counted = select(func.count()).select_from(waiting(scope).subquery())
    return db.session.scalar(counted) or 0


def placements(actor_id: int | None) -> Select[Any]:
    """What was said, by one person or by anybody."""
    statement = select(Placement)
    return (
        statement
        if actor_id is None
        else statement.where(Placement.actor_id == actor_id)
    )


def get_placement(placement_id: int, actor_id: int | None) -> Placement:
    """A placement; that of somebody else looks absent."""
    wanted = placements(actor_id).where(Placement.id == placement_id)
    found: Placement | None = db.session.scalar(wanted)
    if found is None:
        raise Refused(Problem("placement_not_found"), status=404)
    return found


def parts_of(placement_id: int) -> list[PlacementPart]:
    """The households of a placement."""
    return list(
        db.session.scalars(
            select(PlacementPart)
            .where(PlacementPart.placement_id == placement_id)
            .order_by(PlacementPart.correction_id)
        )
    )
