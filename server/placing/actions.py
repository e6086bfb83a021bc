"""Saying in which ward of today households of a divided ward live, and taking it back."""

from collections.abc import Mapping

from server import clock
from server.areas.queries import WARD_LEVELS, find_area
from server.areas.tables import Area
from server.audit import actions as audit
from server.db import db, serialise, transaction
from server.domain.actor import Actor, Scope
from server.domain.problems import Problem, Refused
from server.placing import queries
from server.placing.suggesting import WARD, candidates_of
from server.placing.tables import Placement, PlacementPart
from server.registry import actions as registry
from server.registry import queries as registry_queries
from server.registry.tables import Correction, HouseholdRow


def place(
    *, by: Actor, scope: Scope, places: Mapping[str, int], reason: str
) -> Placement:
    """Say the ward of each of these households, all of them or none.

    A household of a divided ward can only be in what that ward became. The ward is a
    correction of today, so its code means what it means today.
    """
    with transaction() as session:
        serialise("registry")
        if not places:
            raise Refused(Problem("placement_without_households", "households"))
        if not reason.strip():
            raise Refused(Problem("reason_missing", "reason"))
        wanted = {
            household_id: _ward(_waiting(household_id, scope), area_id)
            for household_id, area_id in sorted(places.items())
        }
        placement = Placement(
            reason=reason.strip(),
            households=len(wanted),
            at=clock.now(),
            **by.signature(),
        )
        session.add(placement)
        session.flush()
        for household_id, ward in wanted.items():
            correction = registry.correct(
                by=by,
                household_id=household_id,
                path=WARD,
                value=ward.code,
                reason=reason,
            )
            session.add(
                PlacementPart(
                    placement_id=placement.id,
                    correction_id=correction.id,
                    household_id=household_id,
                    area_id=ward.id,
                )
            )
        _tell(by, "households.placed", placement)
        return placement


def undo(*, by: Actor, placement_id: int) -> Placement:
    """Take a placement back: its households wait again. What somebody has taken back or
    said anew meanwhile stays as it is."""
    with transaction() as session:
        serialise("registry")
        placement = session.get(Placement, placement_id, with_for_update=True)
        if placement is None:
            raise Refused(Problem("placement_not_found"), status=404)
        if placement.undone_at is not None:
            raise Refused(Problem("placement_already_undone"), status=409)
        placement.undone_at, placement.undone_by = clock.now(), by.name
        for part in queries.parts_of(placement_id):
            correction = session.get_one(Correction, part.correction_id)
            if correction.superseded_at is None:
                registry.take_back_correction(by=by, correction_id=correction.id)
        _tell(by, "households.placing_undone", placement)
        return placement


def _waiting(household_id: str, scope: Scope) -> HouseholdRow:
    row = db.session.get(HouseholdRow, household_id)
    if row is None or not scope.holds(row.area_id):
        raise Refused(Problem("household_not_found"), status=404)
    if row.state != "live" or not row.needs_area_review:
        raise Refused(Problem("placement_moved_on", "", {"code": row.code}), status=409)
    return row


def _ward(row: HouseholdRow, area_id: int) -> Area:
    area = find_area(area_id)
    candidates = candidates_of(row, registry_queries.golden_of(row))
    is_ward = area is not None and area.level in WARD_LEVELS and area.valid_to is None
    is_possible = not candidates or area_id in {each.id for each in candidates}
    if area is None or not is_ward or not is_possible:
        values = {"code": row.code, "value": area.name if area else str(area_id)}
        raise Refused(Problem("placement_ward_unfit", "ward", values))
    return area


def _tell(by: Actor, action: str, placement: Placement) -> None:
    audit.record(
        by=by,
        action=action,
        subject_kind="placement",
        subject_id=placement.id,
        details={"households": placement.households},
    )
