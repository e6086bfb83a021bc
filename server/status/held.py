"""Who was on which list on a day, as it was known on a day.

Both days are answered from what was written down: a status that was superseded later, a
merge that was undone later, or a survey that came later changes no answer about what was
known before. Who the households were on that day is said by `particulars`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, or_, select

from server.db import db
from server.registry.tables import HouseholdRow
from server.status import presence, residence
from server.status.tables import PovertyStatus


def holding(
    on: date | BindParameter[Any], known_at: datetime | None = None
) -> ColumnElement[bool]:
    """The condition on `PovertyStatus`: holds on a day, as known at an instant."""
    return and_(
        PovertyStatus.valid_from <= on,
        or_(PovertyStatus.valid_to.is_(None), PovertyStatus.valid_to > on),
        known(known_at),
    )


def known(known_at: datetime | None) -> ColumnElement[bool]:
    """The condition on `PovertyStatus`: believed at an instant; None is now."""
    if known_at is None:
        return PovertyStatus.superseded_at.is_(None)
    return and_(
        PovertyStatus.recorded_at < known_at,
        or_(
            PovertyStatus.superseded_at.is_(None),
            PovertyStatus.superseded_at >= known_at,
        ),
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """A household on the lists of a day: its category, and where it lived then."""

    category: str
    area_id: int | None
    group_code: str
    sub: str | None = None  # the sub-type, where it was recorded


def lists_on(
    standard: str, on: date, known_at: datetime | None = None
) -> dict[str, Listed]:
    """Every household with a recognised status on a day, wherever it lived.

    Households that had left by then are not on a list; `known_at` None is what we know
    now.
    """
    statement = (
        select(
            PovertyStatus.household_id,
            PovertyStatus.category,
            HouseholdRow.area_id,
            HouseholdRow.group_code,
            PovertyStatus.sub,
        )
        .join(HouseholdRow, HouseholdRow.id == PovertyStatus.household_id)
        .where(PovertyStatus.standard == standard, holding(on, known_at))
    )
    gone = presence.gone_by(on, known_at)
    then = residence.lived_elsewhere(on, known_at)
    return {
        household_id: Listed(
            category,
            then.get(household_id, area_id),
            "" if household_id in then else group_code,
            kind,
        )
        for household_id, category, area_id, group_code, kind in db.session.execute(
            statement
        )
        if household_id not in gone
    }


def status_map(
    area_ids: Collection[int] | None,
    standard: str,
    on: date,
    known_at: datetime | None = None,
) -> dict[str, str]:
    """The recognised category of every household on the lists of these areas on a day.

    `area_ids` None is everywhere; `known_at` None is what we know now.
    """
    return {
        household_id: each.category
        for household_id, each in lists_on(standard, on, known_at).items()
        if area_ids is None or each.area_id in area_ids
    }
