"""How a household came with its status: moved here, or split off from another one.

Without such a note the first status of a household says that it became poor. With it,
the status counts as brought along, as the movement tables ask.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_, select

from server import clock
from server.audit import actions as audit
from server.db import db, transaction
from server.domain.actor import Actor
from server.domain.poverty.transitions import Arrival
from server.domain.problems import Problem, Refused
from server.registry.tables import HouseholdRow
from server.status.tables import ARRIVAL_KINDS, HouseholdArrival

_KINDS = {"moved_in": Arrival.IN_MOVE, "split": Arrival.SPLIT}


def arrivals_known(known_at: datetime | None) -> dict[str, tuple[date, Arrival]]:
    """How and when households came, as known at an instant."""
    holds: ColumnElement[bool] = HouseholdArrival.superseded_at.is_(None)
    if known_at is not None:
        holds = and_(
            HouseholdArrival.at < known_at,
            or_(holds, HouseholdArrival.superseded_at >= known_at),
        )
    rows = db.session.scalars(select(HouseholdArrival).where(holds))
    return {row.household_id: (row.on, _KINDS[row.kind]) for row in rows}


def arrivals_of(household_id: str) -> Sequence[HouseholdArrival]:
    """Every note about a household, also those taken back, newest first."""
    return db.session.scalars(
        select(HouseholdArrival)
        .where(HouseholdArrival.household_id == household_id)
        .order_by(HouseholdArrival.id.desc())
    ).all()


def get_arrival(arrival_id: int) -> HouseholdArrival | None:
    """One note."""
    return db.session.get(HouseholdArrival, arrival_id)


def find_by_code(code: str) -> str | None:
    """The household with a printed code, wherever it lives."""
    return db.session.scalar(select(HouseholdRow.id).where(HouseholdRow.code == code))


def note_arrival(
    *,
    by: Actor,
    household_id: str,
    kind: str,
    on: date,
    reason: str,
    from_household_id: str | None = None,
) -> HouseholdArrival:
    """Write down how a household came. A newer note takes the place of the one before.

    Raises Refused for a day to come, and for a household split off from itself or from
    none of ours.
    """
    if kind not in ARRIVAL_KINDS:
        raise Refused(Problem("arrival_kind_unknown", "kind", {"value": kind}))
    if on > clock.today():
        raise Refused(Problem("arrival_in_future", "on", {"date": on.isoformat()}))
    with transaction() as session:
        source = session.get(HouseholdRow, from_household_id or "")
        if kind == "split" and (source is None or source.id == household_id):
            raise Refused(Problem("arrival_split_from_nobody", "from"))
        for row in arrivals_of(household_id):
            row.superseded_at = row.superseded_at or clock.now()
        session.flush()
        row = HouseholdArrival(
            household_id=household_id,
            kind=kind,
            on=on,
            from_household_id=source.id if source and kind == "split" else None,
            reason=reason.strip(),
            at=clock.now(),
            **by.signature(),
        )
        session.add(row)
        session.flush()
        _tell(by, "household.arrival_noted", row)
        return row


def take_back_arrival(*, by: Actor, arrival_id: int) -> HouseholdArrival:
    """The note no longer counts, from now on."""
    with transaction() as session:
        row = session.get(HouseholdArrival, arrival_id)
        if row is None or row.superseded_at is not None:
            raise Refused(Problem("arrival_not_found"), status=404)
        row.superseded_at = clock.now()
        _tell(by, "household.arrival_taken_back", row)
        return row


def _tell(by: Actor, action: str, row: HouseholdArrival) -> None:
    audit.record(
        by=by,
        action=action,
        subject_kind="household",
        subject_id=row.household_id,
        details={"kind": row.kind, "on": row.on.isoformat(), "arrival_id": row.id},
    )
