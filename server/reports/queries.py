"""Reading what the tables of reports point at."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from server.areas.tables import Area
from server.db import db, within
from server.domain.actor import Scope
from server.domain.problems import Problem, Refused
from server.reports.tables import FrozenReport, ResidentTotal
from server.status.particulars import told_on


def households_on(
    household_ids: Collection[str], on: date, known_at: datetime | None
) -> dict[str, Any]:
    """Households wherever they live, each named as on a day, as known then: the page
    shows no name of those out of sight."""
    statement = told_on(household_ids, on, known_at).households(household_ids)
    return {row.id: row for row in db.session.execute(statement)}


def residents_on(
    areas: Mapping[str, int], on: date, known_at: datetime | None
) -> dict[str, int]:
    """By row, the newest number of resident households that was entered for its area,
    for a day not after `on`; rows without one are left out."""
    rows = db.session.execute(
        select(ResidentTotal.area_id, ResidentTotal.households)
        .where(
            ResidentTotal.area_id.in_(sorted(areas.values())),
            ResidentTotal.on <= on,
            _believed(known_at),
        )
        .order_by(ResidentTotal.on, ResidentTotal.id)
    )
    newest = {row.area_id: row.households for row in rows}
    return {key: newest[area] for key, area in areas.items() if area in newest}


def _believed(known_at: datetime | None) -> ColumnElement[bool]:
    if known_at is None:
        return ResidentTotal.superseded_at.is_(None)
    return and_(
        ResidentTotal.at < known_at,
        or_(
            ResidentTotal.superseded_at.is_(None),
            ResidentTotal.superseded_at >= known_at,
        ),
    )


def resident_totals(scope: Scope) -> Select[Any]:
    """What was entered about the areas of `scope`, with `area_name`."""
    statement = (
        select(ResidentTotal, Area.name.label("area_name"), Area.name_folded)
        .join(Area, Area.id == ResidentTotal.area_id)
        .where(ResidentTotal.superseded_at.is_(None))
    )
    return within(statement, ResidentTotal.area_id, scope)


def get_resident_total(total_id: int, scope: Scope) -> ResidentTotal:
    """One entry in sight; refused as absent otherwise."""
    wanted = select(ResidentTotal).where(
        ResidentTotal.id == total_id, ResidentTotal.superseded_at.is_(None)
    )
    found = db.session.scalar(within(wanted, ResidentTotal.area_id, scope))
    if found is None:
        raise Refused(Problem("resident_total_not_found"), status=404)
    return found


def frozen_reports(scope: Scope, actor_id: int) -> Select[FrozenReport]:
    """The kept reports somebody may see: of their areas, and those they kept."""
    own = select(FrozenReport.id).where(FrozenReport.actor_id == actor_id)
    seen = within(select(FrozenReport.id), FrozenReport.area_id, scope)
    return select(FrozenReport).where(
        or_(FrozenReport.id.in_(own), FrozenReport.id.in_(seen))
    )


def get_frozen(frozen_id: int, scope: Scope, actor_id: int) -> FrozenReport:
    """A report in sight; refused as absent otherwise."""
    wanted = frozen_reports(scope, actor_id).where(FrozenReport.id == frozen_id)
    found = db.session.scalar(wanted)
    if found is None:
        raise Refused(Problem("frozen_report_not_found"), status=404)
    return found
